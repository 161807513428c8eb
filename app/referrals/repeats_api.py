"""Door: a message that came before gets its first answer again; one that only shares its id is refused.

An id is of one message: the same bytes, of the same kind, about the same call. Confirm, cancel
and acknowledge carry an empty object, so which call they mean stands in the address alone.
"""

from typing import Any

from flask import Response

from app.foundation.http import MachineAnswer
from app.referrals import queries
from app.referrals.intake import Message, answer_for
from app.referrals.naming import Naming
from app.referrals.receiving_api import Refused, stands_of


def replay(message: Message, about: Naming | None = None) -> Response | None:
    """The first answer again, for a message that came before; `about` is None for a call that is offered.

    Where the call has another owner by now the repeat says so: an old "office" must never be the
    last that dispatch hears of a call that is its own again.
    """
    known = queries.find_message(message.client_id, message.message_id)
    if known is None:
        return None
    referral = queries.find_for_client(known.referral_id or "", message.client_id)
    is_same = known.body_digest == message.digest and known.kind is message.kind
    if not is_same or (about and not (referral and about.means(referral))):
        title = "This id was used for another message."
        raise Refused(422, "idempotency-key-reused", title, **stands_of(about.find() if about else None))
    said = known.answer
    if referral is not None and referral.custody != said.get("custody"):
        said = said | answer_for(referral)
    answer = answer_as(200 if known.answer_status == 201 else known.answer_status, said)
    answer.headers["Idempotent-Replayed"] = "true"
    return answer


def answer_as(status: int, answer: dict[str, Any]) -> Response:
    """How a call stands, and for a new one where it is found."""
    headers = {"Location": f"/api/v1/referrals/{answer['id']}"} if status == 201 else {}
    return MachineAnswer(status, answer, **headers)
