"""notices to people about their sign-in, seals over passkeys, slow hashes of recovery codes, who waits.

Recovery codes that people have on paper go on working: what was kept of them is hashed once more, slowly,
with a salt for each person. That cannot be undone, so on the way down they end, and who has none left
makes ten new ones. Passkeys from before have no seal yet and sign nobody in until
`flask accounts seal-passkeys` has run once, which `script/serve` does: the key for it is in no database.
"""

import re
import secrets
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic import op
from argon2.low_level import Type, hash_secret_raw

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ACTS = (
    "passkey_broken",
    "passkeys_sealed",
    "password_changed",
    "password_fit",
    "recovery_asked",
    "recovery_confirmed",
    "recovery_refused",
)
NEW_ON_THE_TRAIL = [f"account.{act}" for act in ACTS]
KINDS = (
    "tries",
    "half",
    "new_device",
    "passkey_added",
    "passkey_removed",
    "app_added",
    "app_removed",
    "password_changed",
    "codes_made",
    "code_used",
    "recovery_asked",
    "ways_forgotten",
    "passkey_broken",
)
STATES = ("waiting", "confirmed", "refused", "used")
IS_UNREAD = sa.text("read_at IS NULL")


def one_of(name: str, values: Sequence[str]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def an_id(name: str, *, may_lack: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=26), nullable=may_lack)


def a_moment(name: str, *, may_lack: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=may_lack)


def points_at(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    make_notices()
    make_requests()
    op.add_column("passkeys", sa.Column("seal", sa.String(length=64), nullable=True))
    op.add_column("recovery_codes", sa.Column("salt", sa.String(length=32), nullable=True))
    hash_slowly()
    with op.batch_alter_table("recovery_codes") as batch:
        batch.alter_column("salt", existing_type=sa.String(length=32), nullable=False)
    allow_on_trail(lambda known: [*known, *(what for what in NEW_ON_THE_TRAIL if what not in known)])


def make_notices() -> None:
    op.create_table(
        "sign_in_notices",
        an_id("id"),
        an_id("account_id"),
        a_moment("at"),
        sa.Column("kind", one_of("noticekind", KINDS), nullable=False),
        sa.Column("device", sa.String(length=60), nullable=False),
        sa.Column("count", sa.Integer(), nullable=True),
        an_id("session_id", may_lack=True),
        a_moment("read_at", may_lack=True),
        points_at("sign_in_notices", "account_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_notices")),
    )
    op.create_index("ix_sign_in_notices_account", "sign_in_notices", ["account_id", "at"])
    op.create_index("ix_sign_in_notices_at", "sign_in_notices", ["at"])
    op.create_index(
        "ix_sign_in_notices_unread",
        "sign_in_notices",
        ["account_id", "id"],
        sqlite_where=IS_UNREAD,
        postgresql_where=IS_UNREAD,
    )


def make_requests() -> None:
    op.create_table(
        "recovery_requests",
        an_id("id"),
        an_id("account_id"),
        sa.Column("secret_print", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=60), nullable=False),
        sa.Column("state", one_of("recoverystate", STATES), nullable=False),
        a_moment("asked_at"),
        a_moment("expires_at"),
        an_id("decided_by_id", may_lack=True),
        a_moment("decided_at", may_lack=True),
        sa.CheckConstraint(
            "decided_by_id <> account_id", name=op.f("ck_recovery_requests_not_decided_for_oneself")
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL)", name=op.f("ck_recovery_requests_decided_with_time")
        ),
        points_at("recovery_requests", "account_id", "accounts"),
        points_at("recovery_requests", "decided_by_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_requests")),
        sa.UniqueConstraint("secret_print", name=op.f("uq_recovery_requests_secret_print")),
    )
    op.create_index("ix_recovery_requests_account", "recovery_requests", ["account_id", "state"])
    op.create_index("ix_recovery_requests_state", "recovery_requests", ["state", "asked_at"])


def hash_slowly() -> None:
    """Hash the kept fingerprints of unused codes with argon2, as new codes are. Used ones are worth nothing."""
    columns = ("id", "account_id", "code_print", "salt", "used_at")
    codes = sa.table("recovery_codes", *(sa.column(name) for name in columns))
    op.execute(codes.delete().where(codes.c.used_at.is_not(None)))
    salts: dict[str, str] = {}
    bind = op.get_bind()
    for row in bind.execute(sa.select(codes.c.id, codes.c.account_id, codes.c.code_print)).all():
        salt = salts.setdefault(row.account_id, secrets.token_hex(16))
        slow = hash_secret_raw(
            row.code_print.encode(),
            bytes.fromhex(salt),
            time_cost=2,
            memory_cost=19 * 1024,
            parallelism=1,
            hash_len=32,
            type=Type.ID,
        )
        bind.execute(codes.update().where(codes.c.id == row.id).values(code_print=slow.hex(), salt=salt))


def downgrade() -> None:
    # What the trail has kept stays: a word that it does not use is taken away again.
    used = set(op.get_bind().scalars(sa.text("SELECT DISTINCT what FROM audit_entries")))
    gone = {*NEW_ON_THE_TRAIL} - used
    allow_on_trail(lambda known: [what for what in known if what not in gone])
    op.execute(sa.text("DELETE FROM recovery_codes"))
    with op.batch_alter_table("recovery_codes") as batch:
        batch.drop_column("salt")
    with op.batch_alter_table("passkeys") as batch:
        batch.drop_column("seal")
    op.drop_table("recovery_requests")
    op.drop_table("sign_in_notices")


def allow_on_trail(change: Callable[[list[str]], list[str]]) -> None:
    """Change the words that the trail takes, whatever other migrations have made of them before."""
    checks = sa.inspect(op.get_bind()).get_check_constraints("audit_entries")
    [check] = [check for check in checks if check["name"] == "ck_audit_entries_what"]
    known = re.findall(r"'([a-z_.]+)'", check["sqltext"])
    words = ", ".join(f"'{what}'" for what in change(known))
    with op.batch_alter_table("audit_entries") as batch:
        batch.drop_constraint(op.f("ck_audit_entries_what"), type_="check")
        batch.create_check_constraint(op.f("ck_audit_entries_what"), f"what IN ({words})")
