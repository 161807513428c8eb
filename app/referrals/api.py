"""Door: the referral hook, where dispatch offers us calls and tells us more of them.

The contract is security.md C: a 2xx only for what is durable; every answer says who owns
the call; problems are RFC 9457, name the place and a code, and repeat nothing. Sessions and
cookies mean nothing here: each message is signed, and its signature is checked over the raw
bytes before anything is read.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import MethodNotAllowed

from app import journey, journey_again
from app.accounts.access import csrf, signed
from app.accounts.breaker import new_calls
from app.accounts.clients import (
    SignedMessage,
    read_known_signature,
)
from app.accounts.purposes import Purpose
from app.foundation import clock
from app.foundation.db import db, let_go, reading, transactional
from app.foundation.errors import DomainError, NotFound
from app.foundation.group_commit import group_of
from app.foundation.http import JSON
from app.referrals import intake, links, payloads, queries, updates
from app.referrals.eido import MEDIA_TYPE as EIDO
from app.referrals.eido import read_eido, read_eido_again
from app.referrals.intake import Message, answer_for
from app.referrals.models import MessageKind, Referral
from app.referrals.naming import Incident, Naming, OurId
from app.referrals.receiving_api import (
    Refused,
    check_can_keep,
    check_look,
    in_progress,
    key_that_holds,
    receive,
    refused,
    show_invalid,
    show_refusal,
    stands_of,
    unreadable,
)
from app.referrals.repeats_api import answer_as, replay
from app.referrals.updates import Update
from app.triage.queries import needs_now

bp = Blueprint("referrals_api", __name__, url_prefix="/api/v1/referrals")
incidents = Blueprint("incidents_api", __name__, url_prefix="/api/v1/incidents")
"""What dispatch may say before it knows our id, under its own number of the incident.

