"""what is destroyed when: legal holds, the ledger of erasures beside the database, and its indexes.

On the way down holds and the rows of the ledger are forgotten; what was destroyed stays destroyed,
and the file outside the database still says so.
"""

import re
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NEW_ON_THE_TRAIL = [
    "backup.made",
    "backup.restored",
    "drill.ran",
    *(f"hold.{act}" for act in ("confirmed", "dropped", "proposed", "release_proposed", "released")),
    "records.destroyed_again",
    "records.swept",
]
SUBJECTS = ("referral", "case", "handoff", "input")
REASONS = ("subpoena", "court_order", "litigation", "records_request")
STATES = ("proposed", "held", "release_proposed", "released", "dropped")
KEYED = ("referrals", "conflict_cases", "contacts", "handoffs", "inputs")
PARTIAL = (
    ("ix_data_keys_alive", "data_keys", ["purpose", "id"], "wrapped IS NOT NULL"),
    ("ix_referrals_fingerprinted", "referrals", ["received_at"], "callback_fingerprint IS NOT NULL"),
    ("ix_referral_messages_digested", "referral_messages", ["received_at"], "body_digest != ''"),
    ("ix_outbox_messages_sent", "outbox_messages", ["sent_at"], "sent_at IS NOT NULL"),
)


def one_of(name: str, values: Sequence[str]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def an_id(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=26), nullable=False)


def a_moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def points_at(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "legal_holds",
        an_id("id"),
        sa.Column("reason", one_of("holdreason", REASONS), nullable=False),
        sa.Column("register_number", sa.String(length=40), nullable=False),
        a_moment("ends_at"),
        sa.Column("state", one_of("holdstate", STATES), nullable=False),
        a_moment("proposed_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_holds")),
    )
    op.create_index("ix_legal_holds_state", "legal_holds", ["state", "ends_at"])
    op.create_table(
        "held_records",
        an_id("id"),
        an_id("hold_id"),
        sa.Column("subject", one_of("subject", SUBJECTS), nullable=False),
        an_id("subject_id"),
        points_at("held_records", "hold_id", "legal_holds"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_records")),
    )
    op.create_index("ix_held_records_subject", "held_records", ["subject", "subject_id"])
    op.create_index(op.f("ix_held_records_hold_id"), "held_records", ["hold_id"])
    op.create_table(
        "hold_steps",
        an_id("id"),
        an_id("hold_id"),
        sa.Column("state", one_of("holdstate", STATES), nullable=False),
        a_moment("at"),
        an_id("by_id"),
        points_at("hold_steps", "hold_id", "legal_holds"),
        points_at("hold_steps", "by_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold_steps")),
    )
    op.create_index("ix_hold_steps_hold", "hold_steps", ["hold_id", "at"])
    op.create_table(
        "erasures",
        an_id("id"),
        a_moment("at"),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("key_count", sa.Integer(), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("mac", name=op.f("uq_erasures_mac")),
    )
    for table in KEYED:
        op.create_index(f"ix_{table}_key_id", table, ["key_id"])
    for name, table, columns, where in PARTIAL:
        rows = sa.text(where)
        op.create_index(name, table, columns, sqlite_where=rows, postgresql_where=rows)
    allow_on_trail(lambda known: [*known, *(what for what in NEW_ON_THE_TRAIL if what not in known)])


def downgrade() -> None:
    # What the trail has kept stays: a word that it does not use is taken away again.
    used = set(op.get_bind().scalars(sa.text("SELECT DISTINCT what FROM audit_entries")))
    gone = {*NEW_ON_THE_TRAIL} - used
    allow_on_trail(lambda known: [what for what in known if what not in gone])
    for name, table, _, _ in PARTIAL:
        op.drop_index(name, table)
    for table in KEYED:
        op.drop_index(f"ix_{table}_key_id", table)
    for table in ("erasures", "hold_steps", "held_records", "legal_holds"):
        op.drop_table(table)
    # The clock of the sweep is one that the code before does not know.
    op.execute("DELETE FROM due_timers WHERE kind = 'vault.sweep'")


def allow_on_trail(change: Callable[[list[str]], list[str]]) -> None:
    """Change the words that the trail takes, whatever other migrations have made of them before."""
    checks = sa.inspect(op.get_bind()).get_check_constraints("audit_entries")
    [check] = [check for check in checks if check["name"] == "ck_audit_entries_what"]
    known = re.findall(r"'([a-z_.]+)'", check["sqltext"])
    words = ", ".join(f"'{what}'" for what in change(known))
    with op.batch_alter_table("audit_entries") as batch:
        batch.drop_constraint(op.f("ck_audit_entries_what"), type_="check")
        batch.create_check_constraint(op.f("ck_audit_entries_what"), f"what IN ({words})")
