"""One of everything: a city in which every address of the product leads somewhere, and who may go there."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from app.accounts.models import Account
from app.accounts.permissions import Permission, Role, may
from app.accounts.sign_in import actor_of
from app.assignments.help import ask_for_help
from app.cases import emergency_actions
from app.cases.emergency_models import EmergencyReason
from app.foundation.db import db
from app.plans.objective_models import Objective
from app.referrals.models import State
from app.roster.models import Shift
from app.triage.policy_changes import AddPhrase
from app.triage.version_queries import list_changes
from tests.support.assignments import make_assignment
from tests.support.board import make_call
from tests.support.cases import make_agreement, make_contact, make_party
from tests.support.delivery import make_destination, make_undelivered
from tests.support.handoffs import World, make_world
from tests.support.inputs import make_input
from tests.support.people import make_account
from tests.support.photos import make_photo
from tests.support.plans import make_adopted_plan, make_neighborhood, make_ready_plan
from tests.support.policies import ZORPLE, make_draft

LIBRARY = {"package": "leaflet", "name": "leaflet.js"}
OF_ENDPOINT: dict[str, dict[str, Any]] = {
    "pages.library": LIBRARY,
    "static": {"filename": "js/clock.js"},
    "developers.problem": {"slug": "not-found"},
    # Nobody has these here: who may not is refused, and who may finds nothing.
    "audit_trail.mark": {"week": "2026-11-16", "entry_id": "none"},
    **{f"retention.{act}": {"hold_id": "none"} for act in ("confirm", "drop", "propose_release", "release")},
    **{f"accounts.grants.{act}": {"grant_id": "none"} for act in ("confirm", "refuse")},
    **{f"accounts.grants.{act}": {"request_id": "none"} for act in ("confirm_recovered", "refuse_recovered")},
    "accounts.sessions.end": {"session_id": "none"},
    "accounts.ways.remove_passkey": {"passkey_id": "none"},
}


@dataclass(frozen=True)
class Whole:
    """Who is there, and what stands for each part of an address."""

    people: dict[Role, Account]
    world: World
    parts: dict[str, Any]

    def who_opens(self, permission: Permission) -> Account:
        """Somebody of those who may: first the mediator whose case it is."""
        return next(person for role, person in self.people.items() if may(role, permission))

    def who_does_not(self, permission: Permission) -> Account | None:
        """Somebody who may not; None where everybody may."""
        return next((person for role, person in self.people.items() if not may(role, permission)), None)

    def address_of(self, rule: Rule) -> str:
        """The address of a rule with each part filled in by something that is there."""
        known = self.parts | OF_ENDPOINT.get(rule.endpoint, {})
        built = rule.build({name: known[name] for name in rule.arguments}, append_unknown=False)
        assert built is not None, rule
        return built[1]


def make_whole() -> Whole:
    """One of everything, seen by those who may see it."""
    world = make_world(area=make_neighborhood())
    keeper = world.keeper
    people = {role: make_account(role) for role in _SIGN_IN} | {
        Role.MEDIATOR: keeper,
        Role.COUNTY_PARTNER: world.partner,
    }
    people[Role.PROVIDER_LEAD] = make_account(Role.PROVIDER_LEAD, organization_id=keeper.organization_id)
    world.case.organization_id = keeper.organization_id
    db.session.commit()
    parts = _parts_of(world, people[Role.INTERRUPTER])
    lead = actor_of(people[Role.PROVIDER_LEAD])
    parts["opening_id"] = emergency_actions.ask(world.case, EmergencyReason.MEDICAL, actor=lead).id
    db.session.commit()
    return Whole(people, world, parts)


_SIGN_IN = (Role.MEDIATOR, *(role for role in Role if role not in (Role.RESIDENT, Role.DISPATCH_CLIENT)))


def _parts_of(world: World, other: Account) -> dict[str, Any]:
    case, keeper = world.case, world.keeper
    second = make_party(case, keeper)
    agreement = make_agreement(case, keeper, world.party, second)
    call = make_call(State.OFFERED, team_id=keeper.team_id)
    plan, action = make_ready_plan(make_neighborhood("Birch Hill", lat=33.97))
    published, _ = make_adopted_plan(make_neighborhood("Cedar Flats", lat=33.99))
    version = make_draft(ZORPLE, AddPhrase("danger", "word_weapon", "en", "a blorp", "A blorp.", "No blorp."))
    photo = make_photo(case, keeper)
    undelivered = make_undelivered(make_destination())
    parts = {
        "account_id": other.id,
        "act": "accept",
        "action_id": action.id,
        "agreement_id": agreement.id,
        "area_id": world.case.area_id,
        "assignment_id": make_assignment(keeper, referral_id=call.id).id,
        "call_id": ask_for_help(None, actor=actor_of(keeper)).id,
        "case_id": case.id,
        "change_id": list_changes(version)[0].id,
        "code": "es",
        "contact_id": make_contact(case, keeper, world.party).id,
        "digest": "0",
        "handoff_id": world.sent_with(photo).id,
        "incident_id": call.incident_id,
        "input_id": make_input(make_neighborhood("Dogwood", lat=34.01)).id,
        "item_id": agreement.items[0].id,
        "kind": "summary",
        "message_id": undelivered.id,
        "name": call.id,
        "nature": "neighbor",
        "number": 1,
        "objective_id": db.session.scalars(select(Objective.id).where(Objective.plan_id == plan.id)).first(),
        "part": "people",
        "party_id": world.party.id,
        "picture_id": photo.id,
        "plan_id": plan.id,
        "referral_id": call.id,
        "rule": "no_such_rule",
        "service_id": world.service.id,
        "shift_id": db.session.scalars(select(Shift.id).order_by(Shift.id)).first(),
        "slug": "cedar-flats",
        "version_id": version.id,
        "word": "refuse",
    }
    assert published.id
    db.session.commit()
    return parts


def rules_of(app: Flask) -> list[Rule]:
    """Every address of the product, in order."""
    return sorted(app.url_map.iter_rules(), key=str)
