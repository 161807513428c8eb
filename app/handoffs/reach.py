"""What the scopes of the permission table mean for service referrals, and who opens what is shared."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, select

from app.accounts.permissions import Permission, Scope
from app.accounts.reach import Reach, same
from app.audit.trail import Actor, acted_on
from app.cases.models import ConflictCase
from app.cases.photo_models import CasePhoto
from app.cases.reach import CASES
from app.foundation import clock
from app.handoffs import rules
from app.handoffs.models import Deed, Handoff, HandoffConsent, consent_pictures
from app.vault.access import opened_by
from app.vault.models import KeyPurpose


def _of_the_own_cases(actor: Actor) -> ColumnElement[bool]:
    """Of a case that the person is assigned to, while it is open.

    Asked of the one case: all cases of a person would be looked up only where a referral is there,
    and the time of a refusal would tell that it is.
    """
    return exists().where(ConflictCase.id == Handoff.case_id, CASES.rows(actor, Permission.CASE_WORK))


def _agreed_to(actor: Actor) -> ColumnElement[bool]:
    """Sent to the own organization and still with it, and the last word is a yes that holds today."""
    live = select(HandoffConsent.id).where(
        HandoffConsent.deed == Deed.GIVEN, HandoffConsent.until_on >= rules.day_of(clock.now())
    )
    with_us = and_(
        same(Handoff.organization_id, actor.organization_id), Handoff.state.in_(rules.SHARED_STATES)
    )
    return and_(with_us, _last_word().in_(live))


def _last_word() -> ScalarSelect[str]:
    """What the person said last of a service referral."""
    last = select(HandoffConsent.id).where(HandoffConsent.handoff_id == Handoff.id)
    newest = last.order_by(HandoffConsent.at.desc(), HandoffConsent.id.desc()).limit(1)
    return newest.correlate(Handoff).scalar_subquery()


HANDOFFS = Reach({Scope.ASSIGNED: _of_the_own_cases, Scope.CONSENTED: _agreed_to})


def _keys(actor: Actor, permission: Permission, handoff_ids: Collection[str]) -> Select[str]:
    return select(Handoff.key_id).where(Handoff.id.in_(handoff_ids), HANDOFFS.rows(actor, permission))


def _picture_keys(actor: Actor, permission: Permission, case_ids: Collection[str]) -> Select[str]:
    """Of the pictures of these cases, those that a yes names by which this partner reads today."""
    named = (
        select(consent_pictures.c.picture_id)
        .join(Handoff, Handoff.case_id.in_(case_ids))
        .where(HANDOFFS.rows(actor, permission), consent_pictures.c.consent_id == _last_word())
    )
    return select(CasePhoto.key_id).where(CasePhoto.case_id.in_(case_ids), CasePhoto.id.in_(named))


def _reached(actor: Actor, permission: Permission, handoff_id: str) -> Select[str]:
    return select(Handoff.id).where(Handoff.id == handoff_id, HANDOFFS.rows(actor, permission))


def _reached_by_a_yes(actor: Actor, permission: Permission, case_id: str) -> Select[str]:
    """The case whose pictures somebody said yes to; that they were looked at stands on the case's trail."""
    named = select(consent_pictures.c.consent_id).where(consent_pictures.c.consent_id == _last_word())
    to_them = (HANDOFFS.rows(actor, permission), named.correlate(Handoff).exists())
    return select(Handoff.case_id).where(Handoff.case_id == case_id, *to_them).limit(1)


acted_on("handoff", _reached)
acted_on("case", _reached_by_a_yes)

_PACKET = "handoffs.packet_sealed"

opened_by(
    KeyPurpose.HANDOFF,
    "handoff",
    _keys,
    {Permission.HANDOFF_MAKE: {_PACKET}, Permission.HANDOFF_ANSWER: {_PACKET}},
)
opened_by(KeyPurpose.PHOTO, "case", _picture_keys, {Permission.PHOTO_READ: {"case_photos.picture_sealed"}})
