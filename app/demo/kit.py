"""Door: every part of the look in each of its states, on one page, for whoever builds a page."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, abort, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from app.accounts.access import public
from app.foundation import clock
from app.foundation.forms import Choice, Day, Form, Line, Moment, Pick, PickSome, Tick, Words
from app.foundation.i18n import choices
from app.foundation.paging import Page

bp = Blueprint("kit", __name__, url_prefix="/components")

_HAPPENED = {"talked": _l("We talked"), "nobody": _l("Nobody there")}
_HOW = {"phone": _l("By phone"), "door": _l("At the door")}
_BIRDS = {"heron": "Heron", "finch": "Finch"}
_ROOM = {"yes": _l("Yes, 4"), "waitlist": _l("Waitlist"), "full": _l("Full")}
_AREAS = {"boyle-heights": "Boyle Heights", "watts": "Watts"}
_FILLED_IN = {"words": "Heron says the new spot works.", "whom": "heron", "room": "yes"}

ARRIVALS: tuple[dict[str, Any], ...] = (
    {"label": "Southeast", "low": 11, "middle": 19, "high": 26, "ninety": 38, "count": 212},
    {"label": "Devonshire", "low": 16, "middle": 25, "high": 34, "ninety": 52, "count": 121},
    {"label": "Harbor", "middle": None},
)
CALLS_BY_MONTH: tuple[dict[str, Any], ...] = (
    {"label": "May", "value": 590},
    {"label": "Jun", "value": 612},
    {"label": "Jul", "value": 655, "is_main": True},
    {"label": "Aug", "value": 690, "is_main": True},
    {"label": "Sep", "value": None},
)


class KitForm(Form):
    """One field of each kind; shown twice: sent with some of them empty, so that errors show, and unsent."""

    called = Line(_l("What they call themselves"), 60, description=_l("A made-up name is fine."))
    near = Line(_l("Near where?"), 120, missing=_l("Write a corner or a known place."))
    words = Words(_l("In your words"), 2000)
    area = Pick(_l("Area"), choices=choices(_AREAS))
    on = Day(_l("On which day?"))
    at = Moment(_l("When?"))
    happened = Choice(_l("What happened?"), choices=choices(_HAPPENED))
    how = Choice(_l("How?"), choices=choices(_HOW), missing=None)
    whom = PickSome(_l("With whom?"), choices=choices(_BIRDS))
    room = Choice(_l("Can you take people now?"), choices=choices(_ROOM))
    agreed = Tick(_l("Both sides said yes to being called"), missing=_l("Ask both first."))


class SignInKitForm(Form):
    """The form that a passkey fills in."""

    credential = HiddenField()


@bp.get("")
@public
def components() -> ResponseReturnValue:
    """Show the kit, in a demo only."""
    if not current_app.extensions["settings"].is_demo:
        abort(404)
    form = KitForm(formdata=MultiDict(_FILLED_IN), meta={"csrf": False})
    form.validate()
    fresh = KitForm(formdata=None, prefix="fresh-", data={"happened": "talked"}, meta={"csrf": False})
    now = clock.now()

    def in_seconds(count: int) -> datetime:
        return now + timedelta(seconds=count)

    return render_template(
        "kit/components.html",
        form=form,
        fresh=fresh,
        now=now,
        in_seconds=in_seconds,
        sign_in=SignInKitForm(formdata=None, meta={"csrf": False}),
        page=Page(items=(), number=2, size=25, has_next=True),
        arrivals=ARRIVALS,
        calls_by_month=CALLS_BY_MONTH,
    )
