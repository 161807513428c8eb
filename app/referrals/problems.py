"""Every problem that the hook answers with: what it means, who has the call, and what dispatch does next.

The last part of a problem's `type` is its slug; the address shows this row as a page. One rule
stands above the table: what is refused was never taken, and a call that somebody here has is
said to be so by `custody` in the same answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass

DISPATCH = "Dispatch, as before."
AS_SAID = "Whoever `custody` in the answer names."


@dataclass(frozen=True)
class Problem:
    """One row: the name, the statuses it comes with, and what to do."""

    slug: str
    statuses: tuple[int, ...]
    title: str
    meaning: str
    next_step: str
    owner: str = DISPATCH
    members: tuple[str, ...] = ()
    """What the body holds besides `type`, `title`, `status` and `custody`."""


_ROWS = (
    Problem(
        "invalid-request",
        (400,),
        "The message cannot be read",
        "A member is missing, of the wrong type or too long, a key is doubled, a time has no zone, or the"
        " text is not UTF-8 or not JSON, as a compressed one. `errors` names each place and a code, never"
        " what was sent.",
        "Keep the call unless `custody` says otherwise. Mend the message and send it under a new id.",
        owner=AS_SAID,
        members=("errors", "state"),
    ),
    Problem(
        "bad-signature",
        (401,),
        "The signature does not hold",
        "No key of yours made this signature over these exact bytes, or the id or the time is missing.",
        "Keep the call. Check the key, and that you sign the bytes that you send.",
        members=("server_time",),
    ),
    Problem(
        "stale-timestamp",
        (401,),
        "The clocks differ",
        "The signature holds, but its time is more than five minutes from ours.",
        "Keep the call. Set your clock by `server_time`, sign again with the time of this attempt, and the"
        " same id.",
        members=("server_time",),
    ),
    Problem(
        "unknown-key",
        (401,),
        "We do not know this key",
        "The client in `webhook-client` has no key that holds, or nobody has.",
        "Keep the call. Ask our operators whether the key was revoked.",
        members=("server_time",),
    ),
    Problem(
        "not-permitted",
        (403,),
        "This key is not for that",
        "The signature holds, and the key was made for something else: one that watches may only look.",
        "Keep the call. Use the key of your dispatch system.",
        members=("server_time",),
    ),
    Problem(
        "not-found",
        (404,),
        "There is nothing here for you",
        "There is no such call, or it is another centre's: both get the same answer. An address with a null"
        " byte names nothing.",
        "Keep the call. Compare the id with your own book, or offer the call.",
    ),
    Problem(
        "method-not-allowed",
        (405,),
        "This address does not do that",
        "The header `Allow` says what it does.",
        "Keep the call. Mend the request.",
    ),
    Problem(
        "custody-expired",
        (409,),
        "Too late for this",
        "A clock ran out, or somebody was faster: the call has moved on, or no person here has said yes.",
        "Keep the call unless `custody` says otherwise; look at `state`.",
        owner=AS_SAID,
        members=("state",),
    ),
    Problem(
        "name-our-referral",
        (409,),
        "Name our referral",
        "A person here has said yes. From then on a message names our id: one by the number of the incident"
        " could be a late one about an earlier referral.",
        "Send it to `/api/v1/referrals/{id}/cancel`.",
        owner=AS_SAID,
        members=("state",),
    ),
    Problem(
        "request-in-progress",
        (409,),
        "This message is being answered",
        "The same message, or another one of the same incident, is being written at this moment.",
        "Send it again after `Retry-After`, with the same id. No answer within two seconds: keep the call.",
        owner=AS_SAID,
        members=("state",),
    ),
    Problem(
        "terminal-state",
        (409,),
        "This call has ended here",
        "It was handed back, cancelled or closed; nothing more is added to it.",
        "Send a new referral: a newer version of the incident, or a new incident.",
        owner="As `custody` says; whoever calls now is with dispatch.",
        members=("state",),
    ),
    Problem(
        "too-large",
        (413,),
        "The message is larger than 64 kB",
        "Nothing of it was read.",
        "Keep the call. Send less.",
    ),
    Problem(
        "unsupported-media-type",
        (415,),
        "We do not read this kind of message",
        "`accepts` names what this address takes.",
        "Keep the call unless `custody` says otherwise. Mend `content-type`.",
        owner=AS_SAID,
        members=("accepts", "state"),
    ),
    Problem(
        "idempotency-key-reused",
        (422,),
        "This id was used for another message",
        "The same `webhook-id` came before with other bytes, for another act or about another call.",
        "Keep the call unless `custody` says otherwise, and raise an alarm: two messages share an id, and"
        " this one was not acted on.",
        owner=AS_SAID,
        members=("state",),
    ),
    Problem(
        "not-actionable",
        (422,),
        "Nobody could act on this",
        "It is well formed, and has neither a place nor a number to call back.",
        "Keep the call. Send it again when you know one of the two.",
        members=("errors",),
    ),
    Problem(
        "slow-down",
        (429,),
        "Too many questions at once",
        "Only questions are slowed, at more than 20 a second for long. Calls and updates never are.",
        "Ask again after `Retry-After`.",
    ),
    Problem(
        "not-accepted",
        (500, 503, 504),
        "Not stored",
        "Nothing is durable: the store is away or full, we are about to stop, or your own `request-deadline`"
        " had passed. `intake-health` says the same with each check.",
        "Keep the call and answer it yourself. Grey the button until `intake-health` is 200.",
        members=("checks", "canary_at", "clocks_at", "disk_free_percent", "server_time"),
    ),
)

PROBLEMS: Mapping[str, Problem] = {one.slug: one for one in _ROWS}
