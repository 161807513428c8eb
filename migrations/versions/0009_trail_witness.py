"""entries say under which permission, checkpoints for an outside witness, marks on the weekly sample.

Entries from before keep their digests: one without a permission and an assignment is read as
it always was. That the database refuses to change the trail is made after every run of the
migrations (env.py), since SQLite loses a table's triggers when the table is built anew.

What the trail has kept stays on the way down: the two columns where an entry uses them, and
checkpoints that a witness may have. Marks of auditors are forgotten.
"""

import re
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NEW_ON_THE_TRAIL = ["trail.look_marked", "trail.read", "witness.key_changed"]
INDEXES = {"at": ["at", "id"], "actor": ["actor_id", "at"], "kind": ["what", "at"]}
UNDER = {"permission": 40, "assignment_id": 26}
TRIGGERS = ("insert", "update", "delete", "truncate")


def upgrade() -> None:
    there = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("audit_entries")}
    with op.batch_alter_table("audit_entries") as batch:
        for name, length in UNDER.items():
            if name not in there:
                batch.add_column(sa.Column(name, sa.String(length=length), nullable=True))
    for name, columns in INDEXES.items():
        op.create_index(f"ix_audit_entries_{name}", "audit_entries", columns)
    index_subject("subject_id", "subject_type", "at")  # by its id alone, too
    if not sa.inspect(op.get_bind()).has_table("audit_checkpoints"):
        op.create_table(
            "audit_checkpoints",
            sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
            sa.Column("position", sa.Integer(), nullable=False),
            sa.Column("at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("line", sa.Text(), nullable=False),
            sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_checkpoints")),
        )
    op.create_table(
        "audit_look_marks",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("entry_id", sa.String(length=26), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.String(length=26), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum("fits", "ask", name="verdict", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["audit_entries.id"], name=op.f("fk_audit_look_marks_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_look_marks")),
    )
    op.create_index(op.f("ix_audit_look_marks_entry_id"), "audit_look_marks", ["entry_id"])
    allow(
        "audit_entries", "what", lambda known: [*known, *(w for w in NEW_ON_THE_TRAIL if w not in known)]
    )
    allow("destinations", "listener", lambda known: [*known, *({"witness"} - {*known})])


def downgrade() -> None:
    bind = op.get_bind()
    take_triggers_away()
    op.drop_table("audit_look_marks")
    if not bind.scalar(sa.text("SELECT count(*) FROM audit_checkpoints")):
        op.drop_table("audit_checkpoints")
    used = set(bind.scalars(sa.text("SELECT DISTINCT what FROM audit_entries")))
    gone = {*NEW_ON_THE_TRAIL} - used
    allow("audit_entries", "what", lambda known: [what for what in known if what not in gone])
    listeners = set(bind.scalars(sa.text("SELECT DISTINCT listener FROM destinations")))
    allow("destinations", "listener", lambda known: [n for n in known if n in {*listeners, "dispatch", "watch"}])
    index_subject("subject_type", "subject_id", "at")
    for name in INDEXES:
        op.drop_index(f"ix_audit_entries_{name}", "audit_entries")
    for name in UNDER:
        if not bind.scalar(sa.text(f"SELECT count(*) FROM audit_entries WHERE {name} IS NOT NULL")):
            with op.batch_alter_table("audit_entries") as batch:
                batch.drop_column(name)


def index_subject(*columns: str) -> None:
    op.drop_index("ix_audit_entries_subject", "audit_entries")
    op.create_index("ix_audit_entries_subject", "audit_entries", columns)


def take_triggers_away() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in ("audit_entries", "audit_checkpoints"):
        for act in TRIGGERS:
            op.execute(f"DROP TRIGGER IF EXISTS {table}_{act}" + ("" if is_sqlite else f" ON {table}"))
        if not is_sqlite:
            op.execute(f"DROP FUNCTION IF EXISTS {table}_refuse()")


def allow(table: str, column: str, change: Callable[[list[str]], list[str]]) -> None:
    """Change the words that a column takes, whatever other migrations have made of them before."""
    name = f"ck_{table}_{column}"
    [check] = [c for c in sa.inspect(op.get_bind()).get_check_constraints(table) if c["name"] == name]
    words = ", ".join(f"'{word}'" for word in change(re.findall(r"'([a-z_.]+)'", check["sqltext"])))
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(name), type_="check")
        batch.create_check_constraint(op.f(name), f"{column} IN ({words})")
