"""What the product uses that can hurt it, module by module: cryptography, chance, ways out, raw SQL.

Each list is complete: a test compares it with the imports and calls of the code, both ways. Who adds
a use says here what for, and has thought once whether an existing one would do.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Use:
    """An algorithm or a way out, and what it is for."""

    what: str
    why: str


CRYPTOGRAPHY: Mapping[str, Use] = {
    "app.vault.sealing": Use("AES-256-GCM", "seals fields under a key for each record"),
    "app.vault.keyring": Use(
        "AES-256-GCM, HMAC-SHA-256, SHA-256",
        "wraps those keys, fingerprints what must be found again, names the operator's keys",
    ),
    "app.vault.callbacks": Use("HMAC-SHA-256", "fingerprints a number by the key of its quarter"),
    "app.vault.period_keys": Use("AES-256-GCM (its error)", "passes over a key that we cannot open"),
    "app.audit.people": Use("AES-SIV (RFC 5297)", "names people on the trail by a key of the month"),
    "app.vault.commands": Use("AES-256-GCM (its error)", "says that an older key is missing"),
    "app.vault.row_guard": Use("SHA-256", "knows a policy of rows that was changed"),
    "app.vault.ledger": Use("HKDF, HMAC-SHA-256", "chains what was destroyed, beside the database"),
    "app.foundation.sealed_files": Use("AES-256-GCM, HKDF", "seals backups piece by piece"),
    "app.foundation.table_states": Use("SHA-256", "compares every row of a backup with what was"),
    "app.delivery.signatures": Use(
        "HMAC-SHA-256, Ed25519, secrets", "signs and checks messages both ways; makes their keys"
    ),
    "app.accounts.sign_in": Use("Argon2id", "keeps passwords"),
    "app.accounts.app_actions": Use(
        "random of the system, AES-256-GCM (its error)", "the secret of an app, until its first code came"
    ),
    "app.accounts.passkey_seals": Use("HMAC-SHA-256", "knows a passkey whose row was changed"),
    "app.accounts.recovery_actions": Use("secrets", "ties a wait for an admin to one browser"),
    "app.accounts.recovery_codes": Use("Argon2id, secrets", "keeps recovery codes"),
    "app.accounts.clients": Use("AES-256-GCM (its error)", "a damaged key holds for nothing"),
    "app.accounts.cookies": Use("secrets", "a mark of a device that somebody has used before"),
    "app.accounts.invitation_actions": Use("secrets", "the secret of an invitation"),
    "app.accounts.passkeys": Use("WebAuthn (ES256, EdDSA, RS256)", "checks what a passkey signed"),
    "app.accounts.session_actions": Use("secrets", "the secret of a sign-in"),
    "app.accounts.way_rules": Use(
        "secrets, SHA-1 within HOTP (RFC 4226)", "recovery codes; checks the code of an app"
    ),
    "app.audit.digests": Use("SHA-256", "links the entries of the trail"),
    "app.audit.checkpoints": Use("Ed25519, SHA-256", "signs how far the trail has come, for a witness"),
    "app.audit.commands": Use("secrets", "makes a key for those signatures"),
    "app.foundation.http": Use("secrets", "the nonce of the content security policy"),
    "app.foundation.settings": Use("secrets", "keys of a demo"),
    "app.foundation.assets": Use("SHA-256", "an address of a file that changes with it"),
    "app.inputs.receipts": Use("secrets", "the number of a form, from which a receipt is made"),
    "app.cases.actions": Use("secrets", "draws the title of a case"),
    "app.referrals.intake": Use("SHA-256", "knows a message that comes again"),
    "app.referrals.incident_ids": Use("SHA-256", "one spelling of an incident's name"),
    "app.referrals.forms": Use("SHA-256", "knows a request that is sent twice"),
    "app.referrals.reconciliation": Use("SHA-256", "both books at a glance"),
    "app.referrals.replay": Use("SHA-256", "the same row is always the same message"),
    "app.triage.policy_files": Use("SHA-256", "what was approved is what is in force"),
    "app.triage.training": Use("SHA-256", "parts the labelled calls in the same way each time"),
    "app.developers.examples": Use("SHA-256", "an example's digest"),
    "app.developers.views": Use("SHA-256", "the tag of the served contract"),
    "app.delivery.webhook": Use("TLS 1.2 or newer", "checks the receiver's certificate"),
    "app.delivery.connection": Use("TLS 1.2 or newer", "asks for a certificate of the name"),
    "app.demo.load": Use("secrets", "passwords of invented people"),
}
CHANCE: Mapping[str, str] = {
    "app.cases.party_actions": "draws a bird's name from the system's own chance",
    "app.delivery.ladder": "takes a source of chance and spreads tries a little",
    "app.delivery.outbox": "the system's own chance, for the spreading",
}
"""Where numbers are drawn that hide nothing. The demo draws all it likes."""

WAYS_OUT: Mapping[str, str] = {
    "app.delivery.addresses": "looks a host's name up and refuses addresses of our own network",
    "app.delivery.connection": "the one connection to a registered destination",
    "app.delivery.webhook": "makes the TLS of that connection",
    "app.referrals.sender": "an operator's replay of calls to a hook they name",
    "app.referrals.health": "no connection: the name of this machine",
    "app.worker": "no connection: the name of this machine",
}
"""Who speaks over the network. The demo speaks with itself."""

PROGRAMS: Mapping[str, str] = {
    "app.foundation.snapshots": "pg_dump and pg_restore, for an operator's backup of PostgreSQL",
}
"""Who starts other programs, with words of its own as a list and never through a shell."""

RAW_SQL: Mapping[str, str] = {
    "app.audit.guarding": "triggers on the trail's own two tables, from words that stand in the code",
    "app.foundation.snapshots": "names of our own tables, for a backup",
    "app.vault.row_guard": "policies and grants, from our own words; the name of the app's role is quoted",
    "app.vault.cleaning": "VACUUM of our own tables",
    "app.foundation.db": "PRAGMA, from words that stand in the code",
    "app.foundation.reader": "one call of our own function; who reads is bound to it",
    "app.foundation.driver": "a statement's time limit, from a number that stands in the code",
}


def differs(found: Iterable[str], known: Iterable[str]) -> list[str]:
    """What is used and not listed, and what is listed and not used."""
    used, listed = set(found), set(known)
    return sorted(
        [f"{name} is not in the list" for name in used - listed]
        + [f"{name} does not use it any more" for name in listed - used]
    )
