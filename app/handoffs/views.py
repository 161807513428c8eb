"""Following service referrals: whose turn, by when; making one from a case, with the person's yes."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.access import current_actor, requires
from app.accounts.permissions import Permission, scope_of
from app.cases.labels import LANGUAGE_LABELS
from app.cases.models import ConflictCase
from app.cases.photo_queries import list_photos
from app.cases.queries import get_case, get_party, list_parties
from app.directory.kinds import KIND_LABELS, ServiceKind
from app.directory.queries import get_service, list_answerable, rooms_of
from app.foundation import clock
from app.foundation.db import looking, transactional
from app.foundation.errors import NotFound
from app.foundation.i18n import label_of
from app.handoffs import actions, labels, picture_queries, queries, rules
from app.handoffs.forms import ConsentForm, NewHandoffForm, WithdrawForm
from app.handoffs.models import Handoff, How, SaidBy, Share
from app.handoffs.standing import standing_of
from app.places.queries import POLICE_DIVISION, list_areas

bp = Blueprint("handoffs", __name__)


def may_refer() -> bool:
    """Whether the case pages of this person offer to connect somebody to a service."""
    return scope_of(current_actor().role, Permission.HANDOFF_MAKE) is not None


bp.record_once(
    lambda state: state.app.jinja_env.globals.update(handoff_labels=labels, may_refer_to_service=may_refer)
)

MOST_SERVICES = 200


@bp.get("/service-referrals")
@requires(Permission.HANDOFF_TRACK)
def index() -> ResponseReturnValue:
    """Every service referral this person follows, by whose turn it is, oldest clock first."""
    actor, now = current_actor(), clock.now()
    asked = request.args.get("turn", "")
    turn = rules.Turn(asked) if asked in set(rules.Turn) else rules.Turn.OURS
    page = queries.list_tracked(actor, turn, _narrowing(), request.args.get("page", 1, type=int), now)
    return render_template(
        "handoffs/index.html",
        page=page,
        turn=turn,
        counts=queries.count_turns(actor, now),
        standings=standing_of(page.items, now),
        kind_labels=KIND_LABELS,
        language_labels=LANGUAGE_LABELS,
        areas=list_areas(POLICE_DIVISION),
        narrowing=_narrowing(),
        may_make=may_refer(),
    )


def _narrowing() -> queries.Narrowing:
    kind = request.args.get("kind", "")
    language = request.args.get("language", "")
    return queries.Narrowing(
        kind=ServiceKind(kind) if kind in set(ServiceKind) else None,
        area_id=request.args.get("area", "")[:26] or None,
        language=language if language in LANGUAGE_LABELS else None,
    )


@bp.get("/service-referrals/<handoff_id>")
@requires(Permission.HANDOFF_TRACK)
def show(handoff_id: str) -> ResponseReturnValue:
    """How one stands and what came before; nothing of what is shared."""
    actor, now = current_actor(), clock.now()
    handoff = queries.get_tracked(handoff_id, seen_by=actor)
    words = queries.list_consents(handoff.id)
    return render_template(
        "handoffs/show.html",
        handoff=handoff,
        standing=standing_of([handoff], now)[handoff.id],
        words=words,
        consent=rules.live_consent(words, rules.day_of(now)),
        states=queries.list_states(handoff.id),
        may_make=may_refer(),
        packet=None,
    )


@bp.get("/service-referrals/<handoff_id>/shared")
@requires(Permission.HANDOFF_MAKE)
@looking
def shared(handoff_id: str) -> ResponseReturnValue:
    """What is meant for the partner, for those whose case it is; the look is on the trail."""
    actor = current_actor()
    handoff = queries.get_ours(handoff_id, seen_by=actor)
    look = actions.look_at(handoff, Permission.HANDOFF_MAKE, actor=actor)
    return render_template(
        "handoffs/shared.html",
        handoff=handoff,
        packet=queries.open_packet(handoff, look),
        pictures=picture_queries.list_shared(handoff, clock.now()),
    )


@bp.route("/cases/<case_id>/service-referrals/new", methods=["GET", "POST"])
@requires(Permission.HANDOFF_MAKE)
@transactional
def new(case_id: str) -> ResponseReturnValue:
    """Choose the person, the service and what they agree to share; nothing leaves yet."""
    actor = current_actor()
    case = get_case(case_id, seen_by=actor, permission=Permission.HANDOFF_MAKE)
    previous = _previous(case_id)
    form, photos = _new_form(case, previous), list_photos(case)
    form.offer_pictures(photos)
    if form.validate_on_submit():
        party = get_party(case, form.party_id.data)
        language = str(label_of(LANGUAGE_LABELS, party.language))
        packet = form.packet(party, case.area.name if case.area else "", language)
        service = get_service(form.service_id.data)
        handoff = actions.draft(case, party, service, packet, actor=actor, previous=previous)
        if form.has_yes:
            actions.give_consent(handoff, form.terms(), actor=actor)
        flash(_("Kept. Nothing has left the office yet."))
        return redirect(url_for(".show", handoff_id=handoff.id))
    return render_template("handoffs/new.html", case=case, form=form, previous=previous, photos=photos)


def _previous(case_id: str) -> Handoff | None:
    """The one that was refused, so that the person need not tell the story again."""
    if "from" not in request.args:
        return None
    previous = queries.get_ours(request.args["from"], seen_by=current_actor())
    if previous.case_id != case_id or not rules.may_close(previous.state, previous.clock_due_at, clock.now()):
        raise NotFound
    return previous


def _new_form(case: ConflictCase, previous: Handoff | None) -> NewHandoffForm:
    told: dict[str, str] = {}
    if previous is not None:
        look = actions.look_at(previous, Permission.HANDOFF_MAKE, actor=current_actor())
        told = {share.value: words for share, words in queries.open_packet(previous, look).items()}
    shares = list(told) or [Share.NEED.value]
    form = NewHandoffForm(
        data={**told, "shares": shares, "party_id": previous.party_id if previous else None}
    )
    wanted = request.args.get("kind", "")
    kind = ServiceKind(wanted) if wanted in set(ServiceKind) else None
    services = list_answerable("", kind, 1, MOST_SERVICES).items
    form.offer(list_parties(case), services, rooms_of([each.id for each in services], clock.now()))
    return form


@bp.route("/service-referrals/<handoff_id>/consent", methods=["GET", "POST"])
@requires(Permission.HANDOFF_MAKE)
@transactional
def consent(handoff_id: str) -> ResponseReturnValue:
    """Write down the person's yes: to whom, what, until when."""
    actor = current_actor()
    handoff = queries.get_ours(handoff_id, seen_by=actor)
    packet = queries.open_packet(handoff, actions.look_at(handoff, Permission.HANDOFF_MAKE, actor=actor))
    form = ConsentForm(data={"shares": [share.value for share in packet]})
    form.offer_shares(packet)
    photos = list_photos(handoff.case)
    form.offer_pictures(photos)
    if form.validate_on_submit():
        actions.give_consent(handoff, form.terms(), actor=actor)
        flash(_("Their yes is kept, with the day and your name."))
        return redirect(url_for(".show", handoff_id=handoff.id))
    return render_template("handoffs/consent.html", handoff=handoff, form=form, photos=photos)


