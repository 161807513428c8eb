"""Service referrals for tests: a mediator's case, a person, a partner's service, and their yes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.accounts.models import Account
from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.audit.trail import Actor
from app.cases.models import ConflictCase, Party
from app.cases.photo_models import CasePhoto
from app.directory.models import Service
from app.foundation import clock
from app.handoffs import actions
from app.handoffs.actions import Terms
from app.handoffs.models import Handoff, How, SaidBy, Share
from app.handoffs.rules import day_of
from tests.support.cases import make_case, make_party
from tests.support.directory import make_partner, make_service
from tests.support.people import make_account
from tests.support.places import make_area
from tests.support.roster import make_responder

NEED = "A bed for four, from Friday, zanzibarred otherwise"
CALL_THEM, REACH_THEM = "Quetzalina", "213 555 0142, after six"
PACKET = {Share.NEED: NEED, Share.NAME: CALL_THEM, Share.CONTACT: REACH_THEM}


@dataclass(frozen=True)
class World:
    """A mediator with a case, and a partner who can answer."""

    keeper: Account
    case: ConflictCase
    party: Party
    service: Service
    partner: Account

    @property
    def mediator(self) -> Actor:
        return actor_of(self.keeper)

    @property
    def answerer(self) -> Actor:
        return actor_of(self.partner)

    def draft(self, packet: dict[Share, str] | None = None) -> Handoff:
        return actions.draft(self.case, self.party, self.service, packet or PACKET, actor=self.mediator)

    def consented(self, *shares: Share, days: int = 30) -> Handoff:
        """A draft with a yes to these things (all of the packet when none are named)."""
        handoff = self.draft()
        actions.give_consent(handoff, terms(*(shares or PACKET), days=days), actor=self.mediator)
        return handoff

    def sent(self, *shares: Share, days: int = 30) -> Handoff:
        handoff = self.consented(*shares, days=days)
        actions.send(handoff, actor=self.mediator)
        return handoff

    def sent_with(self, *photos: CasePhoto, days: int = 30) -> Handoff:
        """Sent with a yes to the whole packet and to these pictures."""
        handoff = self.draft()
        actions.give_consent(handoff, terms(*PACKET, days=days, pictures=photos), actor=self.mediator)
        actions.send(handoff, actor=self.mediator)
        return handoff


def terms(*shares: Share, days: int = 30, pictures: Collection[CasePhoto] = ()) -> Terms:
    until_on = day_of(clock.now()) + timedelta(days=days)
    return Terms(SaidBy.PERSON, How.ALOUD, shares, until_on, [photo.id for photo in pictures])


def make_world(**fields: Any) -> World:
    """Everybody that a service referral needs."""
    keeper = make_responder(role=Role.MEDIATOR)
    case = make_case(keeper=keeper, area=fields.get("area") or make_area())
    organization = make_partner()
    return World(
        keeper=keeper,
        case=case,
        party=make_party(case, keeper),
        service=make_service(partner=organization),
        partner=make_account(Role.COUNTY_PARTNER, organization_id=organization.id),
    )
