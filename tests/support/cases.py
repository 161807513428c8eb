"""Conflict cases for tests: opened by a coordinator, given to a responder, with invented people."""

from datetime import timedelta
from typing import Any

from app.accounts.models import Account
from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.assignments.models import Assignment
from app.cases import actions, agreement_actions, contact_actions, party_actions
from app.cases.agreement_models import Agreement
from app.cases.contact_models import Contact, Heat, How, Result
from app.cases.models import ConflictCase, Party, Side
from app.cases.payloads import ContactSaid, ExactPlace, Identity, Promise
from app.cases.rules import day_of
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id
from app.places.models import Area
from app.roster.lanes import Lane
from tests.support.assignments import make_assignment
from tests.support.people import make_account

PLACE = ExactPlace("4417 Sorrel Place, rear gate", 33.9412345, -118.2512345)
NAME = Identity("Quetzalina Ybarra-Okonjo", "213 555 0142")
WORDS = "The gate is clear in the mornings, zanzibarred otherwise."
PROMISE = "Park behind the second tree, not at the gate"


def make_case(
    *,
    keeper: Account | None = None,
    area: Area | None = None,
    place: ExactPlace = PLACE,
    referral_id: str | None = None,
    organization_id: str | None = None,
    lane: Lane = Lane.MEDIATION,
) -> ConflictCase:
    """An open case; `keeper` is a responder assigned to it."""
    case = actions.open_case(
        referral_id=referral_id,
        lane=lane,
        area_id=area.id if area else None,
        organization_id=organization_id,
        place=place,
        actor=actor_of(make_account(Role.COORDINATOR)),
    )
    if keeper:
        assign_to(case, keeper)
    return case


def assign_to(case: ConflictCase, account: Account) -> Assignment:
    """Give a case to a responder."""
    return make_assignment(account, case_id=case.id, referral_id=case.referral_id)


def end_assignment(assignment: Assignment) -> None:
    """Take a case away again."""
    assignment.ended_at, assignment.ended_reason = clock.now(), "clear"
    db.session.flush()


def make_party(
    case: ConflictCase,
    by: Account,
    *,
    side: Side = Side.ASKED,
    identity: Identity = NAME,
    language: str = "es",
) -> Party:
    """A person of a case."""
    return party_actions.add_party(case, side=side, language=language, identity=identity, actor=actor_of(by))


def said(*parties: Party, **fields: Any) -> ContactSaid:
    """A contact as somebody tells it: a calm talk an hour ago."""
    values: dict[str, Any] = {
        "at": clock.now().replace(second=0, microsecond=0) - timedelta(hours=1),
        "how": How.VISIT,
        "result": Result.TALKED,
        "party_ids": frozenset(party.id for party in parties),
        "heat": Heat.CALMER,
        "minutes": 25,
        "words": WORDS,
        **fields,
    }
    return ContactSaid(**values)


def make_contact(case: ConflictCase, by: Account, *parties: Party, **fields: Any) -> Contact:
    """A logged contact."""
    return contact_actions.log_contact(
        case, said(*parties, **fields), client_key=new_id(), actor=actor_of(by)
    )


def make_agreement(case: ConflictCase, by: Account, *sides: Party, text: str = PROMISE) -> Agreement:
    """An agreement of today with one promise, by the first side to the second."""
    by_id, to_id = ([side.id for side in sides] + [None, None])[:2]
    promise = Promise(text=text, by_party_id=by_id, to_party_id=to_id)
    return agreement_actions.reach_agreement(case, day_of(clock.now()), promise, actor=actor_of(by))
