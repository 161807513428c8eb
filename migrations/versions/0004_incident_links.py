"""incident links, and the requests that come by conveyance."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = '0004'
down_revision = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('incident_links',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('client_id', sa.String(length=26), nullable=False),
    sa.Column('incident_id', sa.String(length=120), nullable=False),
    sa.Column('other_incident_id', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.Enum('parent', 'child', 'related', 'unlink', 'replacing', 'replaced', 'split', name='linkkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('referral_id', sa.String(length=26), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['dispatch_clients.id'], name=op.f('fk_incident_links_client_id_dispatch_clients')),
    sa.ForeignKeyConstraint(['referral_id'], ['referrals.id'], name=op.f('fk_incident_links_referral_id_referrals')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident_links'))
    )
    with op.batch_alter_table('incident_links', schema=None) as batch_op:
        batch_op.create_index('ix_incident_links_incident', ['client_id', 'incident_id', 'at'], unique=False)
        batch_op.create_index('ix_incident_links_other', ['client_id', 'other_incident_id', 'at'], unique=False)
        batch_op.create_index(batch_op.f('ix_incident_links_referral_id'), ['referral_id'], unique=False)

    op.create_table('conveyance_rows',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('client_id', sa.String(length=26), nullable=False),
    sa.Column('request_id', sa.String(length=120), nullable=False),
    sa.Column('referral_id', sa.String(length=26), nullable=False),
    sa.Column('kind', sa.Enum('their_request', 'our_request', 'our_notice', 'their_response', name='conveyancekind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('code', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['dispatch_clients.id'], name=op.f('fk_conveyance_rows_client_id_dispatch_clients')),
    sa.ForeignKeyConstraint(['referral_id'], ['referrals.id'], name=op.f('fk_conveyance_rows_referral_id_referrals')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conveyance_rows'))
    )
    with op.batch_alter_table('conveyance_rows', schema=None) as batch_op:
        batch_op.create_index('ix_conveyance_rows_referral', ['referral_id', 'at'], unique=False)
        batch_op.create_index('ix_conveyance_rows_request', ['client_id', 'request_id', 'at'], unique=False)


def downgrade() -> None:
    op.drop_table('conveyance_rows')
    op.drop_table('incident_links')
