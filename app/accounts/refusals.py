"""What was refused, written into the log."""

import re

import structlog
from flask import Response, request

from app.accounts.models import Account
from app.foundation.ids import ID_LENGTH

log = structlog.get_logger()

_REFUSED = frozenset({400, 401, 403, 429})
_REFUSED_AT_WORK = frozenset({404, 405, 409})
_ID = re.compile(rf"[0-9a-z]{{{ID_LENGTH}}}")


def note_refusal(answer: Response, person: Account | None) -> Response:
    """Write what was refused, to whom and at which door into the log. Runs after every request.

    Of people at work also what was "not there": that is what somebody finds who goes through
    the records of others. No line holds a word that was sent; of an address only ids are kept.
    """
    if answer.status_code in _REFUSED | _REFUSED_AT_WORK:
        who = person.get_id() if person else None  # nobody at a machine's door
        if who or answer.status_code in _REFUSED:
            about = [value for value in (request.view_args or {}).values() if _ID.fullmatch(str(value))]
            log.warning(
                "refused",
                status=answer.status_code,
                endpoint=request.endpoint,
                method=request.method,
                who=who,
                role=person.role.value if person and who else None,
                about=about,
            )
    return answer
