"""Calls that were offered to us, made ready to be read again by another policy.

Their words are unsealed for the screening alone. A call whose key is destroyed has none any more, and is
left out. What a call's own message spoke against, beside its words, holds for every policy.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.foundation.db import db
from app.foundation.office import LOS_ANGELES
from app.referrals.models import Referral, State
from app.referrals.queries import find_told
from app.triage.models import Screening
from app.triage.queries import dangers_told, doubts_told, screenings_by_referral
from app.triage.questions import signs_again
from app.triage.shadow import NOT_TOLD, ShadowCall
from app.vault import sealing
from app.vault.access import Use

AT_ONCE = 50


def count_since(since: datetime) -> int:
    """How many calls came from then on."""
    calls = select(func.count()).select_from(Referral).where(_came_since(since))
    return db.session.scalar(calls) or 0


def calls_after(since: datetime, last_id: str = "") -> Sequence[Referral]:
    """The next fifty calls that came at that moment or later, after the one with this id (one query)."""
    later = or_(Referral.received_at > since, and_(Referral.received_at == since, Referral.id > last_id))
    some = select(Referral).where(_came_since(since), later).options(joinedload(Referral.area))
    return db.session.scalars(some.order_by(Referral.received_at, Referral.id).limit(AT_ONCE)).all()


def stored_calls(since: datetime) -> Iterator[ShadowCall]:
    """Every call that came from then on, oldest first, as far as its words are still kept."""
    last_id = ""
    while referrals := calls_after(since, last_id):
        yield from made_ready(referrals)
        since, last_id = referrals[-1].received_at, referrals[-1].id


def made_ready(referrals: Sequence[Referral]) -> list[ShadowCall]:
    """Calls as two policies read them (two queries for all of them)."""
    # Held until the end: unsealing finds each key in the session then, and asks for none. By the machine:
    # whoever asked is shown counts and ids, and may not read the calls themselves.
    keys = sealing.hold_keys({one.key_id for one in referrals}, Use.SCREENING)
    kept = {key.id for key in keys if key.destroyed_at is None}
    readings = screenings_by_referral([one.id for one in referrals])
    return [_ready(one, readings.get(one.id, [])) for one in referrals if one.key_id in kept]


def _came_since(since: datetime) -> ColumnElement[bool]:
    return and_(Referral.received_at >= since, Referral.state != State.PARKED)


def _ready(referral: Referral, readings: Sequence[Screening]) -> ShadowCall:
    signs = replace(
        signs_again(
            readings[0].signs if readings else {},
            nature=referral.nature,
            narrative=find_told(referral).everything,
            language=referral.language,
            has_place=referral.area_id is not None,
        ),
        to_return=dangers_told(readings),
        to_review=doubts_told(readings),
    )
    hour = referral.received_at.astimezone(LOS_ANGELES).hour
    groups = {
        "language": referral.language or NOT_TOLD,
        "area": referral.area.name if referral.area else NOT_TOLD,
        "hour": f"{hour:02}",
    }
    return ShadowCall(referral.id, groups, lambda _: signs)
