"""which single pictures of a case a person's yes to a service referral names.

On the way down every yes forgets its pictures: nobody but those assigned sees them then.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PICTURES = "pictures"


def upgrade() -> None:
    op.create_table(
        "consent_pictures",
        sa.Column("consent_id", sa.String(length=26), nullable=False),
        sa.Column("picture_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["handoff_consents.id"], name=op.f("fk_consent_pictures_consent_id")
        ),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["case_photos.id"], name=op.f("fk_consent_pictures_picture_id")
        ),
        sa.PrimaryKeyConstraint("consent_id", "picture_id", name=op.f("pk_consent_pictures")),
    )
    op.create_index(op.f("ix_consent_pictures_picture_id"), "consent_pictures", ["picture_id"])


def downgrade() -> None:
    consents = sa.table("handoff_consents", sa.column("id", sa.String()), sa.column("shares", sa.JSON()))
    connection = op.get_bind()
    named = sa.select(sa.table("consent_pictures", sa.column("consent_id")).c.consent_id)
    rows = connection.execute(sa.select(consents).where(consents.c.id.in_(named))).all()
    for row in rows:
        left = [share for share in row.shares if share != PICTURES]
        connection.execute(consents.update().where(consents.c.id == row.id).values(shares=left))
    op.drop_table("consent_pictures")
