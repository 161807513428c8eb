"""What came of a call once somebody went: the visit, the case, and sometimes an agreement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from app import journey
from app.accounts.sign_in import actor_of
from app.assignments.models import Assignment, Step
from app.audit.trail import Actor
from app.cases.actions import note_signs
from app.cases.agreement_actions import add_item, reach_agreement, say_item
from app.cases.agreement_models import Said
from app.cases.contact_actions import log_contact, plan_follow_up
from app.cases.contact_models import Heat, How, Result
from app.cases.models import Chance, ConflictCase, Outcome, Party, Payback, Side, WeaponAsked
from app.cases.party_actions import add_party
from app.cases.payloads import ContactSaid, Identity, Promise
from app.cases.rules import day_of
from app.demo.parts.case_words import (
    FIRST_VISIT,
    INVENTED_NAMES,
    LOOKED_AGAIN,
    PROMISES,
    TALKED_ONCE,
    TOGETHER,
)
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id
from app.referrals.models import Referral
from app.roster.lanes import Lane

TWO_SIDES = (Lane.MEDIATION, Lane.RESTORATIVE, Lane.INTERRUPTION)
RIDE_MINUTES = {Lane.UNARMED_CRISIS: (8, 40, 19), Lane.HOMELESS_OUTREACH: (10, 50, 24)}
OTHER_RIDE_MINUTES = (10, 55, 26)


@dataclass(frozen=True)
class Visit:
    """One assignment of the past and whether its case goes on after it."""

    dice: Random
    referral: Referral
    assignment: Assignment
    stays_open: bool

    @property
    def case(self) -> ConflictCase:
        return db.session.get_one(ConflictCase, self.assignment.case_id)

    @property
    def actor(self) -> Actor:
        return actor_of(self.assignment.account)

    def step(self, step: Step, at: datetime) -> None:
        with clock.as_of(at):
            journey.take_step(self.assignment, step, actor=self.actor)


def go(visit: Visit, at: datetime) -> datetime:
    """From the message on the phone to the end of the visit, and what the case came to."""
    dice = visit.dice
    at += timedelta(seconds=dice.triangular(8, 150, 30))
    visit.step(Step.ACKNOWLEDGED, at)
    at += timedelta(minutes=dice.triangular(1, 6, 2))
    visit.step(Step.EN_ROUTE, at)
    at += timedelta(minutes=dice.triangular(*RIDE_MINUTES.get(visit.referral.lane, OTHER_RIDE_MINUTES)))  # type: ignore[arg-type]
    visit.step(Step.ON_SCENE, at)
    at += timedelta(minutes=dice.uniform(1, 6))
    if dice.random() < 0.02:
        with clock.as_of(at):
            journey.not_safe(visit.assignment, "danger_on_scene", actor=visit.actor)
        return at
    found = dice.choices((Step.CONTACT_MADE, Step.NOT_FOUND, Step.REFUSED), (86, 8, 6))[0]
    visit.step(found, at)
    at += timedelta(minutes=dice.triangular(10, 75, 25))
    visit.step(Step.CLEAR, at)
    if found is Step.CONTACT_MADE:
        _work(visit, at)
    else:
        result = Result.NOBODY_THERE if found is Step.NOT_FOUND else Result.SAID_NO
        outcome = Outcome.NOT_FOUND if found is Step.NOT_FOUND else Outcome.REFUSED
        _log(visit, at, ContactSaid(at=at, how=How.VISIT, result=result, minutes=20))
        _close(visit, at + timedelta(minutes=5), outcome)
    return at


def _work(visit: Visit, at: datetime) -> None:
    """Somebody talked with us. Where there are two sides, some come to an agreement."""
    dice, now = visit.dice, clock.now()
    with clock.as_of(at):
        parties = _meet(visit)
        said = dice.choice(FIRST_VISIT[visit.referral.lane in TWO_SIDES])
        _note_signs(visit)
    _log(visit, at, _talked(visit, at, How.VISIT, said, parties[:1], heat=Heat.CALMER))
    together_at = at + timedelta(days=dice.uniform(1, 4))
    if len(parties) > 1 and dice.random() < 0.45 and together_at < now:
        _agree(visit, together_at, parties)
    elif visit.stays_open:
        again_on = max(day_of(now) + timedelta(days=dice.randrange(4)), day_of(at))
        with clock.as_of(at):
            plan_follow_up(visit.case, again_on, actor=visit.actor)
    else:
        outcome = dice.choices(
            (Outcome.CALMED, Outcome.CONNECTED_TO_SERVICE, Outcome.NO_AGREEMENT), (6, 3, 1)
        )[0]
        _close(visit, at + timedelta(minutes=dice.uniform(3, 90)), outcome)


def _agree(visit: Visit, at: datetime, parties: Sequence[Party]) -> None:
    """Both sides at one table, two promises, and somebody who looks again on the days after."""
    dice, first, second = visit.dice, parties[0], parties[1]
    said = _talked(visit, at, How.JOINT_SESSION, dice.choice(TOGETHER), parties[:2], heat=Heat.CALMER)
    _log(visit, at, said)
    promises = dice.sample(PROMISES, 2)
    with clock.as_of(at):
        agreement = reach_agreement(
            visit.case, day_of(at), Promise(promises[0], first.id, second.id), actor=visit.actor
        )
        other = add_item(visit.case, agreement, Promise(promises[1], second.id, first.id), actor=visit.actor)
    items = [*agreement.items[:1], other]
    for days in (3, 7, 30):
        looked_at = at + timedelta(days=days, hours=dice.uniform(0, 6))
        if looked_at > clock.now() or dice.random() < 0.1:
            return
        words = dice.choice(LOOKED_AGAIN)
        _log(visit, looked_at, _talked(visit, looked_at, How.PHONE, words, parties[:2], heat=Heat.SAME))
        with clock.as_of(looked_at):
            for item, party in zip(items, (second, first), strict=True):
                said_of = dice.choices((Said.KEPT, Said.PARTLY, Said.NOT_KEPT), (7, 2, 1))[0]
                say_item(visit.case, item, party, said_of, actor=visit.actor)
    _close(visit, looked_at + timedelta(hours=1), Outcome.AGREEMENT)


def _meet(visit: Visit) -> list[Party]:
    """The people of a conflict: the one who called, and the other side where there is one."""
    sides = (Side.ASKED, Side.OTHER) if visit.referral.lane in TWO_SIDES else (Side.ASKED,)
    names = visit.dice.sample(INVENTED_NAMES, len(sides))
    phone = f"213-555-01{visit.dice.randrange(100):02}"
    return [
        add_party(
            visit.case,
            side=side,
            language=visit.referral.language,
            identity=Identity(name, phone if side is Side.ASKED else ""),
            actor=visit.actor,
        )
        for side, name in zip(sides, names, strict=True)
    ]


def _note_signs(visit: Visit) -> None:
    dice = visit.dice
    note_signs(
        visit.case,
        harm=dice.choices((Chance.UNLIKELY, Chance.VERY_UNLIKELY, Chance.EVEN, Chance.LIKELY), (5, 3, 2, 1))[
            0
        ],
        payback=dice.choices((Payback.NO_SIGN, Payback.NOT_ASKED, Payback.TALKED_OF), (6, 3, 1))[0],
        people_now=dice.randrange(1, 5),
        weapon=dice.choices((WeaponAsked.NONE, WeaponAsked.NOT_ASKED), (8, 2))[0],
        actor=visit.actor,
    )


def _talked(
    visit: Visit, at: datetime, how: How, words: str, parties: Sequence[Party], *, heat: Heat
) -> ContactSaid:
    birds = " and ".join(party.bird for party in parties)
    return ContactSaid(
        at=at,
        how=how,
        result=Result.TALKED,
        party_ids=frozenset(party.id for party in parties),
        heat=heat,
        minutes=visit.dice.randrange(10, 80, 5),
        words=words.format(birds=birds or TALKED_ONCE),
    )


def _log(visit: Visit, at: datetime, said: ContactSaid) -> None:
    with clock.as_of(at):
        log_contact(visit.case, said, client_key=new_id(), actor=visit.actor)


def _close(visit: Visit, at: datetime, outcome: Outcome) -> None:
    with clock.as_of(min(at, clock.now())):
        journey.close_case(visit.case, outcome, actor=visit.actor)
