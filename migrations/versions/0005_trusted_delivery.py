"""callbacks that can be trusted: where they may go, who is paged, what was given up."""

import re
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NEW_ON_THE_TRAIL = ("destination.registered", "message.sent_again", "referral.escalated")
WAITING = sa.text("sent_at IS NULL AND dead_at IS NULL")
DEAD = sa.text("dead_at IS NOT NULL")
INDEXES = (
    ("ix_outbox_messages_waiting_kind", ["kind", "next_attempt_at"], WAITING),
    ("ix_outbox_messages_waiting_there", ["destination_id", "id"], WAITING),
    ("ix_outbox_messages_dead", ["dead_at", "id"], DEAD),
)
LISTENERS = sa.Enum(
    "dispatch", "watch", name="listener", native_enum=False, create_constraint=False, length=40
)
NETWORKS = sa.Enum(
    "public", "private", "this_machine", name="network", native_enum=False, create_constraint=False, length=40
)


def upgrade() -> None:
    with op.batch_alter_table("destinations") as batch:
        batch.add_column(sa.Column("listener", LISTENERS, nullable=False, server_default="dispatch"))
        batch.add_column(sa.Column("network", NETWORKS, nullable=False, server_default="public"))
        batch.add_column(sa.Column("failure_count", sa.Integer(), nullable=False, server_default="0"))
    # The demo's dispatch listens on its own machine; it was registered before that was asked.
    op.execute(
        "UPDATE destinations SET network = 'this_machine'"
        " WHERE url LIKE 'http://127.0.0.1:%' OR url LIKE 'http://localhost:%'"
    )
    with op.batch_alter_table("destinations") as batch:
        for column in ("listener", "network", "failure_count"):
            batch.alter_column(column, server_default=None)
        batch.create_check_constraint(op.f("ck_destinations_listener"), "listener IN ('dispatch', 'watch')")
        batch.create_check_constraint(
            op.f("ck_destinations_network"), "network IN ('public', 'private', 'this_machine')"
        )
    for name, columns, which in INDEXES:
        op.create_index(name, "outbox_messages", columns, sqlite_where=which, postgresql_where=which)
    allow_on_trail(lambda known: [*known, *(what for what in NEW_ON_THE_TRAIL if what not in known)])


def downgrade() -> None:
    # What the trail has kept stays: only words that it does not use are taken away again.
    used = set(op.get_bind().scalars(sa.text("SELECT DISTINCT what FROM audit_entries")))
    gone = set(NEW_ON_THE_TRAIL) - used
    allow_on_trail(lambda known: [what for what in known if what not in gone])
    for name, _, which in reversed(INDEXES):
        op.drop_index(name, "outbox_messages", sqlite_where=which, postgresql_where=which)
    with op.batch_alter_table("destinations") as batch:
        for name in ("ck_destinations_network", "ck_destinations_listener"):
            batch.drop_constraint(op.f(name), type_="check")
        for column in ("failure_count", "network", "listener"):
            batch.drop_column(column)


def allow_on_trail(change: Callable[[list[str]], list[str]]) -> None:
    """Change the words that the trail takes, whatever other migrations have made of them before."""
    checks = sa.inspect(op.get_bind()).get_check_constraints("audit_entries")
    [check] = [check for check in checks if check["name"] == "ck_audit_entries_what"]
    known = re.findall(r"'([a-z_.]+)'", check["sqltext"])
    words = ", ".join(f"'{what}'" for what in change(known))
    with op.batch_alter_table("audit_entries") as batch:
        batch.drop_constraint(op.f("ck_audit_entries_what"), type_="check")
        batch.create_check_constraint(op.f("ck_audit_entries_what"), f"what IN ({words})")
