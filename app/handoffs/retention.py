"""What the vault must know of service referrals: until when their packet is kept.

A consent that is taken back destroys the packet at once (`actions.withdraw_consent`), hold or no hold.
"""

from sqlalchemy import Index

from app.handoffs.models import Handoff
from app.vault.hold_models import Subject
from app.vault.models import KeyPurpose
from app.vault.records import SealedRecords
from app.vault.retention import Kind

PACKETS = SealedRecords(
    Kind.HANDOFF,
    purpose=KeyPurpose.HANDOFF,
    subject=Subject.HANDOFF,
    subject_id=Handoff.id,
    key_id=Handoff.key_id,
    began_at=Handoff.created_at,
    ended_at=Handoff.closed_at,
)
RECORDS = (PACKETS,)

Index("ix_handoffs_key_id", Handoff.key_id)
