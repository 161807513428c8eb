"""Door: the referral hook, where dispatch offers us calls and tells us more of them.

The contract is security.md C: a 2xx only for what is durable; every answer says who owns
the call; problems are RFC 9457, name the place and a code, and repeat nothing. Sessions and
cookies mean nothing here: each message is signed, and its signature is checked over the raw
bytes before anything is read.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from app import journey
from app.accounts.access import csrf, signed
from app.accounts.clients import NotSigned, SignedMessage, read_known_signature, read_signature
from app.foundation import clock
from app.foundation.db import db, let_go, reading, transactional
from app.foundation.errors import DomainError
from app.foundation.group_commit import group_of
from app.foundation.http import JSON, MachineAnswer, problem
from app.referrals import intake, links, payloads, queries, updates
from app.referrals.eido import MEDIA_TYPE as EIDO
from app.referrals.eido import read_eido
from app.referrals.intake import Message, answer_for
from app.referrals.models import MessageKind, Referral

bp = Blueprint("referrals_api", __name__, url_prefix="/api/v1/referrals")
csrf.exempt(bp)

MAX_BODY_BYTES = 65_536
_READERS = {EIDO: read_eido, JSON: payloads.read_referral}


class Refused(Exception):
    """The hook says no, with a problem that leaves the call with dispatch."""

    def __init__(self, status: int, slug: str, title: str, **members: Any) -> None:
        super().__init__(slug)
        self.status, self.slug, self.title, self.members = status, slug, title, members


@bp.errorhandler(Refused)
def show_refusal(refused: Refused) -> ResponseReturnValue:
    db.session.rollback()
    return problem(refused.status, refused.slug, refused.title, custody="dispatch", **refused.members)


@bp.errorhandler(payloads.InvalidPayload)
def show_invalid(invalid: payloads.InvalidPayload) -> ResponseReturnValue:
    db.session.rollback()
    errors = [{"pointer": one.pointer, "code": one.code} for one in invalid.problems]
    title = "The message cannot be read." if invalid.status == 400 else "Nobody could act on this."
    return problem(invalid.status, invalid.slug, title, custody="dispatch", errors=errors)


@bp.post("")
@signed
@transactional
def offer() -> ResponseReturnValue:
    """Dispatch offers a call, as an EIDO or as our own JSON."""
    try:
        with reading():
            sender, message = _receive(MessageKind.CREATE, tuple(_READERS), read_known_signature)
            new = _READERS[message.media_type](message.body, now=clock.now())
            merged = links.merged_with(message.client_id, new.incident_id, new.links)
            if not merged:
                with group_of(db.engine).coming() as seat:
                    write = partial(intake.write_durably, seat)
                    status, answer = journey.take_in(new, message, actor=sender.actor, write=write)
        if merged:
            status, answer = journey.take_in_merged(new, message, merged, actor=sender.actor)
    except IntegrityError:  # here already, or the key was revoked a moment ago
        let_go()
        with reading():
            _check_signature(message.body)
        if replay := _replay(message):
            return replay
        try:
            status, answer = journey.take_again(new, message, actor=sender.actor)
        except DomainError as error:
            raise Refused(error.status, error.code, str(error)) from error
    return _answer(status, answer)


@bp.post("/<referral_id>/updates")
@signed
@transactional
def update(referral_id: str) -> ResponseReturnValue:
    """Dispatch learned more. It can raise the risk, never lower it."""

    def learn(referral: Referral, message: Message, sender: SignedMessage) -> journey.Answered:
        told = updates.read_update(message.body, now=clock.now())
        return journey.learn(referral, told, message, actor=sender.actor)

    return _on_referral(referral_id, MessageKind.UPDATE, learn)


@bp.post("/<referral_id>/cancel")
@signed
@transactional
def cancel(referral_id: str) -> ResponseReturnValue:
    """Dispatch takes its call back."""
    return _on_referral(referral_id, MessageKind.CANCEL, _plain(journey.cancel))


@bp.post("/<referral_id>/confirm")
@signed
@transactional
def confirm(referral_id: str) -> ResponseReturnValue:
    """Dispatch has recorded our yes and lets go of the call."""
    return _on_referral(referral_id, MessageKind.CONFIRM, _plain(journey.confirm))


@bp.post("/<referral_id>/handback-ack")
@signed
@transactional
def acknowledge_hand_back(referral_id: str) -> ResponseReturnValue:
    """Dispatch has the call again."""
    return _on_referral(referral_id, MessageKind.HAND_BACK_ACK, _plain(journey.hand_back_acknowledged))


@bp.get("/<referral_id>")
@signed
def show(referral_id: str) -> ResponseReturnValue:
    """How a call stands: state and owner, nothing of what was said."""
    with reading():
        sender = _check_signature(b"")
    return _answer(200, answer_for(queries.get_for_client(referral_id, sender.client_id)))


Act = Callable[[Referral, Message, SignedMessage], "journey.Answered"]


def _plain(act: Callable[..., "journey.Answered"]) -> Act:
    """An act whose message says all by its address."""

    def take(referral: Referral, message: Message, sender: SignedMessage) -> journey.Answered:
        updates.read_empty(message.body)
        return act(referral, message, actor=sender.actor)

    return take


def _on_referral(referral_id: str, kind: MessageKind, act: Act) -> ResponseReturnValue:
    with reading():
        sender, message = _receive(kind, (JSON,))
    if replay := _replay(message):
        return replay
    referral = queries.get_for_client(referral_id, sender.client_id)
    db.session.refresh(referral, with_for_update=True)  # what is told meets no other act half-way
    try:
        status, answer = act(referral, message, sender)
    except IntegrityError:  # the same message came twice at once; the other one is being answered
        raise Refused(409, "request-in-progress", "This message is being answered. Send it again.") from None
    except DomainError as error:
        raise Refused(error.status, error.code, str(error), state=referral.state.value) from error
    return _answer(status, answer)


def _receive(
    kind: MessageKind, media_types: tuple[str, ...], read: Callable[..., SignedMessage] = read_signature
) -> tuple[SignedMessage, Message]:
    """The raw body, its size, its signature, its type: in this order, before it is read."""
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise Refused(413, "too-large", "The message is larger than 64 kB.")
    body = request.get_data(cache=False)
    if len(body) > MAX_BODY_BYTES:
        raise Refused(413, "too-large", "The message is larger than 64 kB.")
    sender = _check_signature(body, read)
    if request.mimetype not in media_types:
        raise Refused(
            415, "unsupported-media-type", "Send one of the accepted media types.", accepts=media_types
        )
    return sender, Message(sender.client_id, sender.message_id, kind, request.mimetype, body)


def _check_signature(body: bytes, read: Callable[..., SignedMessage] = read_signature) -> SignedMessage:
    now = clock.now()
    try:
        return read(request.headers, body, now)
    except NotSigned as refusal:
        title = "The signature does not hold. Check key and clock."
        raise Refused(401, refusal.slug, title, server_time=int(now.timestamp())) from refusal


def _replay(message: Message) -> Response | None:
    """The first answer again, for a message that came before; a changed body is refused."""
    known = queries.find_message(message.client_id, message.message_id)
    if known is None:
        return None
    if known.body_digest != message.digest or known.kind is not message.kind:
        raise Refused(422, "idempotency-key-reused", "This id was used for another message.")
    answer = _answer(200 if known.answer_status == 201 else known.answer_status, known.answer)
    answer.headers["Idempotent-Replayed"] = "true"
    return answer


def _answer(status: int, answer: dict[str, Any]) -> Response:
    headers = {"Location": f"/api/v1/referrals/{answer['id']}"} if status == 201 else {}
    return MachineAnswer(status, answer, **headers)
