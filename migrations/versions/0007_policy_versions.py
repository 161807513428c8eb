"""versions of the screening policy that the office writes, approves and puts in force.

On the way down they are forgotten, and calls are read by the policy that comes with the program.
Screenings keep the name of the version that they were made by.
"""

import re
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NEW_ON_THE_TRAIL = [
    f"policy.{act}" for act in ("approved", "begun", "changed", "moved", "put_in_force", "replayed")
]
IS_ACTIVE = sa.text("state = 'active'")
STATES = ("draft", "shadow", "active", "retired", "dropped")
STEPS = (
    "begun",
    "shadowed",
    "written_again",
    "approved",
    "activated",
    "gone_back_to",
    "retired",
    "dropped",
)
STAGES = ("examples", "labelled", "stored", "done")


def one_of(name: str, values: Sequence[str]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def an_id(name: str, *, may_lack: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=26), nullable=may_lack)


def a_moment(name: str, *, may_lack: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=may_lack)


def points_at(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "policy_versions",
        an_id("id"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        an_id("base_id", may_lack=True),
        sa.Column("state", one_of("versionstate", STATES), nullable=False),
        a_moment("begun_at"),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'dropped') OR document IS NOT NULL",
            name=op.f("ck_policy_versions_document_kept"),
        ),
        sa.CheckConstraint(
            "(document IS NULL) = (sha256 IS NULL)", name=op.f("ck_policy_versions_document_has_hash")
        ),
        points_at("policy_versions", "base_id", "policy_versions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_versions")),
        sa.UniqueConstraint("number", name=op.f("uq_policy_versions_number")),
    )
    op.create_index(
        "uq_policy_versions_active",
        "policy_versions",
        ["state"],
        unique=True,
        sqlite_where=IS_ACTIVE,
        postgresql_where=IS_ACTIVE,
    )
    op.create_table(
        "policy_changes",
        an_id("id"),
        an_id("version_id"),
        a_moment("at"),
        an_id("by_id"),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("is_less_careful", sa.Boolean(), nullable=False),
        a_moment("taken_back_at", may_lack=True),
        an_id("taken_back_by_id", may_lack=True),
        points_at("policy_changes", "version_id", "policy_versions"),
        points_at("policy_changes", "by_id", "accounts"),
        points_at("policy_changes", "taken_back_by_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_changes")),
    )
    op.create_index("ix_policy_changes_version", "policy_changes", ["version_id", "at"])
    op.create_table(
        "policy_steps",
        an_id("id"),
        an_id("version_id"),
        sa.Column("kind", one_of("stepkind", STEPS), nullable=False),
        a_moment("at"),
        an_id("by_id"),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        points_at("policy_steps", "version_id", "policy_versions"),
        points_at("policy_steps", "by_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_steps")),
    )
    op.create_index("ix_policy_steps_version", "policy_steps", ["version_id", "at"])
    op.create_table(
        "policy_replays",
        an_id("id"),
        an_id("version_id"),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("against", sa.String(length=40), nullable=False),
        a_moment("begun_at"),
        a_moment("since"),
        a_moment("at_received"),
        a_moment("finished_at", may_lack=True),
        sa.Column("stage", one_of("replaystage", STAGES), nullable=False),
        sa.Column("at_call", sa.String(length=26), nullable=False),
        sa.Column("done_count", sa.Integer(), nullable=False),
        sa.Column("call_count", sa.Integer(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        points_at("policy_replays", "version_id", "policy_versions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_replays")),
    )
    op.create_index("ix_policy_replays_version", "policy_replays", ["version_id", "begun_at"])
    allow_on_trail(lambda known: [*known, *(what for what in NEW_ON_THE_TRAIL if what not in known)])


def downgrade() -> None:
    # What the trail has kept stays: a word that it does not use is taken away again.
    used = set(op.get_bind().scalars(sa.text("SELECT DISTINCT what FROM audit_entries")))
    gone = {*NEW_ON_THE_TRAIL} - used
    allow_on_trail(lambda known: [what for what in known if what not in gone])
    for table in ("policy_replays", "policy_steps", "policy_changes", "policy_versions"):
        op.drop_table(table)


def allow_on_trail(change: Callable[[list[str]], list[str]]) -> None:
    """Change the words that the trail takes, whatever other migrations have made of them before."""
    checks = sa.inspect(op.get_bind()).get_check_constraints("audit_entries")
    [check] = [check for check in checks if check["name"] == "ck_audit_entries_what"]
    known = re.findall(r"'([a-z_.]+)'", check["sqltext"])
    words = ", ".join(f"'{what}'" for what in change(known))
    with op.batch_alter_table("audit_entries") as batch:
        batch.drop_constraint(op.f("ck_audit_entries_what"), type_="check")
        batch.create_check_constraint(op.f("ck_audit_entries_what"), f"what IN ({words})")
