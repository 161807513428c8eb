"""Door: calls offered, withdrawn and answered by EIDO Conveyance, in single signed POSTs.

The same path as the hook's own messages, in another dress: a 2xx only for what is durable,
problems as problems. The body of every answer is a `response` that says how the call stands.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from app import journey, journey_again
from app.accounts.access import csrf, signed
from app.accounts.breaker import new_calls
from app.accounts.clients import SignedMessage
from app.foundation import clock
from app.foundation.db import db, let_go, reading, transactional
from app.foundation.errors import DomainError, NotFound
from app.foundation.http import JSON, MachineAnswer
from app.referrals import conveyance, conveyance_rows, intake, links, queries
from app.referrals.conveyance import ACCEPTED, Asked, Responded, Withdrawn, read_conveyance
from app.referrals.conveyance_models import ConveyanceKind, ConveyanceRow
from app.referrals.eido import offered_in
from app.referrals.incident_ids import name_of_withdrawn
from app.referrals.intake import Message
from app.referrals.models import MessageKind, Referral
from app.referrals.naming import Request
from app.referrals.payloads import InvalidPayload, PayloadProblem
from app.referrals.receiving_api import (
    Refused,
    check_can_keep,
    in_progress,
    key_that_holds,
    receive,
    refused,
    show_invalid,
    show_refusal,
    stands_of,
)
from app.referrals.repeats_api import replay

bp = Blueprint("conveyance_api", __name__, url_prefix="/api/v1/conveyance")
csrf.exempt(bp)
bp.register_error_handler(Refused, show_refusal)
bp.register_error_handler(InvalidPayload, show_invalid)

EIDO_POINTER = "/requestForService/eido"


@bp.post("")
@signed
@transactional
def take() -> ResponseReturnValue:
    """One message of dispatch: a request for service, its withdrawal, or a response to ours."""
    with reading():
        sender, message = receive(MessageKind.CREATE, (JSON,))
        told = read_conveyance(message.body)
    kind, act = _plan(told, sender)
    message = replace(message, kind=kind)
    about = Request(sender.client_id, told.request_id)
    if known := replay(message, None if isinstance(told, Asked) else about):
        return _answer(told, known.status_code, known.get_json(), **{"Idempotent-Replayed": "true"})
    try:
        status, answer = act(message)
    except IntegrityError:  # the same message came twice at once; the other one is being answered
        raise in_progress() from None
    except DomainError as error:
        raise refused(error, **stands_of(about.find())) from error
    headers = {"Location": f"/api/v1/referrals/{answer['id']}"} if status == 201 else {}
    return _answer(told, status, answer, **headers)


Told = Asked | Withdrawn | Responded
Act = Callable[[Message], journey.Answered]


def _answer(told: Told, status: int, answer: dict[str, Any], **headers: str) -> MachineAnswer:
    return MachineAnswer(status, conveyance.response_to(told.request_id, answer), **headers)


def _plan(told: Told, sender: SignedMessage) -> tuple[MessageKind, Act]:
    """What a message is among the hook's own, and what it does. A response is of the kind it answers."""
    if isinstance(told, Asked):
        return MessageKind.CREATE, partial(_offer, told, sender)
    request = conveyance_rows.find_request(sender.client_id, told.request_id)
    if request is None and isinstance(told, Withdrawn):
        return MessageKind.CANCEL, partial(_withdraw_early, told, sender)
    is_theirs = request is not None and request.kind is ConveyanceKind.THEIR_REQUEST
    if request is None or (isinstance(told, Withdrawn) and not is_theirs):
        raise Refused(404, "not-found", "There is no request of this id.")
    if isinstance(told, Withdrawn):
        return MessageKind.CANCEL, partial(_withdraw, request, sender)
    kind = MessageKind.CONFIRM if is_theirs else MessageKind.HAND_BACK_ACK
    return kind, partial(_take_response, told, request, sender)


