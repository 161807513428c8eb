"""keys with rows of their own.

The secret of a dispatch client, and of a destination, becomes the first row of its keys. Nothing
is sealed anew: a sealed secret stays bound to its client (or destination) and stays under that
one's data key, so that what was sealed before opens after, and the other way round. The first
key of a client takes the id of its client.

On the way down a client keeps its newest secret that has no end; one that has none, or signs
only by a key pair, is revoked: the tables before cannot say what it may do. What the trail may
say stays wider, as nothing is taken out of the trail.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op


revision: str = '0003'
down_revision: str | None = '0002'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ON_THE_TRAIL = (
    'client.key_added',
    'client.key_revoked',
    'client.listed',
    'client.revoked',
    'destination.key_changed',
)
ALGORITHMS = ('v1', 'v1a')
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _widen_the_trail()
    _make_client_keys()
    _make_destination_keys()
    _say_which_key_signed()


def downgrade() -> None:
    with op.batch_alter_table('referral_messages') as batch_op:
        batch_op.drop_constraint(op.f('fk_referral_messages_signing_key_id_client_id'), type_='foreignkey')
        batch_op.drop_column('signing_key_id')
        batch_op.create_foreign_key(op.f('fk_referral_messages_client_id'), 'dispatch_clients', ['client_id'], ['id'])

    with op.batch_alter_table('destinations') as batch_op:
        batch_op.add_column(sa.Column('secret_sealed', sa.LargeBinary(), nullable=True))
    op.execute("""
        UPDATE destinations SET secret_sealed = (
            SELECT k.secret_sealed FROM destination_keys k
            WHERE k.destination_id = destinations.id AND k.algorithm = 'v1'
            ORDER BY k.expires_at IS NOT NULL, k.created_at DESC, k.id DESC LIMIT 1)""")
    with op.batch_alter_table('destinations') as batch_op:
        batch_op.alter_column('secret_sealed', existing_type=sa.LargeBinary(), nullable=False)
    op.drop_table('destination_keys')

    with op.batch_alter_table('dispatch_clients') as batch_op:
        batch_op.drop_constraint(op.f('ck_dispatch_clients_purpose'), type_='check')
        batch_op.add_column(sa.Column('secret_sealed', sa.LargeBinary(), nullable=True))
    op.execute("""
        UPDATE dispatch_clients SET secret_sealed = (
            SELECT k.secret_sealed FROM client_keys k
            WHERE k.client_id = dispatch_clients.id AND k.algorithm = 'v1'
            AND k.expires_at IS NULL AND (k.revoked_at IS NULL OR dispatch_clients.revoked_at IS NOT NULL)
            ORDER BY k.created_at DESC, k.id DESC LIMIT 1)""")
    clients = sa.table(
        'dispatch_clients', sa.column('secret_sealed', sa.LargeBinary()), sa.column('revoked_at', MOMENT)
    )
    now = sa.literal(datetime.now(UTC), MOMENT)
    op.execute(
        clients.update()
        .where(clients.c.secret_sealed.is_(None))
        .values(secret_sealed=b'', revoked_at=sa.func.coalesce(clients.c.revoked_at, now))
    )
    with op.batch_alter_table('dispatch_clients') as batch_op:
        batch_op.alter_column('secret_sealed', existing_type=sa.LargeBinary(), nullable=False)
    op.drop_table('client_keys')


def _make_client_keys() -> None:
    op.create_table('client_keys',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('client_id', sa.String(length=26), nullable=False),
    sa.Column('algorithm', _algorithm(), nullable=False),
    sa.Column('secret_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('public_key', sa.String(length=60), nullable=True),
    sa.Column('created_at', MOMENT, nullable=False),
    sa.Column('expires_at', MOMENT, nullable=True),
    sa.Column('revoked_at', MOMENT, nullable=True),
    sa.CheckConstraint("(algorithm = 'v1') = (secret_sealed IS NOT NULL) AND (algorithm = 'v1a') = (public_key IS NOT NULL)", name=op.f('ck_client_keys_secret_or_public')),
    sa.ForeignKeyConstraint(['client_id'], ['dispatch_clients.id'], name=op.f('fk_client_keys_client_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_client_keys')),
    sa.UniqueConstraint('id', 'client_id', name=op.f('uq_client_keys_id_client_id')),
    sa.UniqueConstraint('public_key', name=op.f('uq_client_keys_public_key'))
    )
    op.create_index(op.f('ix_client_keys_client_id'), 'client_keys', ['client_id'])
    op.execute("""
        INSERT INTO client_keys (id, client_id, algorithm, secret_sealed, created_at, revoked_at)
        SELECT id, id, 'v1', secret_sealed, created_at, revoked_at FROM dispatch_clients""")
    with op.batch_alter_table('dispatch_clients') as batch_op:
        batch_op.drop_column('secret_sealed')
        batch_op.create_check_constraint(op.f('ck_dispatch_clients_purpose'), "purpose IN ('dispatch', 'monitoring')")


def _make_destination_keys() -> None:
    op.create_table('destination_keys',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('destination_id', sa.String(length=26), nullable=False),
    sa.Column('algorithm', _algorithm(), nullable=False),
    sa.Column('secret_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('public_key', sa.String(length=60), nullable=True),
    sa.Column('created_at', MOMENT, nullable=False),
    sa.Column('expires_at', MOMENT, nullable=True),
    sa.CheckConstraint("(algorithm = 'v1a') = (public_key IS NOT NULL)", name=op.f('ck_destination_keys_pair_has_public_key')),
    sa.ForeignKeyConstraint(['destination_id'], ['destinations.id'], name=op.f('fk_destination_keys_destination_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_destination_keys'))
    )
    op.create_index(op.f('ix_destination_keys_destination_id'), 'destination_keys', ['destination_id'])
    op.execute("""
        INSERT INTO destination_keys (id, destination_id, algorithm, secret_sealed, created_at)
        SELECT id, id, 'v1', secret_sealed, created_at FROM destinations""")
    with op.batch_alter_table('destinations') as batch_op:
        batch_op.drop_column('secret_sealed')


def _say_which_key_signed() -> None:
    """Every message so far was signed with its client's one key."""
    with op.batch_alter_table('referral_messages') as batch_op:
        batch_op.add_column(sa.Column('signing_key_id', sa.String(length=26), nullable=True))
    op.execute("UPDATE referral_messages SET signing_key_id = client_id")
    with op.batch_alter_table('referral_messages') as batch_op:
        batch_op.alter_column('signing_key_id', existing_type=sa.String(length=26), nullable=False)
        batch_op.drop_constraint(op.f('fk_referral_messages_client_id'), type_='foreignkey')
        batch_op.create_foreign_key(
            op.f('fk_referral_messages_signing_key_id_client_id'),
            'client_keys', ['signing_key_id', 'client_id'], ['id', 'client_id'])


def _algorithm() -> sa.Enum:
    return sa.Enum(*ALGORITHMS, name='algorithm', native_enum=False, create_constraint=True, length=40)


def _widen_the_trail() -> None:
    """What the trail may say: all that it may now, whatever came before, and the keys."""
    name = 'ck_audit_entries_what'
    checks = sa.inspect(op.get_bind()).get_check_constraints('audit_entries')
    [before] = [check['sqltext'] for check in checks if check['name'] == name]
    allowed = sorted({*re.findall(r"'([a-z_]+\.[a-z_]+)'", before), *ON_THE_TRAIL})
    with op.batch_alter_table('audit_entries') as batch_op:
        batch_op.drop_constraint(op.f(name), type_='check')
        batch_op.create_check_constraint(op.f(name), sa.column('what').in_(allowed))
