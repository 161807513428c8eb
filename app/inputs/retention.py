"""What the vault must know of inputs: until when an author's own words and place are kept.

Its author may take an input back at any time: then it goes at once (`actions.withdraw`).
"""

from sqlalchemy import Index, func, select

from app.inputs.models import Answer, Input, InputState, InputStateRow
from app.vault.hold_models import Subject
from app.vault.models import KeyPurpose
from app.vault.records import SealedRecords
from app.vault.retention import Kind

_SET_ASIDE_AT = (
    select(func.max(InputStateRow.at))
    .where(InputStateRow.input_id == Input.id)
    .correlate(Input)
    .scalar_subquery()
)
_ANSWERED_AT = (
    select(func.max(Answer.at)).where(Answer.input_id == Input.id).correlate(Input).scalar_subquery()
)

SET_ASIDE = SealedRecords(
    Kind.INPUT_SET_ASIDE,
    purpose=KeyPurpose.INPUT,
    subject=Subject.INPUT,
    subject_id=Input.id,
    key_id=Input.key_id,
    began_at=Input.sent_at,
    ended_at=_SET_ASIDE_AT,
    and_also=Input.state == InputState.SET_ASIDE,
)
ANSWERED = SealedRecords(
    Kind.INPUT_WORDS,
    purpose=KeyPurpose.INPUT,
    subject=Subject.INPUT,
    subject_id=Input.id,
    key_id=Input.key_id,
    began_at=Input.sent_at,
    ended_at=_ANSWERED_AT,
    and_also=Input.state.in_((InputState.PUBLISHED, InputState.KEPT_PRIVATE)),
)
RECORDS = (SET_ASIDE, ANSWERED)

Index("ix_inputs_key_id", Input.key_id)