def _offer(asked: Asked, sender: SignedMessage, message: Message) -> journey.Answered:
    """The same as a create with an EIDO; the id of the request is kept for every later response."""
    try:
        new = offered_in(asked.eido, now=clock.now())
    except InvalidPayload as invalid:
        problems = (PayloadProblem(f"{EIDO_POINTER}{one.pointer}", one.code) for one in invalid.problems)
        raise InvalidPayload(*problems, slug=invalid.slug, status=invalid.status) from None
    check_can_keep()
    is_one_too_many = new_calls.is_too_much(sender.key_id, clock.now())
    before = conveyance_rows.find_request(sender.client_id, asked.request_id)
    try:
        merged = links.merged_with(sender.client_id, new.incident_id, new.links)
        status, answer = journey_again.take_in_merged(
            new, message, merged, actor=sender.actor, is_one_too_many=is_one_too_many
        )
    except IntegrityError:  # the message or the incident is here already
        let_go()
        with reading():
            message = replace(message, signing_key_id=key_that_holds(message))
        if known := replay(message):
            return known.status_code, known.get_json()
        status, answer = journey_again.take_again(
            new, message, actor=sender.actor, is_one_too_many=is_one_too_many
        )
    if before and before.referral_id != answer["id"]:  # a late response could mean either call
        raise Refused(422, "idempotency-key-reused", "This request id was used for another call.")
    return _keep_request(asked, message, (status, answer), sender)


def _keep_request(
    asked: Asked, message: Message, answered: journey.Answered, sender: SignedMessage
) -> journey.Answered:
    """Keep which call a request is of. Was it withdrawn before it came, the call that it brings is cancelled.

    It takes no call with it that is here by another word of dispatch: there it only tells more.
    """
    status, answer = answered
    is_withdrawn = conveyance_rows.find_withdrawn(sender.client_id, asked.request_id) is not None
    if is_withdrawn and status != 201:
        return answered
    conveyance_rows.keep(sender.client_id, answer["id"], asked.request_id, ConveyanceKind.THEIR_REQUEST)
    if is_withdrawn:
        return journey_again.cancel_withdrawn(answer["id"], message, answered, actor=sender.actor)
    return answered


def _locked(request: ConveyanceRow, sender: SignedMessage) -> Referral:
    """The call of a request, held: what is told meets no other act half-way."""
    referral = queries.find_for_client(request.referral_id, sender.client_id)
    if referral is None:
        raise NotFound
    db.session.refresh(referral, with_for_update=True)
    return referral


def _withdraw(request: ConveyanceRow, sender: SignedMessage, message: Message) -> journey.Answered:
    return journey.cancel(_locked(request, sender), message, actor=sender.actor)


def _withdraw_early(told: Withdrawn, sender: SignedMessage, message: Message) -> journey.Answered:
    """The withdrawal has overtaken its request: kept under the id that both have, until the request comes."""
    known = conveyance_rows.find_withdrawn(sender.client_id, told.request_id)
    if conveyance_rows.find_request(sender.client_id, told.request_id):
        raise in_progress()  # it came at this moment; the same message again meets it
    if known:
        return journey.cancel(known, message, actor=sender.actor)
    return journey_again.cancel_early(name_of_withdrawn(told.request_id), message, actor=sender.actor)


def _take_response(
    told: Responded, request: ConveyanceRow, sender: SignedMessage, message: Message
) -> journey.Answered:
    """200 to our yes confirms it, 200 to a call given back acknowledges it; the rest is kept and shown."""
    referral = _locked(request, sender)
    kind = ConveyanceKind.THEIR_RESPONSE
    conveyance_rows.keep(sender.client_id, referral.id, told.request_id, kind, code=told.code)
    if told.code == ACCEPTED and request.kind is ConveyanceKind.THEIR_REQUEST:
        return journey.confirm(referral, message, actor=sender.actor)
    if told.code == ACCEPTED and request.kind is ConveyanceKind.OUR_REQUEST:
        return journey.hand_back_acknowledged(referral, message, actor=sender.actor)
    answer = intake.answer_for(referral)
    intake.keep_message(referral, message, 200, answer)
    return 200, answer
