"""Every door, every role, every relation to a record: who gets in, as the doors themselves say it.

A request runs as the person would make it, but where it would commit, it is undone: so one world serves
thousands of requests.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import product
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import AnyConverter, Rule

from app.accounts import recovery_actions
from app.accounts.access import SIGNED
from app.accounts.grant_actions import propose_role
from app.accounts.models import Account
from app.accounts.permissions import Permission, Role
from app.accounts.session_actions import start_session
from app.accounts.session_rules import Way
from app.accounts.sign_in import actor_of
from app.accounts.sign_in_models import Passkey, SignInSession
from app.assignments.help import ask_for_help
from app.assignments.models import Assignment
from app.cases import actions as case_actions
from app.cases import consent_actions, emergency_actions
from app.cases.consent_models import SaidHow
from app.cases.emergency_models import EmergencyReason
from app.cases.models import ConflictCase, Outcome
from app.cases.photo_models import CasePhoto
from app.foundation import clock
from app.foundation.db import db, only_reads
from app.foundation.i18n import PUBLIC
from app.foundation.ids import new_id
from app.handoffs import actions as handoff_actions
from app.referrals.models import Referral, State
from app.roster.lanes import Lane
from app.roster.models import Organization, OrganizationKind
from app.triage.policies import shipped_policy
from app.triage.version_queries import list_changes
from app.vault import hold_actions
from app.vault.hold_models import HoldReason, Subject
from tests.guards.doors import MARK_OF, SERVED_BY_FLASK
from tests.support.assignments import make_assignment
from tests.support.board import make_call
from tests.support.cases import make_agreement, make_case, make_contact, make_party
from tests.support.directory import make_service
from tests.support.handoffs import PACKET, terms
from tests.support.inputs import make_input
from tests.support.people import make_account
from tests.support.photos import make_photo
from tests.support.places import make_area
from tests.support.plans import make_neighborhood, make_ready_plan
from tests.support.policies import make_draft
from tests.support.roster import make_organization, make_responder, make_shift, make_team

PEOPLE = tuple(role for role in Role if role not in (Role.RESIDENT, Role.DISPATCH_CLIENT))


class Relation(StrEnum):
    """How a person stands to a record."""

    ASSIGNED = "assigned"
    SAME_ORGANIZATION = "same organization"
    OTHER_ORGANIZATION = "other organization"
    CLOSED = "closed"
    """Of the own organization, worked by this person, and over."""
    NONE = "none"
    """There is no such record."""


@dataclass(frozen=True)
class Door:
    """One way to ask: a method, an endpoint, and what stands in its address."""

    rule: Rule
    method: str
    permission: Permission
    chosen: tuple[tuple[str, str], ...]
    """Words of the address that are one of a few, such as the part of a case."""

    def __str__(self) -> str:
        return f"{self.method} {self.rule} {dict(self.chosen) or ''}".strip()


def doors_of(app: Flask) -> list[Door]:
    """Every door that asks who is there, once for each method and each word of its address."""
    found = []
    for rule in app.url_map.iter_rules():
        permission = MARK_OF.get(rule.endpoint)
        if rule.endpoint in SERVED_BY_FLASK or permission in (PUBLIC, SIGNED):
            continue
        if not isinstance(permission, Permission):
            raise AssertionError(f"{rule.endpoint} is not in the list of doors (tests/guards/doors.py).")
        words = {
            name: sorted(one.items) for name, one in rule._converters.items() if isinstance(one, AnyConverter)
        }
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            for chosen in product(*words.values()):
                found.append(Door(rule, method, permission, tuple(zip(words, chosen, strict=True))))
    return found


@dataclass(frozen=True)
class World:
    """A person, and for each relation to them the ids of a record of every kind."""

    account: Account
    ids: dict[Relation, dict[str, str]]

    def address(self, app: Flask, door: Door, relation: Relation) -> str:
        values = {name: self.ids[relation].get(name, new_id()) for name in door.rule.arguments}
        urls = app.url_map.bind("localhost")
        return str(urls.build(door.rule.endpoint, {**values, **dict(door.chosen)}))


def make_world(role: Role) -> World:
    """A person of this role in one of two organizations, with records of both."""
    ours, theirs = make_organization(), make_organization()
    account = make_account(role, organization_id=ours.id, team_id=make_team(organization=ours).id)
    others = _records_of_no_one() | _own_ways(account)
    ids = {}
    for relation in Relation:
        if relation is not Relation.NONE:
            organization = theirs if relation is Relation.OTHER_ORGANIZATION else ours
            ids[relation] = others | _records(account, organization, relation)
    db.session.commit()
    return World(account, ids | {Relation.NONE: {}})


def _records(account: Account, organization: Organization, relation: Relation) -> dict[str, str]:
    """A call that became a case with everything in it, and a service referral out of it."""
    is_ours = relation in (Relation.ASSIGNED, Relation.CLOSED)
    keeper = make_responder(make_team(organization=organization))
    call = make_call(State.ENGAGED, team_id=keeper.team_id, lane=Lane.INTERRUPTION)
    case = make_case(
        keeper=keeper, referral_id=call.id, organization_id=organization.id, lane=Lane.INTERRUPTION
    )
    one, other = make_party(case, keeper), make_party(case, keeper)
    consent_actions.note_word(case, one, 90, SaidHow.IN_PERSON, actor=actor_of(keeper))
    contact, agreement = make_contact(case, keeper, one), make_agreement(case, keeper, one, other)
    own = make_assignment(account, case_id=case.id, referral_id=call.id) if is_ours else None
    photo = make_photo(case, account if is_ours else keeper)
    handoff_id = _handoff(case, keeper, organization, photo)
    if Role(account.role) is Role.PROVIDER_LEAD:
        emergency_actions.ask(case, EmergencyReason.MEDICAL, actor=actor_of(account))
    theirs = db.session.query(Assignment).filter_by(case_id=case.id, account_id=keeper.id).one()
    if relation is Relation.CLOSED:
        _close(case, call, own)
    return {
        "case_id": case.id,
        "referral_id": call.id,
        "party_id": one.id,
        "contact_id": contact.id,
        "picture_id": photo.id,
        "agreement_id": agreement.id,
        "item_id": agreement.items[0].id,
        "assignment_id": (own or theirs).id,
        "handoff_id": handoff_id,
        "shift_id": make_shift(keeper).id,
    }


def _handoff(case: ConflictCase, keeper: Account, organization: Organization, photo: CasePhoto) -> str:
    """Sent to the organization itself, which answers for services too here; the person has said yes,
    to the picture too."""
    organization.kind = OrganizationKind.PARTNER
    make_account(Role.COUNTY_PARTNER, organization_id=organization.id)
    service, actor = make_service(partner=organization), actor_of(keeper)
    party = make_party(case, keeper)
    handoff = handoff_actions.draft(case, party, service, PACKET, actor=actor)
    handoff_actions.give_consent(handoff, terms(*PACKET, pictures=[photo]), actor=actor)
    handoff_actions.send(handoff, actor=actor)
    return handoff.id


def _close(case: ConflictCase, call: Referral, own: Assignment | None) -> None:
    if own:
        own.ended_at, own.ended_reason = clock.now(), "clear"
    case_actions.close_case(case, Outcome.AGREEMENT, actor=actor_of(make_account(Role.COORDINATOR)))
    call.state = State.CLOSED
    db.session.flush()


def _records_of_no_one() -> dict[str, str]:
    """Records that belong to nobody in particular: what counts is the role alone."""
    plan, action = make_ready_plan()
    version = make_draft()
    return {
        "account_id": make_account(Role.ANALYST).id,
        "action_id": action.id,
        "area_id": make_area().id,
        "input_id": make_input(make_neighborhood("Oak Park")).id,
        "kind": "summary",
        "nature": "neighbor",
        "objective_id": action.objective_id,
        "plan_id": plan.id,
        "rule": shipped_policy().phrases[0].rule,
        "change_id": list_changes(version)[0].id,
        "call_id": ask_for_help(None, actor=actor_of(make_responder())).id,
        "grant_id": _proposed_by_others(),
        "request_id": _waits_after_a_code(),
        "opening_id": _asked_by_others(),
        "hold_id": _proposed_hold(),
        "service_id": make_service().id,
        "version_id": version.id,
    }


def _own_ways(account: Account) -> dict[str, str]:
    """A passkey of the person, and a device on which they are signed in: theirs in every relation."""
    passkey = Passkey(
        account_id=account.id,
        credential_id=account.id.encode(),
        public_key=b"",
        sign_count=0,
        name="a phone",
        made_at=clock.now(),
    )
    db.session.add(passkey)
    start_session(account, Way.PASSKEY, is_limited=False, device="")
    own = select(SignInSession.id).where(SignInSession.account_id == account.id)
    return {"passkey_id": passkey.id, "session_id": db.session.scalars(own).one()}


def _proposed_by_others() -> str:
    """What another admin has proposed for a third person."""
    concerned, admin = make_account(Role.ANALYST), make_account(Role.ADMIN)
    return propose_role(concerned, Role.AUDITOR, actor=actor_of(admin)).id


def _waits_after_a_code() -> str:
    """Somebody has shown a recovery code and waits for an admin."""
    secret = recovery_actions.ask_admin(make_account(Role.ANALYST), device="")
    waiting = recovery_actions.find_request(secret, clock.now())
    assert waiting
    return waiting.id


def _asked_by_others() -> str:
    organization = make_organization()
    lead = make_account(Role.PROVIDER_LEAD, organization_id=organization.id)
    case = make_case(organization_id=organization.id)
    return emergency_actions.ask(case, EmergencyReason.MEDICAL, actor=actor_of(lead)).id


def _proposed_hold() -> str:
    return hold_actions.propose(
        Subject.CASE,
        [make_case().id],
        reason=next(iter(HoldReason)),
        register_number="LR-1",
        ends_at=clock.now() + timedelta(days=30),
        actor=actor_of(make_account(Role.OFFICE_STAFF)),
    ).id


@contextmanager
def undoing() -> Iterator[None]:
    """Nothing that a request does is kept: where it would commit, it is undone."""
    db.session.commit()
    db.session.commit = db.session.rollback  # type: ignore[method-assign]
    try:
        yield
    finally:
        del db.session.commit


@dataclass(frozen=True)
class Answer:
    """What came of one request."""

    is_refused: bool
    text: str


def ask(
    client: FlaskClient, door: Door, address: str, token: str, form: Mapping[str, Any] | None = None
) -> Answer:
    """Ask at a door; forms are sent empty unless one is given."""
    answer = client.open(address, method=door.method, headers={"X-CSRFToken": token}, data=form)
    db.session.rollback()
    only_reads.set(False)
    is_stream = answer.mimetype == "text/event-stream"
    text = "" if is_stream else answer.get_data().decode(errors="replace")
    answer.close()
    sent_to_sign_in = "/sign-in" in answer.headers.get("Location", "")
    return Answer(answer.status_code in (401, 403, 404) or sent_to_sign_in, text)