After a person here said yes a message names our referral: one by the incident's number may be a
late one about an earlier referral, and would let us go of a call that dispatch has let go of.
"""
intake_door = Blueprint("intake_api", __name__, url_prefix="/api/v1")
"""What dispatch asks about us, not about a call."""
_OURS = "/<name>"
_THEIRS = "/<path:name>"  # an incident may have a slash in its name

_READERS = {EIDO: read_eido, JSON: payloads.read_referral}


for _door in (bp, incidents, intake_door):
    csrf.exempt(_door)
    _door.register_error_handler(Refused, show_refusal)
    _door.register_error_handler(payloads.InvalidPayload, show_invalid)


@bp.post("")
@signed
@transactional
def offer() -> ResponseReturnValue:
    """Dispatch offers a call, as an EIDO or as our own JSON."""
    try:
        with reading():
            sender, message = receive(MessageKind.CREATE, tuple(_READERS), read_known_signature)
            new = _READERS[message.media_type](message.body, now=clock.now())
            if known := _known_where_none_is_begun(message):
                return known
            is_one_too_many = new_calls.is_too_much(sender.key_id, clock.now())
            about = (message.client_id, new.incident_id, new.links)
            merged = links.merged_with(*about) if links.may_be_merged(*about) else frozenset()
            if not merged:
                with group_of(db.engine).coming() as seat:
                    status, answer = journey.take_in(
                        new,
                        message,
                        actor=sender.actor,
                        is_one_too_many=is_one_too_many,
                        write=partial(intake.write_durably, seat),
                    )
        if merged:
            status, answer = journey_again.take_in_merged(
                new, message, merged, actor=sender.actor, is_one_too_many=is_one_too_many
            )
    except IntegrityError:  # here already, or the key was revoked a moment ago
        let_go()
        with reading():
            message = replace(message, signing_key_id=key_that_holds(message))
        if known := replay(message):
            return known
        try:
            status, answer = journey_again.take_again(
                new, message, actor=sender.actor, is_one_too_many=is_one_too_many
            )
        except IntegrityError:  # another one of the same incident is written at this moment
            raise in_progress() from None
        except DomainError as error:
            raise refused(error) from error
    return answer_as(status, answer)


def _known_where_none_is_begun(message: Message) -> ResponseReturnValue | None:
    """None while new calls are kept. Else they are refused, and one that is here gets its answer again."""
    try:
        check_can_keep()
    except Refused:  # only now is it looked for: it may be ours, and must not be said to be dispatch's
        key_that_holds(message)
        if known := replay(message):
            return known
        raise
    return None


@bp.post(f"{_OURS}/updates")
@incidents.post(f"{_THEIRS}/updates")
@signed
@transactional
def update(name: str) -> ResponseReturnValue:
    """Dispatch learned more. It can raise the risk, never lower it."""

    def learn(referral: Referral, message: Message, sender: SignedMessage) -> journey.Answered:
        return journey_again.learn(
            referral, _read_update(message, referral.incident_id), message, actor=sender.actor
        )

    def learn_early(incident_id: str, message: Message, sender: SignedMessage) -> journey.Answered:
        told = _read_update(message, incident_id)
        return journey_again.learn_early(incident_id, told, message, actor=sender.actor)

    return _on_referral(name, MessageKind.UPDATE, learn, learn_early, media_types=tuple(_READERS))


@bp.post(f"{_OURS}/cancel")
@incidents.post(f"{_THEIRS}/cancel")
@signed
@transactional
def cancel(name: str) -> ResponseReturnValue:
    """Dispatch takes its call back."""

    def cancel_early(incident_id: str, message: Message, sender: SignedMessage) -> journey.Answered:
        updates.read_empty(message.body)
        return journey_again.cancel_early(incident_id, message, actor=sender.actor)

    by_incident = partial(journey.cancel, is_by_incident=request.blueprint == incidents.name)
    return _on_referral(name, MessageKind.CANCEL, _plain(by_incident), cancel_early)


@bp.post(f"{_OURS}/confirm")
@signed
@transactional
def confirm(name: str) -> ResponseReturnValue:
    """Dispatch has recorded our yes and lets go of the call."""
    return _on_referral(name, MessageKind.CONFIRM, _plain(journey.confirm))


@bp.post(f"{_OURS}/handback-ack")
@signed
@transactional
def acknowledge_hand_back(name: str) -> ResponseReturnValue:
    """Dispatch has the call again."""
    return _on_referral(name, MessageKind.HAND_BACK_ACK, _plain(journey.hand_back_acknowledged))


@bp.get(_OURS)
@incidents.get(_THEIRS)
@signed
def show(name: str) -> ResponseReturnValue:
    """How a call stands: state and owner, what is worth asking, nothing of what was said."""
    with reading():
        sender = check_look()
        referral = _seen_by(sender, name)
        needs = needs_now(referral) if referral else []
    if referral is None and name.endswith(("/updates", "/cancel")):  # an act and no incident's name: tell it
        raise MethodNotAllowed(["POST"])
    if referral is None:
        raise NotFound
    return answer_as(200, answer_for(referral, needs=needs))


Act = Callable[[Referral, Message, SignedMessage], "journey.Answered"]
EarlyAct = Callable[[str, Message, SignedMessage], "journey.Answered"]


def _plain(act: Callable[..., "journey.Answered"]) -> Act:
    """An act whose message says all by its address."""

    def take(referral: Referral, message: Message, sender: SignedMessage) -> journey.Answered:
        updates.read_empty(message.body)
        return act(referral, message, actor=sender.actor)

    return take


def _read_update(message: Message, incident_id: str) -> Update:
    """An update of this incident; an EIDO says all that is known by now, and of which incident."""
    if message.media_type != EIDO:
        return updates.read_update(message.body, now=clock.now())
    new = read_eido_again(message.body, now=clock.now())
    if new.incident_id != incident_id:
        raise payloads.InvalidPayload(payloads.PayloadProblem("/$id", "another-incident"))
    return Update.of(new)


def _named(name: str, sender: SignedMessage) -> Naming:
    """Which call an address names."""
    if request.blueprint == incidents.name:
        return Incident(sender.client_id, updates.read_incident_id(name))
    return OurId(sender.client_id, name)


def _on_referral(
    name: str,
    kind: MessageKind,
    act: Act,
    early_act: EarlyAct | None = None,
    media_types: tuple[str, ...] = (JSON,),
) -> ResponseReturnValue:
    """One message about one call. `early_act`: what to do when it has overtaken its call."""
    with reading():
        sender, message = receive(kind, media_types, named=partial(_named, name))
    about = _named(name, sender)
    if known := replay(message, about):
        return known
    referral = about.find()
    if referral is not None:
        db.session.refresh(referral, with_for_update=True)  # it meets no other act half-way
    stands = stands_of(referral)  # a refusal undoes whatever the act has done by then
    try:
        if referral is not None:
            status, answer = act(referral, message, sender)
        elif early_act is not None and isinstance(about, Incident):
            status, answer = early_act(about.incident_id, message, sender)
        else:
            raise NotFound
    except IntegrityError:  # it came twice at once, or its call comes at this moment
        raise in_progress(**stands) from None
    except payloads.InvalidPayload as invalid:
        raise unreadable(invalid, **stands) from None
    except DomainError as error:
        raise refused(error, **stands) from error
    return answer_as(status, answer)


def _seen_by(sender: SignedMessage, name: str) -> Referral | None:
    """Who only watches sees what its agency's systems offered; any other what it offered itself."""
    if sender.purpose is Purpose.MONITORING and request.blueprint != incidents.name:
        return queries.find_for_agency(name, sender.agency)
    return _named(name, sender).find()
