"""passkeys, codes of an app, recovery codes, invitations, sign-ins as rows, and what two admins give.

On the way down they are forgotten. Who has a password keeps it; who has none cannot sign in
until somebody gives them one. Whoever waits for a second admin stays shut out.
"""

import re
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ACTS = (
    "grant_confirmed",
    "grant_proposed",
    "grant_refused",
    "invitation_opened",
    "invitation_revoked",
    "invited",
    "recovery_codes_made",
    "session_ended",
    "verified",
    "way_added",
    "way_removed",
)
NEW_ON_THE_TRAIL = [f"account.{act}" for act in ACTS]
WAYS = ("passkey", "totp", "recovery", "password", "invitation")
ENDS = ("signed_out", "left", "idle", "too_long", "revoked", "ways_changed", "by_admin", "replaced")
KINDS = ("new", "role", "open_again", "new_ways")
STATES = ("proposed", "confirmed", "refused")
ROLES = (
    "resident",
    "mediator",
    "interrupter",
    "facilitator",
    "crisis_worker",
    "provider_lead",
    "coordinator",
    "office_staff",
    "county_partner",
    "analyst",
    "auditor",
    "admin",
    "dispatch_client",
)
IS_OPEN = sa.text("state = 'proposed'")
NO_PASSWORD = "none"  # no argon2 hash: no password fits it
TABLES = (
    "role_grants",
    "invitations",
    "passkey_challenges",
    "recovery_codes",
    "authenticator_apps",
    "passkeys",
    "sign_in_sessions",
)


def one_of(name: str, values: Sequence[str]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def an_id(name: str, *, may_lack: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=26), nullable=may_lack)


def a_print(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=64), nullable=False)


def a_moment(name: str, *, may_lack: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=may_lack)


