"""clocks of a centre: how long its calls wait here, where its dead-man clock is not the usual one.

A call names the clocks that it was promised by, so that a change holds for calls from then on.
On the way down they are forgotten: what rings by then rings, and everybody has the defaults.
"""

import re
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NEW_ON_THE_TRAIL = "client.clocks_set"
IS_CURRENT = sa.text("ended_at IS NULL")
# The rule of rules.py: with the margin we give up before dispatch does. A check has its field's name.
CLOCK_RULES = {
    "dead_man_seconds": "",
    "accept_seconds": " AND accept_seconds + confirm_seconds + 5 <= dead_man_seconds",
    "review_seconds": " AND review_seconds <= accept_seconds",
    "confirm_seconds": "",
    "contact_seconds": "",
    "re_offer_seconds": "",
    "on_the_way_seconds": "",
}
KINDS = sa.Enum("live", "callback", name="callkind", native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "client_clocks",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("client_id", sa.String(length=26), nullable=False),
        sa.Column("kind", KINDS, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in CLOCK_RULES),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.CheckConstraint(
                f"{name} BETWEEN 1 AND 86400{rule}", name=op.f(f"ck_client_clocks_{name}")
            )
            for name, rule in CLOCK_RULES.items()
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["dispatch_clients.id"], name=op.f("fk_client_clocks_client_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_clocks")),
    )
    op.create_index(
        "uq_client_clocks_current",
        "client_clocks",
        ["client_id", "kind"],
        unique=True,
        sqlite_where=IS_CURRENT,
        postgresql_where=IS_CURRENT,
    )
    with op.batch_alter_table("referrals") as batch:
        batch.add_column(sa.Column("clocks_id", sa.String(length=26), nullable=True))
        batch.create_foreign_key(op.f("fk_referrals_clocks_id"), "client_clocks", ["clocks_id"], ["id"])
    allow_on_trail(lambda known: [*known, *({NEW_ON_THE_TRAIL} - {*known})])


def downgrade() -> None:
    # What the trail has kept stays: a word that it does not use is taken away again.
    used = set(op.get_bind().scalars(sa.text("SELECT DISTINCT what FROM audit_entries")))
    gone = {NEW_ON_THE_TRAIL} - used
    allow_on_trail(lambda known: [what for what in known if what not in gone])
    with op.batch_alter_table("referrals") as batch:
        batch.drop_constraint(op.f("fk_referrals_clocks_id"), type_="foreignkey")
        batch.drop_column("clocks_id")
    op.drop_table("client_clocks")


def allow_on_trail(change: Callable[[list[str]], list[str]]) -> None:
    """Change the words that the trail takes, whatever other migrations have made of them before."""
    checks = sa.inspect(op.get_bind()).get_check_constraints("audit_entries")
    [check] = [check for check in checks if check["name"] == "ck_audit_entries_what"]
    known = re.findall(r"'([a-z_.]+)'", check["sqltext"])
    words = ", ".join(f"'{what}'" for what in change(known))
    with op.batch_alter_table("audit_entries") as batch:
        batch.drop_constraint(op.f("ck_audit_entries_what"), type_="check")
        batch.create_check_constraint(op.f("ck_audit_entries_what"), f"what IN ({words})")
