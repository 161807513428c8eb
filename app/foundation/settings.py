"""Everything an operator can set, read from the environment once and checked at the start.

There are no environment classes and no behaviour hangs on a name like "production":
each setting says what it does. A missing or broken one stops the start by its name.
"""

import base64
import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

DEMO_INSTANCE = "instance/demo"
"""The folder of a demo, apart from an office's own, so that neither is taken for the other."""
DEMO_WITNESS = "witness.jsonl"
"""A demo plays its own witness, in a file beside its database."""


class SettingsError(Exception):
    """A setting is missing or cannot be used; the message names it and never its value."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One field for each setting; the name in the environment is the field in capitals."""

    secret_key: str
    """Signs sessions and forms. At least 32 characters."""
    key_encryption_key: bytes
    """Wraps the data keys of sealed fields. 32 bytes in base64; never kept in the database."""
    old_key_encryption_keys: tuple[bytes, ...] = ()
    """Those before it, separated by commas, until `flask vault rotate` has wrapped everything anew."""
    blind_index_key: bytes
    """Makes the fingerprints that find repeat callers. 32 bytes in base64; not the key above."""
    witness_key: bytes
    """Signs the checkpoints of the trail (ed25519). 32 bytes in base64; none of the keys above."""
    database_url: str
    """`sqlite:///…` or `postgresql://…`. Default: a SQLite file in the folder below."""
    database_owner_url: str | None = None
    """PostgreSQL as the owner of the tables, where `DATABASE_URL` is a role of its own. Only for migrations,
    for what operators do, and for the worker, which cleans up after a destruction."""
    instance_path: Path
    """Where the database file, and in a demo the keys, are kept. Default: `instance`, or `instance/demo`."""
    witness_file: Path | None = None
    """Where checkpoints of the trail are kept outside the database. Best a disk of another machine."""
    public_url: str = "http://localhost:5000"
    """The address people and dispatch reach us at, in sign-in links and the types of problems."""
    quick_exit_url: str = "https://www.weather.gov/"
    """Where a person is sent who must leave at once: an everyday page that says nothing of us."""
    secure_cookies: bool = True
    """All of it only over TLS, and cookies of this host alone. Off only for a try on http://localhost."""
    trusted_proxies: int = 0
    """How many reverse proxies stand before us and set X-Forwarded-For."""
    erasure_ledger: Path | None = None
    """The file that remembers what was destroyed, outside the database. Default: in the folder above."""
    backup_key: bytes | None = None
    """Seals backups. 32 bytes in base64; none of the keys above; kept where no backup is."""
    is_demo: bool = False
    """An invented city: makes its own keys, shows the component page, says so on each page."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read and check all settings; raises `SettingsError` with the name of the first bad one."""
        is_demo = _read_switch(environ, "IS_DEMO", default=False)
        instance_path = Path(
            environ.get("INSTANCE_PATH") or (DEMO_INSTANCE if is_demo else "instance")
        ).resolve()
        instance_path.mkdir(parents=True, exist_ok=True)
        if is_demo:
            witness = {"WITNESS_FILE": str(instance_path / DEMO_WITNESS)}
            environ = {**_demo_keys(instance_path), **witness, "SECURE_COOKIES": "0", **environ}
        key_encryption_key = _read_key(environ, "KEY_ENCRYPTION_KEY")
        blind_index_key = _read_key(environ, "BLIND_INDEX_KEY")
        if blind_index_key == key_encryption_key:
            raise SettingsError("BLIND_INDEX_KEY is the same as KEY_ENCRYPTION_KEY.")
        witness_key = _read_key(environ, "WITNESS_KEY")
        if witness_key in {blind_index_key, key_encryption_key}:
            raise SettingsError("WITNESS_KEY is the same as another key.")
        backup_key = _read_key(environ, "BACKUP_KEY") if environ.get("BACKUP_KEY") else None
        if backup_key in {key_encryption_key, blind_index_key, witness_key}:
            raise SettingsError("BACKUP_KEY is the same as another key.")
        ledger = environ.get("ERASURE_LEDGER")
        return cls(
            secret_key=_read_secret(environ),
            key_encryption_key=key_encryption_key,
            old_key_encryption_keys=_read_keys(environ, "OLD_KEY_ENCRYPTION_KEYS"),
            blind_index_key=blind_index_key,
            witness_key=witness_key,
            witness_file=_read_path(environ, "WITNESS_FILE"),
            database_url=_read_database_url(environ, instance_path),
            database_owner_url=_read_owner_url(environ),
            instance_path=instance_path,
            public_url=environ.get("PUBLIC_URL", "http://localhost:5000").rstrip("/"),
            quick_exit_url=_read_address(environ, "QUICK_EXIT_URL", cls.quick_exit_url),
            secure_cookies=_read_switch(environ, "SECURE_COOKIES", default=True),
            trusted_proxies=_read_count(environ, "TRUSTED_PROXIES"),
            erasure_ledger=Path(ledger).resolve() if ledger else None,
            backup_key=backup_key,
            is_demo=is_demo,
        )

    @property
    def ledger_path(self) -> Path:
        """Where the ledger of erasures lies."""
        return self.erasure_ledger or self.instance_path / "erasures.jsonl"

    @classmethod
    def for_tests(
        cls,
        *,
        database_url: str,
        instance_path: Path,
        is_demo: bool = False,
        database_owner_url: str | None = None,
    ) -> Self:
        """Settings with throw-away keys, for the suite and the benchmarks."""
        return cls(
            secret_key="t" * 32,
            key_encryption_key=b"k" * 32,
            blind_index_key=b"b" * 32,
            witness_key=b"w" * 32,
            backup_key=b"c" * 32,
            database_url=_with_driver(database_url),
            database_owner_url=database_owner_url and _with_driver(database_owner_url),
            instance_path=instance_path,
            secure_cookies=False,
            is_demo=is_demo,
        )

    @classmethod
    def names(cls) -> list[str]:
        """The names as the environment has them."""
        return [field.name.upper() for field in fields(cls)]


