"""Calls in any state for tests of the board, with what was told sealed as the hook seals it."""

from datetime import datetime, timedelta
from typing import Any

from app.accounts.models import Account
from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.audit.trail import SYSTEM, Actor
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id
from app.places.models import Area
from app.referrals import rules
from app.referrals.actions import state_row_values
from app.referrals.models import CallKind, Referral, ReferralStateRow, Source, State
from app.referrals.natures import Nature
from app.referrals.payloads import Told
from app.referrals.transitions import owner_in
from app.roster.lanes import Lane
from app.roster.models import Organization, OrganizationKind, Responder, Shift, Team
from app.triage.models import Screening
from app.triage.rules import Decision
from app.vault import sealing
from app.vault.models import KeyPurpose
from tests.support.people import make_account
from tests.support.places import make_area

TOLD = Told(
    narrative="RP states verbal argument with a neighbor. No weapons seen.",
    callback="555-0142",
    place_text="1200 E 4th St",
    lat=33.94,
    lon=-118.25,
    call_number="L-1",
)
REASONS = [
    {"code": "threats_unknown", "weight": "against", "start": None, "end": None},
    {"code": "weapons_no", "weight": "for", "start": 43, "end": 58},
]
_DECISIONS = {State.IN_REVIEW: Decision.REVIEW, State.HANDED_BACK: Decision.RETURN}


def make_call(state: State = State.OFFERED, **fields: Any) -> Referral:
    """A call in a state.

    `fields` are columns, and told=, reasons=, decision=, moved_by=, moved_at=, left= (seconds).
    """
    moved_at: datetime = fields.pop("moved_at", clock.now())
    moved_by: Actor = fields.pop("moved_by", SYSTEM)
    told: Told = fields.pop("told", TOLD)
    reasons = fields.pop("reasons", REASONS)
    decision = fields.pop("decision", _DECISIONS.get(state, Decision.OFFER))
    left = fields.pop("left", None)
    source, kind = fields.get("source", Source.DISPATCH), fields.get("kind", CallKind.CALLBACK)
    seconds = rules.clock_seconds(state, rules.DEFAULTS[kind])
    referral_id, key_id = new_id(), sealing.new_key(KeyPurpose.REFERRAL)
    values = {
        "source": source,
        "incident_id": f"L-{referral_id[-8:]}",
        "kind": kind,
        "nature": Nature.NEIGHBOR,
        "language": "es",
        "received_at": moved_at,
        "state": state,
        "custody": owner_in(state, source),
        "clock_seconds": seconds,
        "clock_due_at": moved_at + timedelta(seconds=seconds) if seconds else None,
        "lane": Lane.MEDIATION,
        **fields,
    }
    if left is not None:
        values["clock_due_at"] = clock.now() + timedelta(seconds=left)
    sealed = sealing.seal(key_id, "referrals", "told_sealed", referral_id, told.as_json())
    referral = Referral(id=referral_id, key_id=key_id, told_sealed=sealed, **values)
    db.session.add(referral)
    db.session.flush()
    row = state_row_values(referral_id, state, referral.custody, referral.reason, moved_by, moved_at)
    db.session.add(ReferralStateRow(**row))
    db.session.add(
        Screening(
            referral_id=referral_id,
            at=moved_at,
            decision=decision,
            policy_version="2026-11.1",
            reasons=reasons,
            signs={},
        )
    )
    db.session.flush()
    return referral


def make_lane_team(
    name: str = "Mediation East", lane: Lane = Lane.MEDIATION, organization: str = "Bridges"
) -> Team:
    """A team of an organization, which is made when it is not there yet."""
    known = db.session.query(Organization).filter_by(name=organization).one_or_none()
    owner = known or Organization(id=new_id(), name=organization, kind=OrganizationKind.PROVIDER)
    team = Team(id=new_id(), organization_id=owner.id, name=name, lane=lane)
    db.session.add_all([owner, team])
    db.session.flush()
    return team


def make_responder_on_shift(team: Team, *, languages: str = "en es", **fields: Any) -> Account:
    """A mediator of a team whose shift runs now."""
    account = make_account(Role.MEDIATOR, organization_id=team.organization_id, team_id=team.id, **fields)
    now = clock.now()
    db.session.add_all(
        [
            Responder(account_id=account.id, team_id=team.id, languages=languages),
            Shift(
                account_id=account.id,
                team_id=team.id,
                starts_at=now - timedelta(hours=1),
                ends_at=now + timedelta(hours=7),
            ),
        ]
    )
    db.session.flush()
    return account


def actor_with(role: Role, **fields: Any) -> Actor:
    """A new person of a role, as who acts."""
    return actor_of(make_account(role, **fields))


def area_named(name: str, **fields: Any) -> Area:
    """The area of a name, made when it is not there yet."""
    return db.session.query(Area).filter_by(name=name).one_or_none() or make_area(name, **fields)
