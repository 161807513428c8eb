"""EIDO Conveyance (NENA STA-024.1.1, draft): requests for service and responses, over HTTP POST.

Every message is one object under one key that names it. A response carries a code as SIP has
them; here one sentence stands above the table: 200 is said only of a call that a person of
ours has taken, so no centre lets go of a call because a machine was polite. Our yes is 200
while both own the call; an answer of the door is 200 only when it is ours alone.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import Field

from app.referrals.payloads import InvalidPayload, PayloadProblem, Strict, read_json, text_up_to, validated

if TYPE_CHECKING:
    RequestId: TypeAlias = str
    ResponseText: TypeAlias = str
else:
    RequestId, ResponseText = text_up_to(120, 1), text_up_to(300)

WORKING, QUEUED, ACCEPTED, DECLINED = 180, 182, 200, 603
_CODES = frozenset(
    {
        *(WORKING, QUEUED, ACCEPTED, 302, 400, 403, 404, 408, 488),
        *(500, 501, 502, 503, 504, 505, 513, DECLINED, 606),
    }
)
# By the state of a referral, as dispatch is told of it. Any other state is not theirs to let go of.
_CODES_OF_STATES = {
    "in_review": QUEUED,
    "offered": QUEUED,
    "handing_back": DECLINED,
    "handed_back": DECLINED,
    "cancelled": DECLINED,
}


@dataclass(frozen=True)
class Asked:
    """`requestForService`: take this incident, or read what is new of it."""

    request_id: str
    eido: dict[str, Any]


@dataclass(frozen=True)
class Withdrawn:
    """`cancelRequest`: we take the call back that we asked you to take."""

    request_id: str


@dataclass(frozen=True)
class Responded:
    """`response`: what dispatch says to our yes, or to a call that we give back."""

    request_id: str
    code: int


class _Asked(Strict):
    request_id: RequestId = Field(alias="requestId")
    eido: dict[str, Any]


class _Withdrawn(Strict):
    request_id: RequestId = Field(alias="requestId")


class _Responded(Strict):
    request_id: RequestId = Field(alias="requestId")
    code: int = Field(alias="responseCode")
    text: ResponseText = Field(default="", alias="responseText")


MESSAGE_KEYS = ("requestForService", "cancelRequest", "response")


class _Message(Strict):
    asked: _Asked | None = Field(default=None, alias="requestForService")
    withdrawn: _Withdrawn | None = Field(default=None, alias="cancelRequest")
    responded: _Responded | None = Field(default=None, alias="response")


def read_conveyance(body: bytes) -> Asked | Withdrawn | Responded:
    """Read a message. Raises `InvalidPayload`; the document inside is read as any EIDO is."""
    raw = read_json(body)
    message = validated(_Message, raw)
    if len(raw) != 1:
        raise InvalidPayload(PayloadProblem("", "not-one-message"))
    if asked := message.asked:
        return Asked(asked.request_id, asked.eido)
    if withdrawn := message.withdrawn:
        return Withdrawn(withdrawn.request_id)
    responded = message.responded
    if responded is None:
        raise InvalidPayload(PayloadProblem("", "unknown-message"))
    if responded.code not in _CODES:
        raise InvalidPayload(PayloadProblem("/response/responseCode", "unknown-code"))
    return Responded(responded.request_id, responded.code)


def response_to(request_id: str, answer: dict[str, Any]) -> dict[str, Any]:
    """Our response, by the answer that any door of the hook gives: where it stands and who owns it."""
    state, custody = str(answer["state"]), str(answer["custody"])
    code = ACCEPTED if custody == "office" else _CODES_OF_STATES.get(state, WORKING)
    reason = f" ({answer['reason']})" if answer.get("reason") else ""
    return written_response(request_id, code, f"{state}{reason}; custody {custody}")


def our_yes(request_id: str) -> dict[str, Any]:
    """What dispatch is told when a person here takes its call: not yet to let go."""
    text = "accept_pending; custody both: a person here takes it; respond 200 to confirm"
    return written_response(request_id, ACCEPTED, text)


def written_response(request_id: str, code: int, text: str) -> dict[str, Any]:
    return {"response": {"requestId": request_id, "responseCode": code, "responseText": text}}


def written_request(request_id: str, eido: dict[str, Any]) -> dict[str, Any]:
    return {"requestForService": {"requestId": request_id, "eido": eido}}


def written_notice(request_id: str, eido: dict[str, Any]) -> dict[str, Any]:
    return {"requestAwareness": {"requestId": request_id, "eido": eido}}