@bp.route("/service-referrals/<handoff_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.HANDOFF_TRACK)
@transactional
def withdraw(handoff_id: str) -> ResponseReturnValue:
    """The person takes their yes back: what was shared is destroyed at once."""
    actor = current_actor()
    handoff = queries.get_tracked(handoff_id, seen_by=actor)
    form = WithdrawForm()
    if form.validate_on_submit():
        actions.withdraw_consent(
            handoff, said_by=SaidBy(form.said_by.data), how=How(form.how.data), actor=actor
        )
        flash(_("Done. The partner can no longer open it."))
        return redirect(url_for(".show", handoff_id=handoff.id))
    has_pictures = bool(picture_queries.list_shared(handoff, clock.now()))
    return render_template("handoffs/withdraw.html", handoff=handoff, form=form, has_pictures=has_pictures)


@bp.post("/service-referrals/<handoff_id>/send")
@requires(Permission.HANDOFF_MAKE)
@transactional
def send(handoff_id: str) -> ResponseReturnValue:
    """Show it to the partner; refused without a live consent."""
    actor = current_actor()
    handoff = queries.get_ours(handoff_id, seen_by=actor)
    actions.send(handoff, actor=actor)
    flash(_("Sent. They answer within two business days."))
    return redirect(url_for(".show", handoff_id=handoff.id))


@bp.post("/service-referrals/<handoff_id>/close")
@requires(Permission.HANDOFF_TRACK)
@transactional
def close(handoff_id: str) -> ResponseReturnValue:
    """Close the loop."""
    actor = current_actor()
    handoff = queries.get_tracked(handoff_id, seen_by=actor)
    actions.close(handoff, actor=actor)
    flash(_("Closed."))
    return redirect(url_for(".index"))
