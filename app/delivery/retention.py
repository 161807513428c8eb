"""What the vault must know of messages out: a delivered one is kept for a while, then its row goes."""

from sqlalchemy import Index

from app.delivery.models import OutboxMessage
from app.vault.records import PlainRecords
from app.vault.retention import Kind

SENT = PlainRecords(
    Kind.MESSAGE_OUT,
    id=OutboxMessage.id,
    since=OutboxMessage.sent_at,
    is_there=OutboxMessage.sent_at.is_not(None),
)
RECORDS = (SENT,)

Index(
    "ix_outbox_messages_sent",
    OutboxMessage.sent_at,
    sqlite_where=SENT.is_there,
    postgresql_where=SENT.is_there,
)
