"""which key-encryption key wrapped a data key, and emergency openings of cases.

Data keys keep how they are wrapped; `flask vault rotate` wraps them anew. On the way down emergency
openings are forgotten: whoever was let in stays on the trail.
"""

import re
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NEW_ON_THE_TRAIL = [
    "case.map_shown",
    *(f"emergency.{act}" for act in ("asked", "agreed", "ended")),
    "key.rotated",
]
PURPOSES = ("case", "contact", "referral", "handoff", "input", "destination", "dispatch client", "account")
REASONS = ("responder_silent", "party_in_danger", "threat_to_staff", "medical")


def an_id(name: str, *, may_lack: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=26), nullable=may_lack)


def a_moment(name: str, *, may_lack: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=may_lack)


def points_at(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    purposes = ", ".join(f"'{purpose}'" for purpose in PURPOSES)
    with op.batch_alter_table("data_keys") as batch:
        batch.add_column(sa.Column("wrapped_by", sa.String(length=16), nullable=True))
        batch.create_check_constraint(op.f("ck_data_keys_keypurpose"), f"purpose IN ({purposes})")
    op.create_index("ix_data_keys_wrapped_by", "data_keys", ["wrapped_by"])
    op.create_table(
        "emergency_openings",
        an_id("id"),
        an_id("case_id"),
        sa.Column(
            "reason",
            sa.Enum(
                *REASONS, name="emergencyreason", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        an_id("asked_by_id"),
        a_moment("asked_at"),
        an_id("confirmed_by_id", may_lack=True),
        a_moment("confirmed_at", may_lack=True),
        a_moment("until_at", may_lack=True),
        a_moment("ended_at", may_lack=True),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (until_at IS NULL)", name=op.f("ck_emergency_openings_confirmed_until")
        ),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by_id IS NULL)",
            name=op.f("ck_emergency_openings_confirmed_by_somebody"),
        ),
        sa.CheckConstraint(
            "confirmed_by_id IS NULL OR confirmed_by_id <> asked_by_id", name=op.f("ck_emergency_openings_two_people")
        ),
        points_at("emergency_openings", "case_id", "conflict_cases"),
        points_at("emergency_openings", "asked_by_id", "accounts"),
        points_at("emergency_openings", "confirmed_by_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_openings")),
    )
    op.create_index("ix_emergency_openings_case", "emergency_openings", ["case_id", "until_at"])
    op.create_index("ix_emergency_openings_asked", "emergency_openings", ["asked_at"])
    op.create_index("ix_emergency_openings_asked_by_id", "emergency_openings", ["asked_by_id"])
    allow_on_trail(lambda known: [*known, *(what for what in NEW_ON_THE_TRAIL if what not in known)])


def downgrade() -> None:
    # What the trail has kept stays: a word that it does not use is taken away again.
    used = set(op.get_bind().scalars(sa.text("SELECT DISTINCT what FROM audit_entries")))
    gone = {*NEW_ON_THE_TRAIL} - used
    allow_on_trail(lambda known: [what for what in known if what not in gone])
    op.drop_table("emergency_openings")
    op.drop_index("ix_data_keys_wrapped_by", "data_keys")
    with op.batch_alter_table("data_keys") as batch:
        batch.drop_constraint(op.f("ck_data_keys_keypurpose"), type_="check")
        batch.drop_column("wrapped_by")


def allow_on_trail(change: Callable[[list[str]], list[str]]) -> None:
    """Change the words that the trail takes, whatever other migrations have made of them before."""
    checks = sa.inspect(op.get_bind()).get_check_constraints("audit_entries")
    [check] = [check for check in checks if check["name"] == "ck_audit_entries_what"]
    known = re.findall(r"'([a-z_.]+)'", check["sqltext"])
    words = ", ".join(f"'{what}'" for what in change(known))
    with op.batch_alter_table("audit_entries") as batch:
        batch.drop_constraint(op.f("ck_audit_entries_what"), type_="check")
        batch.create_check_constraint(op.f("ck_audit_entries_what"), f"what IN ({words})")
