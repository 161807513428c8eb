"""Everything an operator can set, read from the environment once and checked at the start.

There are no environment classes and no behaviour hangs on a name like "production":
each setting says what it does. A missing or broken one stops the start by its name.
"""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

DEMO_INSTANCE = "instance/demo"
"""The folder of a demo, apart from an office's own, so that neither is taken for the other."""


class SettingsError(Exception):
    """A setting is missing or cannot be used; the message names it and never its value."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One field for each setting; the name in the environment is the field in capitals."""

    secret_key: str
    """Signs sessions and forms. At least 32 characters."""
    key_encryption_key: bytes
    """Wraps the data keys of sealed fields. 32 bytes in base64; never kept in the database."""
    blind_index_key: bytes
    """Makes the fingerprints that find repeat callers. 32 bytes in base64; not the key above."""
    database_url: str
    """`sqlite:///…` or `postgresql://…`. Default: a SQLite file in the folder below."""
    instance_path: Path
    """Where the database file, and in a demo the keys, are kept. Default: `instance`, or `instance/demo`."""
    public_url: str = "http://localhost:5000"
    """The address people and dispatch reach us at, in sign-in links and the types of problems."""
    secure_cookies: bool = True
    """Cookies only over TLS. Off only for a try on http://localhost."""
    trusted_proxies: int = 0
    """How many reverse proxies stand before us and set X-Forwarded-For."""
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
            environ = {**_demo_keys(instance_path), "SECURE_COOKIES": "0", **environ}
        key_encryption_key = _read_key(environ, "KEY_ENCRYPTION_KEY")
        blind_index_key = _read_key(environ, "BLIND_INDEX_KEY")
        if blind_index_key == key_encryption_key:
            raise SettingsError("BLIND_INDEX_KEY is the same as KEY_ENCRYPTION_KEY.")
        return cls(
            secret_key=_read_secret(environ),
            key_encryption_key=key_encryption_key,
            blind_index_key=blind_index_key,
            database_url=_read_database_url(environ, instance_path),
            instance_path=instance_path,
            public_url=environ.get("PUBLIC_URL", "http://localhost:5000").rstrip("/"),
            secure_cookies=_read_switch(environ, "SECURE_COOKIES", default=True),
            trusted_proxies=_read_count(environ, "TRUSTED_PROXIES"),
            is_demo=is_demo,
        )

    @classmethod
    def for_tests(cls, *, database_url: str, instance_path: Path, is_demo: bool = False) -> Self:
        """Settings with throw-away keys, for the suite and the benchmarks."""
        return cls(
            secret_key="t" * 32,
            key_encryption_key=b"k" * 32,
            blind_index_key=b"b" * 32,
            database_url=_with_driver(database_url),
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
    try:
        key = base64.b64decode(_required(environ, name), validate=True)
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


def _with_driver(url: str) -> str:
    """PostgreSQL is reached through psycopg 3, whichever way the operator wrote it."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def _read_switch(environ: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = environ.get(name, "").strip().lower()
    if value not in {"", "0", "1", "false", "true", "no", "yes"}:
        raise SettingsError(f"{name} is neither 0 nor 1.")
    return default if not value else value in {"1", "true", "yes"}


def _read_count(environ: Mapping[str, str], name: str) -> int:
    value = environ.get(name, "0")
    if not value.isdecimal():
        raise SettingsError(f"{name} is not a count.")
    return int(value)


def _required(environ: Mapping[str, str], name: str) -> str:
    if not (value := environ.get(name)):
        raise SettingsError(f"{name} is not set.")
    return value


def _demo_keys(instance_path: Path) -> dict[str, str]:
    """Keys of a demo, made once and kept beside its database, readable by its owner only."""
    path = instance_path / "demo-keys.json"
    if not path.exists():
        keys = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "KEY_ENCRYPTION_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
            "BLIND_INDEX_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        path.touch(mode=0o600)
        path.write_text(json.dumps(keys), encoding="utf-8")
    kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return kept
