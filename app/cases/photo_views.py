"""Pictures in a case: adding one, looking at one, taking one away."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.access import current_actor, requires
from app.accounts.files import takes_files
from app.accounts.permissions import Permission
from app.cases import photo_actions, photo_files, photo_queries, queries
from app.cases.photo_forms import PhotoForm, RemovePhotoForm
from app.cases.photo_rules import MOST_BYTES, NoPicture, PictureTooLarge
from app.foundation.db import let_go, looking, transactional
from app.foundation.errors import NotFound
from app.foundation.http import MAX_FORM_BYTES, as_picture

bp = Blueprint("photos", __name__, url_prefix="/<case_id>/photos")


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.PHOTO_WORK)
@takes_files(MOST_BYTES + MAX_FORM_BYTES)
@transactional
def new(case_id: str) -> ResponseReturnValue:
    """Add a picture. What is kept is made anew from its pixels."""
    actor = current_actor()
    case = queries.get_case(case_id, seen_by=actor, permission=Permission.PHOTO_WORK)
    form = PhotoForm()
    if form.validate_on_submit() and (picture := _made_anew(form)):
        case = queries.get_case(case_id, seen_by=actor, permission=Permission.PHOTO_WORK)
        photo_actions.add_photo(case, form.what(), picture, actor=actor)
        flash(_("The picture is sealed. Delete it from your phone now."))
        return redirect(url_for("cases.show", case_id=case.id, part="photos"))
    return render_template("cases/photo_new.html", case=case, form=form)


@bp.get("/<picture_id>")
@requires(Permission.PHOTO_WORK)
@looking
def show(case_id: str, picture_id: str) -> ResponseReturnValue:
    """One picture, itself. The look is on the trail."""
    actor = current_actor()
    case = queries.get_case(case_id, seen_by=actor, permission=Permission.PHOTO_WORK)
    photo = photo_queries.get_photo(case, picture_id)
    return as_picture(photo_actions.show_photo(case, photo, actor=actor))


@bp.route("/<picture_id>/remove", methods=["GET", "POST"])
@requires(Permission.PHOTO_WORK)
@transactional
def remove(case_id: str, picture_id: str) -> ResponseReturnValue:
    """Take a picture away for good; only whoever added it."""
    actor = current_actor()
    case = queries.get_case(case_id, seen_by=actor, permission=Permission.PHOTO_WORK)
    photo = photo_queries.get_photo(case, picture_id)
    if photo.added_by_id != actor.id:
        raise NotFound
    form = RemovePhotoForm()
    if form.validate_on_submit():
        photo_actions.remove_photo(case, photo, actor=actor)
        flash(_("The picture is gone for good."))
        return redirect(url_for("cases.show", case_id=case.id, part="photos"))
    return render_template("cases/photo_remove.html", case=case, photo=photo, form=form)


def _made_anew(form: PhotoForm) -> photo_files.Picture | None:
    """The picture of a form, or what is wrong with it beside its field.

    The database is let go of first: on SQLite nobody else could write while we unfold a picture.
    """
    let_go()
    try:
        return photo_files.make_anew(form.picture.content())
    except (NoPicture, PictureTooLarge) as refusal:
        form.picture.errors = [str(refusal)]
        return None
