"""what a version of the policy stems from, and which document it was begun from.

A version is named by the version of the program that its rules stem from, through all those it was begun
from. Which document that was is known where another version of the office was the base; of a draft begun
from the program it is not, and its name alone has to do. On the way down only what was added goes.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

versions = sa.table(
    "policy_versions",
    sa.column("id", sa.String()),
    sa.column("number", sa.Integer()),
    sa.column("name", sa.String()),
    sa.column("base_id", sa.String()),
    sa.column("sha256", sa.String()),
    sa.column("shipped", sa.String()),
    sa.column("base_sha256", sa.String()),
)


def upgrade() -> None:
    with op.batch_alter_table("policy_versions") as batch:
        batch.add_column(sa.Column("shipped", sa.String(length=40), nullable=True))
        batch.add_column(sa.Column("base_sha256", sa.String(length=64), nullable=True))
    with op.batch_alter_table("policy_replays") as batch:
        batch.add_column(sa.Column("shipped", sa.String(length=40), nullable=True))
    known = {}
    for row in op.get_bind().execute(sa.select(versions).order_by(versions.c.number)).all():
        base = known.get(row.base_id)  # it was begun before, so it has a lower number
        shipped = base[0] if base else row.name.partition("+")[0]
        known[row.id] = (shipped, row.sha256)
        change = versions.update().where(versions.c.id == row.id)
        op.execute(change.values(shipped=shipped, base_sha256=base[1] if base else None))
    with op.batch_alter_table("policy_versions") as batch:
        batch.alter_column("shipped", existing_type=sa.String(length=40), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("policy_replays") as batch:
        batch.drop_column("shipped")
    with op.batch_alter_table("policy_versions") as batch:
        batch.drop_column("base_sha256")
        batch.drop_column("shipped")
