"""What the vault must know of calls: until when what was told of them is kept."""

from sqlalchemy import Index, case, func, null, select

from app.referrals.models import ENDED_STATES, Referral, ReferralMessage, ReferralStateRow, State
from app.vault.hold_models import Subject
from app.vault.models import DataKey, KeyPurpose
from app.vault.records import PlainRecords, SealedRecords
from app.vault.retention import Kind

# A call that waits for a yes, or for dispatch to take it back, may still need its words; one that never
# came, though an update of it did, has nobody who works with it.
_OURS = (State.ACCEPTED, State.CONTACTING, State.ENGAGED, *ENDED_STATES)
_LAST_MOVE = (
    select(func.max(ReferralStateRow.at))
    .where(ReferralStateRow.referral_id == Referral.id)
    .correlate(Referral)
    .scalar_subquery()
)

TOLD = SealedRecords(
    Kind.CALL_TOLD,
    purpose=KeyPurpose.REFERRAL,
    subject=Subject.REFERRAL,
    subject_id=Referral.id,
    key_id=Referral.key_id,
    began_at=DataKey.created_at,
    taken_at=case((Referral.state.in_(_OURS), Referral.accepted_at), else_=null()),
    ended_at=case(
        (Referral.state.in_(ENDED_STATES), _LAST_MOVE),
        (Referral.state == State.PARKED, Referral.received_at),
        else_=null(),
    ),
)
FINGERPRINTS = PlainRecords(
    Kind.CALLBACK_FINGERPRINT,
    id=Referral.id,
    since=Referral.received_at,
    is_there=Referral.callback_fingerprint.is_not(None),
    emptied={"callback_fingerprint": None, "callback_quarter": None},
)
DIGESTS = PlainRecords(
    Kind.MESSAGE_DIGEST,
    id=ReferralMessage.id,
    since=ReferralMessage.received_at,
    is_there=ReferralMessage.body_digest != "",
    emptied={"body_digest": ""},
)
RECORDS = (TOLD, FINGERPRINTS, DIGESTS)

Index("ix_referrals_key_id", Referral.key_id)
Index(
    "ix_referrals_fingerprinted",
    Referral.received_at,
    sqlite_where=FINGERPRINTS.is_there,
    postgresql_where=FINGERPRINTS.is_there,
)
Index(
    "ix_referral_messages_digested",
    ReferralMessage.received_at,
    sqlite_where=DIGESTS.is_there,
    postgresql_where=DIGESTS.is_there,
)