def points_at(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def key_of(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def upgrade() -> None:
    with op.batch_alter_table("accounts") as batch:
        batch.alter_column("password_hash", existing_type=sa.String(length=200), nullable=True)
    accounts = sa.table("accounts", sa.column("password_hash", sa.String()))
    op.execute(
        accounts.update().where(accounts.c.password_hash == NO_PASSWORD).values(password_hash=sa.null())
    )
    op.create_table(
        "sign_in_sessions",
        an_id("id"),
        a_print("secret_print"),
        an_id("account_id"),
        sa.Column("way", one_of("way", WAYS), nullable=False),
        sa.Column("is_limited", sa.Boolean(), nullable=False),
        sa.Column("device", sa.String(length=60), nullable=False),
        a_moment("made_at"),
        a_moment("last_seen_at"),
        a_moment("verified_at", may_lack=True),
        a_moment("ended_at", may_lack=True),
        sa.Column("end_reason", one_of("end", ENDS), nullable=True),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (end_reason IS NULL)", name=op.f("ck_sign_in_sessions_ended_with_reason")
        ),
        points_at("sign_in_sessions", "account_id", "accounts"),
        key_of("sign_in_sessions"),
        sa.UniqueConstraint("secret_print", name=op.f("uq_sign_in_sessions_secret_print")),
    )
    op.create_index("ix_sign_in_sessions_account", "sign_in_sessions", ["account_id", "made_at"])
    op.create_table(
        "passkeys",
        an_id("id"),
        an_id("account_id"),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        a_moment("made_at"),
        a_moment("last_used_at", may_lack=True),
        points_at("passkeys", "account_id", "accounts"),
        key_of("passkeys"),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    op.create_index(op.f("ix_passkeys_account_id"), "passkeys", ["account_id"])
    op.create_table(
        "authenticator_apps",
        an_id("id"),
        an_id("account_id"),
        an_id("key_id"),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        a_moment("made_at"),
        a_moment("confirmed_at", may_lack=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        points_at("authenticator_apps", "account_id", "accounts"),
        points_at("authenticator_apps", "key_id", "data_keys"),
        key_of("authenticator_apps"),
        sa.UniqueConstraint("account_id", name=op.f("uq_authenticator_apps_account_id")),
    )
    op.create_table(
        "recovery_codes",
        an_id("id"),
        an_id("account_id"),
        a_print("code_print"),
        a_moment("made_at"),
        a_moment("used_at", may_lack=True),
        points_at("recovery_codes", "account_id", "accounts"),
        key_of("recovery_codes"),
        sa.UniqueConstraint("account_id", "code_print", name=op.f("uq_recovery_codes_account_id_code_print")),
    )
    op.create_table(
        "passkey_challenges",
        an_id("id"),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        an_id("account_id", may_lack=True),
        a_moment("expires_at"),
        points_at("passkey_challenges", "account_id", "accounts"),
        key_of("passkey_challenges"),
    )
    op.create_index(op.f("ix_passkey_challenges_expires_at"), "passkey_challenges", ["expires_at"])
    op.create_table(
        "invitations",
        an_id("id"),
        an_id("account_id"),
        a_print("secret_print"),
        a_moment("made_at"),
        a_moment("expires_at"),
        a_moment("used_at", may_lack=True),
        a_moment("revoked_at", may_lack=True),
        points_at("invitations", "account_id", "accounts"),
        key_of("invitations"),
        sa.UniqueConstraint("secret_print", name=op.f("uq_invitations_secret_print")),
    )
    op.create_index("ix_invitations_account", "invitations", ["account_id", "made_at"])
    make_grants()
    allow_on_trail(lambda known: [*known, *(what for what in NEW_ON_THE_TRAIL if what not in known)])


def make_grants() -> None:
    op.create_table(
        "role_grants",
        an_id("id"),
        an_id("account_id"),
        sa.Column("kind", one_of("grantkind", KINDS), nullable=False),
        sa.Column("role", one_of("role", ROLES), nullable=False),
        sa.Column("state", one_of("grantstate", STATES), nullable=False),
        an_id("proposed_by_id", may_lack=True),
        a_moment("proposed_at"),
        an_id("decided_by_id", may_lack=True),
        a_moment("decided_at", may_lack=True),
        sa.CheckConstraint(
            "proposed_by_id <> account_id", name=op.f("ck_role_grants_not_proposed_to_oneself")
        ),
        sa.CheckConstraint(
            "decided_by_id <> account_id", name=op.f("ck_role_grants_not_decided_for_oneself")
        ),
        sa.CheckConstraint(
            "state <> 'confirmed' OR proposed_by_id IS NULL"
            " OR (decided_by_id IS NOT NULL AND decided_by_id <> proposed_by_id)",
            name=op.f("ck_role_grants_confirmed_by_another"),
        ),
        sa.CheckConstraint(
            "(state = 'proposed') = (decided_at IS NULL)", name=op.f("ck_role_grants_decided_with_time")
        ),
        points_at("role_grants", "account_id", "accounts"),
        points_at("role_grants", "proposed_by_id", "accounts"),
        points_at("role_grants", "decided_by_id", "accounts"),
        key_of("role_grants"),
    )
    op.create_index(
        "uq_role_grants_open",
        "role_grants",
        ["account_id"],
        unique=True,
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )
    op.create_index("ix_role_grants_state", "role_grants", ["state", "proposed_at"])


def downgrade() -> None:
    # What the trail has kept stays: a word that it does not use is taken away again.
    used = set(op.get_bind().scalars(sa.text("SELECT DISTINCT what FROM audit_entries")))
    gone = {*NEW_ON_THE_TRAIL} - used
    allow_on_trail(lambda known: [what for what in known if what not in gone])
    for table in TABLES:
        op.drop_table(table)
    accounts = sa.table("accounts", sa.column("password_hash", sa.String()))
    op.execute(accounts.update().where(accounts.c.password_hash.is_(None)).values(password_hash=NO_PASSWORD))
    with op.batch_alter_table("accounts") as batch:
        batch.alter_column("password_hash", existing_type=sa.String(length=200), nullable=False)


def allow_on_trail(change: Callable[[list[str]], list[str]]) -> None:
    """Change the words that the trail takes, whatever other migrations have made of them before."""
    checks = sa.inspect(op.get_bind()).get_check_constraints("audit_entries")
    [check] = [check for check in checks if check["name"] == "ck_audit_entries_what"]
    known = re.findall(r"'([a-z_.]+)'", check["sqltext"])
    words = ", ".join(f"'{what}'" for what in change(known))
    with op.batch_alter_table("audit_entries") as batch:
        batch.drop_constraint(op.f("ck_audit_entries_what"), type_="check")
        batch.create_check_constraint(op.f("ck_audit_entries_what"), f"what IN ({words})")
