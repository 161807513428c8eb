"""Every message that dispatch can send us, and every status it can be answered with. Pure.

The document that machines read, the developers' page and the tests are made from it. A test
holds it against the routes: a door that is not in here is not offered to anybody.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.referrals.eido import MEDIA_TYPE as EIDO

JSON = "application/json"
PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Reply:
    """One good answer: its status, what it means, and the shape of its body."""

    status: int
    meaning: str
    shape: str = "Standing"
    media_type: str = JSON


@dataclass(frozen=True)
class Argument:
    """A part of the address or a question after it."""

    name: str
    about: str
    is_in_path: bool = True


@dataclass(frozen=True)
class Operation:
    """One row: a method and an address, what it takes, and all that it may answer."""

    id: str
    method: str
    path: str
    summary: str
    about: str
    replies: tuple[Reply, ...]
    problems: tuple[tuple[int, str], ...]
    arguments: tuple[Argument, ...] = ()
    takes: tuple[tuple[str, str], ...] = ()
    """Media types and the shape that each holds."""
    is_body_needed: bool = True
    keeps_deadline: bool = False

    @property
    def statuses(self) -> frozenset[int]:
        return frozenset(one.status for one in self.replies) | {status for status, _ in self.problems}


_KEYS = ((401, "bad-signature"), (401, "stale-timestamp"), (401, "unknown-key"))
_TROUBLE = ((500, "not-accepted"), (503, "not-accepted"))
_NOT_FOUND = (404, "not-found")
_LOOK = (*_KEYS, _NOT_FOUND, (429, "slow-down"), *_TROUBLE)
_TELL = (
    (400, "invalid-request"),
    *_KEYS,
    (403, "not-permitted"),
    _NOT_FOUND,
    (409, "request-in-progress"),
    (413, "too-large"),
    (415, "unsupported-media-type"),
    (422, "idempotency-key-reused"),
    *_TROUBLE,
)
_TERMINAL = (409, "terminal-state")
_EXPIRED = (409, "custody-expired")
_NAME_OURS = (409, "name-our-referral")

_OUR_ID = Argument("id", "Our id of the referral, as the first answer said it.")
_THEIR_ID = Argument("incident_id", "Your own number of the incident, percent-encoded.")
_SINCE = Argument(
    "since", "A cursor: only what came after it. Without it: the last 24 hours.", is_in_path=False
)
_LIMIT = Argument("limit", "How many at most, 1 to 500.", is_in_path=False)

_STANDS = Reply(200, "Kept, and how the call stands now.")
_PARKED = Reply(202, "Kept, before the call itself has come: it waits 30 seconds for it.")
_REQUESTED = Reply(
    202, "A person here has said yes: one of ours must first be sure that nobody is in danger."
)
_UPDATE = ((JSON, "Update"), (EIDO, "Eido"))
_NOTHING = ((JSON, "Nothing"),)

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "offerCall",
        "POST",
        "/api/v1/referrals",
        "Offer a call",
        "A new call, as an EIDO or as our JSON. The same incident again joins the call that is open: a newer"
        " version's place, number and language count from then on, and a call that has moved is read by a"
        " person. After an end a newer version is a new referral with every risk told before.",
        (
            Reply(201, "Stored and screened. Not ours: wait for `referral.accepted`."),
            Reply(200, "Here already: a repeat, an incident that is open, or one that was cancelled."),
        ),
        (*_TELL, _TERMINAL, (422, "not-actionable"), (504, "not-accepted")),
        takes=((JSON, "Referral"), (EIDO, "Eido")),
        keeps_deadline=True,
    ),
    Operation(
        "updateReferral",
        "POST",
        "/api/v1/referrals/{id}/updates",
        "Tell more of a call",
        "It can raise the risk, never lower it. An older version is kept and read too (`stale_ignored`)."
        " What it answers is not among `needs` any more.",
        (_STANDS, _PARKED),
        (*_TELL, _TERMINAL),
        (_OUR_ID,),
        _UPDATE,
    ),
    Operation(
        "cancelReferral",
        "POST",
        "/api/v1/referrals/{id}/cancel",
        "Take a call back",
        "At any moment. After our yes a person here agrees to it; until then both own the call.",
        (_STANDS, _REQUESTED),
        (*_TELL, _TERMINAL),
        (_OUR_ID,),
        _NOTHING,
        is_body_needed=False,
    ),
    Operation(
        "confirmReferral",
        "POST",
        "/api/v1/referrals/{id}/confirm",
        "Confirm our yes",
        "You have recorded it and let go. A 200 whose body says custody `office` is the only end of your"
        " responsibility.",
        (_STANDS,),
        (*_TELL, _EXPIRED),
        (_OUR_ID,),
        _NOTHING,
        is_body_needed=False,
    ),
    Operation(
        "acknowledgeHandBack",
        "POST",
        "/api/v1/referrals/{id}/handback-ack",
        "Acknowledge a hand-back",
        "You have the call again. First write it into your own book, then say so.",
        (_STANDS,),
        (*_TELL, _EXPIRED),
        (_OUR_ID,),
        _NOTHING,
        is_body_needed=False,
    ),
    Operation(
        "showReferral",
        "GET",
        "/api/v1/referrals/{id}",
        "How a call stands",
        "State and owner, and while we decide what is worth asking (`needs`); nothing of what was said.",
        (Reply(200, "How the call stands now."),),
        _LOOK,
        (_OUR_ID,),
    ),
    Operation(
        "updateIncident",
        "POST",
        "/api/v1/incidents/{incident_id}/updates",
        "Tell more before you know our id",
        "The same under your own number of the incident. It may overtake its call.",
        (_STANDS, _PARKED),
        (*_TELL, _TERMINAL),
        (_THEIR_ID,),
        _UPDATE,
    ),
    Operation(
        "cancelIncident",
        "POST",
        "/api/v1/incidents/{incident_id}/cancel",
        "Take a call back before you know our id",
        "It may overtake its call, which then is cancelled when it comes. After our yes name our referral.",
        (_STANDS,),
        (*_TELL, _NAME_OURS),
        (_THEIR_ID,),
        _NOTHING,
        is_body_needed=False,
    ),
    Operation(
        "showIncident",
        "GET",
        "/api/v1/incidents/{incident_id}",
        "How an incident stands",
        "Its latest referral: state and owner, and what is worth asking (`needs`).",
        (Reply(200, "How the latest referral of the incident stands now."),),
        (*_LOOK, (400, "invalid-request")),
        (_THEIR_ID,),
    ),
    Operation(
        "listChanges",
        "GET",
        "/api/v1/referrals",
        "Every change of your calls",
        "Oldest first, each once, up to ten seconds ago. Go on from `next`, also when nothing came. A key"
        " that only watches sees the calls of all systems of its agency.",
        (Reply(200, "A page of changes.", "Changes"),),
        (*_LOOK, (400, "invalid-request")),
        (_SINCE, _LIMIT),
    ),
    Operation(
        "digestChanges",
        "GET",
        "/api/v1/referrals/digest",
        "The same changes as a count and a hash",
        "To see at a glance whether both books are equal. For a key that only watches: its agency's.",
        (Reply(200, "Count and hash.", "Digest"),),
        (*_LOOK, (400, "invalid-request")),
        (_SINCE,),
    ),
    Operation(
        "intakeHealth",
        "GET",
        "/api/v1/intake-health",
        "Whether a live call could be taken now",
        "Ask every ten seconds; grey your button at 503 or after 30 seconds of silence.",
        (Reply(200, "Every check holds.", "Health"),),
        _LOOK,
    ),
    Operation(
        "showEido",
        "GET",
        "/EIDO/{incident_id}",
        "The EIDO of an incident",
        "As it stands with us: state, unit, disposition; nothing that was said.",
        (Reply(200, "The document.", "Eido", EIDO),),
        _LOOK,
        (_THEIR_ID,),
    ),
    Operation(
        "convey",
        "POST",
        "/api/v1/conveyance",
        "EIDO Conveyance",
        "`requestForService`, `cancelRequest` or `response`, one in each message. A `cancelRequest` may"
        " overtake its request, which is then cancelled as it comes. An answer with code 200 is only given"
        " of a call that a person here has taken and you have confirmed: its custody is `office`."
        " The `response` that we send you for our yes says 200 too, while both own the call.",
        (
            Reply(201, "Stored and screened. Not ours.", "ConveyanceResponse"),
            Reply(200, "Kept; the response says how the call stands.", "ConveyanceResponse"),
            Reply(
                202, "Kept; a person here must agree, or the call itself is awaited.", "ConveyanceResponse"
            ),
        ),
        (*_TELL, _TERMINAL, _EXPIRED, (422, "not-actionable"), (504, "not-accepted")),
        takes=((JSON, "Conveyance"),),
        keeps_deadline=True,
    ),
)


def slugs_answered() -> Iterable[str]:
    """Every problem that some operation can answer with."""
    return {slug for one in OPERATIONS for _, slug in one.problems}


def usual_problems(method: str) -> list[str]:
    """The problems that every message of a method may meet."""
    of_each = [{slug for _, slug in one.problems} for one in OPERATIONS if one.method == method]
    return sorted(set.intersection(*of_each))