def _read_secret(environ: Mapping[str, str]) -> str:
    secret = _required(environ, "SECRET_KEY")
    if len(secret) < 32:
        raise SettingsError("SECRET_KEY is shorter than 32 characters.")
    return secret


def _read_key(environ: Mapping[str, str], name: str) -> bytes:
    return _key_of(name, _required(environ, name))


def _read_keys(environ: Mapping[str, str], name: str) -> tuple[bytes, ...]:
    written = _secret_of(environ, name).replace("\n", ",").split(",")
    return tuple(_key_of(name, one) for one in written if one)


def _key_of(name: str, written: str) -> bytes:
    try:
        key = base64.b64decode(written, validate=True)
    except ValueError:  # binascii.Error is one, and so is what letters beyond ASCII raise
        raise SettingsError(f"{name} is not base64.") from None
    if len(key) != 32:
        raise SettingsError(f"{name} is not 32 bytes in base64.")
    return key


def _read_database_url(environ: Mapping[str, str], instance_path: Path) -> str:
    url = environ.get("DATABASE_URL") or f"sqlite:///{instance_path / 'common_ground.sqlite'}"
    if not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise SettingsError("DATABASE_URL is neither sqlite:/// nor postgresql://.")
    return _with_driver(url)


def _read_owner_url(environ: Mapping[str, str]) -> str | None:
    url = _secret_of(environ, "DATABASE_OWNER_URL")
    if url and not url.startswith(("postgresql://", "postgresql+psycopg://")):
        raise SettingsError("DATABASE_OWNER_URL is not postgresql://.")
    return _with_driver(url) if url else None


def _with_driver(url: str) -> str:
    """PostgreSQL is reached through psycopg 3, whichever way the operator wrote it."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def _read_switch(environ: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = environ.get(name, "").strip().lower()
    if value not in {"", "0", "1", "false", "true", "no", "yes"}:
        raise SettingsError(f"{name} is neither 0 nor 1.")
    return default if not value else value in {"1", "true", "yes"}


def _read_address(environ: Mapping[str, str], name: str, default: str) -> str:
    """An https address that can stand in a header: one line, no spaces."""
    address = environ.get(name) or default
    if not re.fullmatch(r"https://[!-~]+", address):
        raise SettingsError(f"{name} is not an https:// address.")
    return address


def _read_count(environ: Mapping[str, str], name: str) -> int:
    value = environ.get(name, "0")
    if not value.isdecimal():
        raise SettingsError(f"{name} is not a count.")
    return int(value)


def _required(environ: Mapping[str, str], name: str) -> str:
    if not (value := _secret_of(environ, name)):
        raise SettingsError(f"{name} is not set.")
    return value


def _secret_of(environ: Mapping[str, str], name: str) -> str:
    """A secret from the environment, or from the file that `NAME_FILE` names: not everyone who can
    list processes should read it."""
    if path := environ.get(f"{name}_FILE"):
        if environ.get(name):
            raise SettingsError(f"{name} and {name}_FILE are both set.")
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise SettingsError(f"{name}_FILE cannot be read.") from None
    return environ.get(name, "").strip()


def _read_path(environ: Mapping[str, str], name: str) -> Path | None:
    return Path(environ[name]).resolve() if environ.get(name) else None


def _demo_keys(instance_path: Path) -> dict[str, str]:
    """Keys of a demo, made once and kept beside its database, readable by its owner only.

    A demo from before there was one of them gets that one now, and keeps the others.
    """
    path = instance_path / "demo-keys.json"
    kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    made = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        **{
            name: base64.b64encode(secrets.token_bytes(32)).decode()
            for name in ("KEY_ENCRYPTION_KEY", "BLIND_INDEX_KEY", "WITNESS_KEY")
        },
    }
    if missing := made.keys() - kept.keys():
        kept |= {name: made[name] for name in missing}
        path.touch(mode=0o600)
        path.write_text(json.dumps(kept), encoding="utf-8")
    return kept
