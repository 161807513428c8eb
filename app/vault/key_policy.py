"""Every key of the product: what for, by which algorithm, where it lies, how long it may be in use. Pure.

The policy that ASVS 11.1.1 asks for, as data: the README's table is made from it, a test holds it
against the settings, and the doctor warns of a key that is past its time where its age is known.
A key that may have leaked is changed at once, whatever stands here.
"""

from dataclasses import dataclass
from datetime import timedelta

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class KeyKind:
    """One kind of key. `longest`: how long it may be in use; None where no day ends it (`ends` says what)."""

    name: str
    what_for: str
    algorithm: str
    place: str
    ends: str
    change: str
    longest: timedelta | None = None


KEYS: tuple[KeyKind, ...] = (
    KeyKind(
        "SECRET_KEY",
        "signs cookies and forms",
        "HMAC-SHA-1 (itsdangerous)",
        "secret store of the operator",
        "a year",
        "set another one and start again: everybody signs in again",
        YEAR,
    ),
    KeyKind(
        "KEY_ENCRYPTION_KEY",
        "wraps data keys, and the secret of an app until its first code",
        "AES-256-GCM",
        "secret store of the operator",
        "a year",
        "the old one into `OLD_KEY_ENCRYPTION_KEYS`, then `flask vault rotate`",
        YEAR,
    ),
    KeyKind(
        "OLD_KEY_ENCRYPTION_KEYS",
        "opens what is not wrapped anew yet",
        "AES-256-GCM",
        "secret store of the operator",
        "when `flask vault rotate` is through",
        "take it out; with backups from before, keep it apart for 7 days",
    ),
    KeyKind(
        "BLIND_INDEX_KEY",
        "fingerprints of callbacks, receipts, sign-ins, invitations; seals passkeys; under recovery codes;"
        " chains the ledger of erasures",
        "HMAC-SHA-256, HKDF",
        "secret store of the operator",
        "only when it leaked: it encrypts nothing, and what it made is asked for as long as that is kept",
        "set another one, take every way from everybody, invite them again; open receipts are lost",
    ),
    KeyKind(
        "WITNESS_KEY",
        "signs the checkpoints of the trail",
        "Ed25519",
        "secret store of the operator, away from the database",
        "two years",
        "`flask audit new-witness-key`, `rotate-witness-key`",
        2 * YEAR,
    ),
    KeyKind(
        "BACKUP_KEY",
        "seals backups",
        "AES-256-GCM, HKDF",
        "where no backup is",
        "a year",
        "set another one; keep the old one 35 days, as long as its last backup",
        YEAR,
    ),
    KeyKind(
        "data keys",
        "seal the fields of one record each",
        "AES-256-GCM",
        "database, wrapped",
        "with their record: destroyed by the retention table",
        "a record gets another one when something is added after that",
    ),
    KeyKind(
        "keys of dispatch's systems",
        "sign their messages to us",
        "HMAC-SHA-256 or Ed25519",
        "database: sealed, or the public half",
        "a year",
        "`flask accounts add-key`, `revoke-key`",
        YEAR,
    ),
    KeyKind(
        "keys of our messages out",
        "sign callbacks, pages to a watch, checkpoints to a witness",
        "HMAC-SHA-256 or Ed25519",
        "database, sealed",
        "a year",
        "`flask delivery rotate-secret`",
        YEAR,
    ),
    KeyKind(
        "passkeys",
        "sign people in",
        "ES256, EdDSA or RS256",
        "the person's device; the public half in the database, sealed by `BLIND_INDEX_KEY`",
        "until the person or an admin takes them away",
        "the person's page *How you sign in*",
    ),
    KeyKind(
        "secrets of apps",
        "make the codes that people sign in with",
        "HMAC-SHA-1 within TOTP",
        "the person's app; the database, sealed",
        "until the person or an admin takes them away",
        "the person's page *How you sign in*",
    ),
)


def readme_rows() -> list[str]:
    """The table as the README has it."""
    return [
        f"| {_named(key.name)} | {key.what_for} | {key.algorithm} | {key.place} | {key.ends} | {key.change} |"
        for key in KEYS
    ]


def longest_of(name: str) -> timedelta:
    """How long a key of this name may be in use."""
    found = next(key.longest for key in KEYS if key.name == name)
    if found is None:
        raise ValueError(f"No day ends {name}.")
    return found


def _named(name: str) -> str:
    return f"`{name}`" if name.isupper() else name
