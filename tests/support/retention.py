"""One record of each kind that is kept for a time, on its way to be destroyed, with words in all of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts.actions import create_client
from app.accounts.attempts import note_failure
from app.accounts.invitation_actions import invite
from app.accounts.models import Account
from app.accounts.permissions import Role
from app.accounts.recovery_actions import ask_admin
from app.accounts.session_actions import start_session
from app.accounts.session_rules import Way
from app.accounts.sign_in import actor_of
from app.audit.trail import SYSTEM
from app.cases import actions as case_actions
from app.cases.models import ConflictCase, Outcome
from app.delivery.destinations import register_destination
from app.delivery.models import Network, OutboxMessage
from app.delivery.outbox import enqueue
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id
from app.handoffs import actions as handoff_actions
from app.handoffs.models import Handoff
from app.inputs import actions as input_actions
from app.inputs.models import AnswerKind, Input
from app.referrals import intake
from app.referrals.models import MessageKind, Referral, State
from app.roster.lanes import Lane
from app.vault.callbacks import fingerprint_of
from app.vault.models import DataKey
from tests.support.board import make_call
from tests.support.cases import make_agreement, make_case, make_contact, make_party
from tests.support.handoffs import make_world
from tests.support.inputs import make_input
from tests.support.people import make_account
from tests.support.photos import make_photo
from tests.support.places import make_area
from tests.support.roster import make_responder

PHONE = "555-0142"


@dataclass(frozen=True)
class Kept:
    """What `make_everything` has made, all of it ended at the moment it was made."""

    call: Referral
    case: ConflictCase
    field_case: ConflictCase
    """Open, in the lane of interrupters, with a contact whose words have a key of their own."""
    handoff: Handoff
    answered: Input
    set_aside: Input
    keeper: Account

    @property
    def key_ids(self) -> dict[str, str]:
        """The keys by what they open; the open case of the interrupters is not due by itself."""
        return {
            "call": self.call.key_id,
            "case": self.case.key_id,
            "handoff": self.handoff.key_id,
            "answered": self.answered.key_id,
            "set_aside": self.set_aside.key_id,
        }


def make_everything(at: datetime) -> Kept:
    """Every kind of record, as it stood at that moment."""
    with clock.as_of(at):
        made = fingerprint_of(PHONE, at)
        kept = {"callback_fingerprint": made.value, "callback_quarter": made.quarter}
        call = make_call(State.CLOSED, accepted_at=at, **kept)
        _keep_message(call)
        keeper, staff = make_responder(), make_account(Role.OFFICE_STAFF)
        case = make_case(keeper=keeper)
        ana, ben = make_party(case, keeper), make_party(case, keeper)
        make_contact(case, keeper, ana, ben)
        make_agreement(case, keeper, ana, ben)
        make_photo(case, keeper)
        case_actions.close_case(case, Outcome.AGREEMENT, actor=actor_of(keeper))
        interrupter = make_responder(role=Role.INTERRUPTER)
        field_case = make_case(keeper=interrupter, lane=Lane.INTERRUPTION)
        make_contact(field_case, interrupter)
        make_photo(field_case, interrupter)
        world = make_world()
        handoff = world.draft()
        handoff_actions.close(handoff, actor=actor_of(world.keeper))
        area = make_area(f"Area {new_id()[-6:]}")
        answered, set_aside = make_input(area), make_input(area)
        for sent in (answered, set_aside):
            input_actions.begin_reading(sent, actor=actor_of(staff))
        input_actions.keep_private(answered, seen=answered.revision, actor=actor_of(staff))
        input_actions.answer(answered, AnswerKind.DONE, "The light is mended.", actor=actor_of(staff))
        input_actions.set_aside(
            set_aside, "An advertisement.", seen=set_aside.revision, actor=actor_of(staff)
        )
        destination, _ = register_destination("City CAD", f"https://cad.example.gov/{new_id()}")
        enqueue(destination.id, "referral.closed", {"state": "closed"}, subject_id=call.id)
        db.session.flush()
        message = db.session.scalars(select(OutboxMessage)).first()
        assert message
        message.sent_at = at
        note_failure(at, sign_in="somebody")
        start_session(keeper, Way.PASSKEY, is_limited=False, device="Chrome on Linux")
        ask_admin(keeper, device="Chrome on Linux")  # which the keeper is told of
        invite(keeper, actor=SYSTEM)
    db.session.commit()
    return Kept(call, case, field_case, handoff, answered, set_aside, keeper)


def _keep_message(call: Referral) -> None:
    """The message that a call came by, as the hook keeps it."""
    made = create_client(
        agency="psap.example.gov", purpose="dispatch", callback_url=None, network=Network.PUBLIC, actor=SYSTEM
    )
    message = intake.Message(
        client_id=made.client.id,
        signing_key_id=made.client.keys[0].id,
        message_id=new_id(),
        kind=MessageKind.CREATE,
        media_type="application/json",
        body=b'{"narrative": "zanzibarred"}',
    )
    db.session.flush()
    intake.keep_message(call, message, 201, {})


def are_alive(key_ids: dict[str, str]) -> set[str]:
    """Which of these keys are alive, by their names."""
    db.session.expire_all()
    return {name for name, key_id in key_ids.items() if db.session.get_one(DataKey, key_id).wrapped}


def long_after(at: datetime) -> datetime:
    """A moment at which everything is due."""
    return at + timedelta(days=400)
