"""Every minute the centre reads what the office says changed, and compares it with its own book."""

import threading
from time import monotonic
from typing import Any
from urllib.parse import quote

from app.demo.button import NOT_THERE
from app.demo.contract import Lie, View
from app.demo.held import Held
from app.demo.ledger import Ledger
from app.demo.talk import Talk
from app.referrals.sender import HookAnswer, Unanswered

TRIES = 3


class Reconciling:
    """The office's list of changes, read page after page from where the last reading ended."""

    def __init__(self, talk: Talk, ledger: Ledger, page_size: int) -> None:
        self._talk, self._ledger, self._page_size = talk, ledger, page_size
        self._cursor = ""
        self._lock = threading.Lock()
        self.is_there = True
        self.row_count = 0
        self.foreign_row_count = 0

    def read(self) -> bool:
        """Read to the end and compare; whether the end was reached."""
        with self._lock:
            while page := self._page():
                rows, has_more = page
                for row in rows:
                    self._compare(row)
                if not has_more:
                    return True
        return False

    def _page(self) -> tuple[list[dict[str, Any]], bool] | None:
        """One page and whether there are more; None when it could not be read."""
        answer = self._ask() if self.is_there else None
        if answer is None:
            return None
        if answer.status in NOT_THERE:
            self.is_there = False
            return None
        rows, after = answer.body.get("changes"), answer.body.get("next")
        if not answer.is_taken or not isinstance(rows, list):
            return None
        has_more = bool(answer.body.get("has_more")) and after not in (None, self._cursor)
        self._cursor = str(after) if after is not None else self._cursor
        return rows, has_more

    def _ask(self) -> HookAnswer | None:
        try:
            since = f"since={quote(self._cursor, safe='')}&" if self._cursor else ""
            return self._talk.sender.get(f"?{since}limit={self._page_size}", tries=TRIES)
        except Unanswered:
            return None

    def _compare(self, row: dict[str, Any]) -> None:
        referral_id, incident_id = str(row.get("id") or ""), str(row.get("incident_id") or "")
        held = self._ledger.find(referral_id, incident_id)
        if held is None and (known := self._ledger.find_incident(incident_id)):
            held = self._ledger.again(known, monotonic(), referral_id)
        if held is None:
            self.foreign_row_count += 1  # of an earlier run, or another's who speaks with our key
            return
        self.row_count += 1
        if not held.is_earlier:
            self._talk.announce(held, self._ledger.listed(held, row))

    def differs(self, held: Held) -> Lie | None:
        """Whether the list and the call itself tell the same, once both were read to the end."""
        if not self.is_there or not held.referral_id or not held.state:
            return None
        if held.row is None:
            return Lie.FORGOTTEN
        return None if held.row == View(held.state, held.custody) else Lie.BOOKS_DIFFER
