"""Door: what dispatch asks of us as a whole: whether we can take a call, and how all its calls stand."""

import re
from typing import Any

from flask import current_app, request
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement

from app.accounts.access import signed
from app.accounts.clients import SignedMessage
from app.accounts.purposes import Purpose
from app.foundation import clock
from app.foundation.db import reading, transactional
from app.foundation.http import MachineAnswer, problem
from app.foundation.ids import ID_LENGTH
from app.referrals.api import bp as bp
from app.referrals.api import intake_door as intake_door
from app.referrals.health import read_health
from app.referrals.payloads import InvalidPayload, PayloadProblem
from app.referrals.queries import offered_by, offered_by_agency
from app.referrals.receiving_api import check_look
from app.referrals.reconciliation import LARGEST_PAGE, digest_changes, list_changes

_CURSOR = re.compile(rf"[0-9a-z]{{{ID_LENGTH}}}")
USUAL_PAGE = 100


@intake_door.get("/intake-health")
@signed
@transactional
def intake_health() -> ResponseReturnValue:
    """Whether a live call could be taken now; 503 with the check that fails when not."""
    with reading():
        check_look()
    now = clock.now()
    health = read_health(now, current_app.extensions["settings"].instance_path)
    about: dict[str, Any] = {
        "checks": dict(health.checks),
        "canary_at": health.canary_at,
        "clocks_at": health.beat_at,
        "disk_free_percent": round(100 * health.free_share, 1),
        "server_time": int(now.timestamp()),
    }
    if health.is_well:
        return MachineAnswer(200, about)
    answer = problem(503, "not-accepted", "We cannot take a call now.", custody="dispatch", **about)
    answer.headers["Retry-After"] = "2"
    return answer


@bp.get("")
@signed
def changes() -> ResponseReturnValue:
    """Every change of the sender's calls after a cursor, oldest first, in pages."""
    with reading():
        sender = check_look()
        page = list_changes(_whose(sender), _cursor(), _limit(), clock.now())
    rows = [
        {
            "cursor": row.id,
            "id": row.referral_id,
            "incident_id": row.incident_id,
            "version": row.applied_version,
            "state": row.state.value,
            "custody": row.custody.value,
            "reason": row.reason,
            "at": row.at.isoformat(timespec="milliseconds"),
        }
        for row in page.rows
    ]
    return MachineAnswer(200, {"changes": rows, "next": page.next_cursor, "has_more": page.has_more})


@bp.get("/digest")
@signed
def digest() -> ResponseReturnValue:
    """The same changes as a count and a hash, to see at a glance whether both books are equal."""
    with reading():
        sender = check_look()
        found = digest_changes(_whose(sender), _cursor(), clock.now())
    return MachineAnswer(
        200, {"since": found.since, "until": found.until, "count": found.count, "digest": found.digest}
    )


def _whose(sender: SignedMessage) -> ColumnElement[bool]:
    """Who only watches sees the book of its agency; any other what it offered itself."""
    if sender.purpose is Purpose.MONITORING:
        return offered_by_agency(sender.agency)
    return offered_by(sender.client_id)


def _cursor() -> str | None:
    since = request.args.get("since")
    if since is not None and not _CURSOR.fullmatch(since):
        raise InvalidPayload(PayloadProblem("since", "not-a-cursor"))
    return since


def _limit() -> int:
    asked = request.args.get("limit", str(USUAL_PAGE))
    if not re.fullmatch("[0-9]{1,4}", asked) or not 1 <= int(asked) <= LARGEST_PAGE:
        raise InvalidPayload(PayloadProblem("limit", f"not-1-to-{LARGEST_PAGE}"))
    return int(asked)
