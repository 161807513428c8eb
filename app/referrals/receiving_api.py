"""Door: what a message must be before it is read: small enough, signed, of a known kind, and in time.

The raw body, its size, its signature, its type: in this order. What is refused here was never
ours, and says so.
"""

import re
from collections.abc import Callable
from typing import Any

from flask import current_app, request
from flask.typing import ResponseReturnValue

from app.accounts.breaker import RETRY_AFTER_SECONDS, looks
from app.accounts.clients import NotSigned, SignedMessage, forget_known_keys, read_signature
from app.accounts.purposes import Asked
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import DomainError
from app.foundation.http import problem
from app.referrals import payloads
from app.referrals.health import refuses_calls
from app.referrals.intake import Message
from app.referrals.models import MessageKind, Referral
from app.referrals.naming import Naming

MAX_BODY_BYTES = 65_536
DEADLINE_HEADER = "request-deadline"
"""Until when dispatch waits for an answer, in Unix seconds: after it nothing is begun."""
_SECONDS = re.compile(r"[0-9]{1,11}(\.[0-9]{1,6})?")


class Refused(Exception):
    """The hook says no. The call is dispatch's unless `custody` says that somebody here has it."""

    def __init__(
        self, status: int, slug: str, title: str, *, retry_after: int | None = None, **members: Any
    ) -> None:
        super().__init__(slug)
        self.status, self.slug, self.title = status, slug, title
        self.members = {"custody": "dispatch"} | members
        self.headers = {"Retry-After": str(retry_after)} if retry_after else {}


def show_refusal(refused: Refused) -> ResponseReturnValue:
    db.session.rollback()
    answer = problem(refused.status, refused.slug, refused.title, **refused.members)
    answer.headers.update(refused.headers)
    return answer


def show_invalid(invalid: payloads.InvalidPayload) -> ResponseReturnValue:
    return show_refusal(unreadable(invalid))


def unreadable(invalid: payloads.InvalidPayload, **stands: Any) -> Refused:
    """What was sent cannot be read: where, and how the call stands that it is about."""
    errors = [{"pointer": one.pointer, "code": one.code} for one in invalid.problems]
    title = "The message cannot be read." if invalid.status == 400 else "Nobody could act on this."
    return Refused(invalid.status, invalid.slug, title, errors=errors, **stands)


def in_progress(**stands: Any) -> Refused:
    title = "This message is being answered. Send it again."
    return Refused(409, "request-in-progress", title, retry_after=1, **stands)


def stands_of(referral: Referral | None) -> dict[str, Any]:
    """How a call stands, for a refusal about it; nothing where there is none."""
    return {"state": referral.state.value, "custody": referral.custody.value} if referral else {}


def refused(error: DomainError, **stands: Any) -> Refused:
    """The rules of the work say no; dispatch is told how the call stands."""
    if error.code == "request-in-progress":
        return in_progress(**stands)
    return Refused(error.status, error.code, str(error), **stands)


def receive(
    kind: MessageKind,
    media_types: tuple[str, ...],
    read: Callable[..., SignedMessage] = read_signature,
    named: Callable[[SignedMessage], Naming] | None = None,
) -> tuple[SignedMessage, Message]:
    """The raw body, its size, its signature, its type: in this order, before it is read.

    `named`: which call the address names. Only who has signed is told of it.
    """
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise Refused(413, "too-large", "The message is larger than 64 kB.")
    body = request.get_data(cache=False)
    if len(body) > MAX_BODY_BYTES:
        raise Refused(413, "too-large", "The message is larger than 64 kB.")
    sender = check_signature(body, read)
    if request.mimetype not in media_types:
        stands = stands_of(named(sender).find() if named else None)
        title = "Send one of the accepted media types."
        raise Refused(415, "unsupported-media-type", title, accepts=media_types, **stands)
    message = Message(sender.client_id, sender.key_id, sender.message_id, kind, request.mimetype, body)
    return sender, message


def check_can_keep() -> None:
    """No call is begun that would not be kept, or that dispatch no longer waits for."""
    now = clock.now()
    if refuses_calls(now, current_app.extensions["settings"].instance_path):
        raise Refused(503, "not-accepted", "We take no calls now. Keep the call.", retry_after=2)
    deadline = request.headers.get(DEADLINE_HEADER, "")
    if _SECONDS.fullmatch(deadline) and now.timestamp() > float(deadline):
        raise Refused(504, "not-accepted", "Too late by your own deadline. Keep the call.")


def check_signature(
    body: bytes, read: Callable[..., SignedMessage] = read_signature, asked: Asked = Asked.TELL
) -> SignedMessage:
    now = clock.now()
    try:
        return read(request.headers, body, now, asked)
    except NotSigned as refusal:
        server_time = int(now.timestamp())
        raise Refused(refusal.status, refusal.slug, refusal.title, server_time=server_time) from refusal


def check_look() -> SignedMessage:
    """A signed question how things stand. Too many at once are told to come again; nothing waits on them."""
    sender = check_signature(b"", asked=Asked.LOOK)
    if looks.is_too_much(sender.key_id, clock.now()):
        title = "Too many questions at once. Ask again in a second."
        raise Refused(429, "slow-down", title, retry_after=RETRY_AFTER_SECONDS)
    return sender


def key_that_holds(message: Message) -> str:
    """The key by which the database, asked now, knows the sender."""
    key_id = check_signature(message.body).key_id
    if key_id != message.signing_key_id:
        forget_known_keys()
    return key_id
