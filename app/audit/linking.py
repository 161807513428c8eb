"""The worker's part of the trail: link what is new, checkpoint it, tell the witness's file."""

from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy.exc import IntegrityError

from app.audit import chain, witness
from app.audit.checkpoints import Signer
from app.audit.witness import NotTheWitnessKey
from app.audit.witness_file import WitnessDiffers
from app.foundation.db import db, reading

log = structlog.get_logger()

LOOK_SECONDS = 5.0
"""So often the file is looked at when nothing is new: what another worker made, what failed before."""


class Linker:
    """Links, checkpoints and writes for one worker."""

    def __init__(self, signer: Signer, file: Path | None) -> None:
        self._signer, self._file = signer, file
        self._looked_at: float | None = None
        self._has_news = False
        self._is_key_another = False

    def link(self, now: datetime) -> bool:
        """Link new entries and make the checkpoint that is due, in one transaction.

        When another worker was faster, it is done already.
        """
        with reading():
            waits = chain.is_anything_waiting() or witness.is_one_due(now)
        if not waits:
            return False
        try:
            count = chain.link_waiting()
            made = self._make_checkpoint(now)
            db.session.commit()
        except IntegrityError:
            db.session.rollback()
            return False
        self._has_news = self._has_news or made
        return count > 0 or made

    def write_file(self, clock_seconds: float) -> bool:
        """Bring the file up to date when there is news, and from time to time. Never says it had work.

        `clock_seconds`: of a clock that only goes on.
        """
        is_time = self._looked_at is None or clock_seconds - self._looked_at >= LOOK_SECONDS
        if self._file is None or not (is_time or self._has_news):
            return False
        self._looked_at, self._has_news = clock_seconds, False
        try:
            with reading():
                witness.write_file(self._file)
        except OSError as problem:
            log.error("witness_file", problem=type(problem).__name__)
        except WitnessDiffers:
            log.error("witness_differs")
        return False

    def _make_checkpoint(self, now: datetime) -> bool:
        try:
            return witness.make_due(self._signer, now) is not None
        except NotTheWitnessKey:
            if not self._is_key_another:  # said once: it stays so until the worker is started anew
                log.error("witness_key_is_another")
            self._is_key_another = True
            return False
