"""Settings stop the start by their name when they cannot be used, and never tell their value."""

import base64
import json
import stat
from pathlib import Path

import pytest

from app.foundation.settings import Settings, SettingsError

KEY = base64.b64encode(b"k" * 32).decode()
OTHER_KEY = base64.b64encode(b"b" * 32).decode()
WITNESS_KEY = base64.b64encode(b"w" * 32).decode()


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment that is complete."""
    return {
        "SECRET_KEY": "s" * 32,
        "KEY_ENCRYPTION_KEY": KEY,
        "BLIND_INDEX_KEY": OTHER_KEY,
        "WITNESS_KEY": WITNESS_KEY,
        "INSTANCE_PATH": str(tmp_path / "instance"),
    }


def test_a_complete_environment_starts_with_safe_defaults(environ: dict[str, str]) -> None:
    settings = Settings.from_environment(environ)

    assert (settings.key_encryption_key, settings.blind_index_key) == (b"k" * 32, b"b" * 32)
    assert (settings.secure_cookies, settings.is_demo, settings.trusted_proxies) == (True, False, 0)
    assert settings.database_url == f"sqlite:///{settings.instance_path / 'common_ground.sqlite'}"
    assert settings.instance_path.is_dir()


def test_backups_have_a_key_and_erasures_a_place_of_their_own(
    environ: dict[str, str], tmp_path: Path
) -> None:
    plain = Settings.from_environment(environ)
    assert (plain.backup_key, plain.ledger_path) == (None, plain.instance_path / "erasures.jsonl")
    third = base64.b64encode(b"c" * 32).decode()
    more = {"BACKUP_KEY": third, "ERASURE_LEDGER": str(tmp_path / "elsewhere.jsonl")}
    settings = Settings.from_environment(environ | more)
    assert (settings.backup_key, settings.ledger_path) == (b"c" * 32, tmp_path / "elsewhere.jsonl")
    for same in (KEY, OTHER_KEY):
        with pytest.raises(SettingsError, match="BACKUP_KEY is the same"):
            Settings.from_environment(environ | {"BACKUP_KEY": same})


@pytest.mark.parametrize("name", ["SECRET_KEY", "KEY_ENCRYPTION_KEY", "BLIND_INDEX_KEY", "WITNESS_KEY"])
@pytest.mark.parametrize("is_empty", [True, False])
def test_a_missing_setting_is_named(environ: dict[str, str], name: str, is_empty: bool) -> None:
    del environ[name]
    with pytest.raises(SettingsError, match=f"^{name} is not set"):
        Settings.from_environment(environ | ({name: ""} if is_empty else {}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "tooshortxyz"),
        ("KEY_ENCRYPTION_KEY", "not*base64*xyz"),
        ("KEY_ENCRYPTION_KEY", "éxyz"),
        ("KEY_ENCRYPTION_KEY", base64.b64encode(b"k" * 31).decode()),
        ("BLIND_INDEX_KEY", "not*base64*xyz"),
        ("BLIND_INDEX_KEY", base64.b64encode(b"k" * 33).decode()),
        ("WITNESS_KEY", "not*base64*xyz"),
        ("DATABASE_URL", "mysql://somebody:xyz@host/db"),
        ("QUICK_EXIT_URL", "http://xyz.example/"),
        ("QUICK_EXIT_URL", "https://xyz.example/\r\nSet-Cookie: a=b"),
        ("QUICK_EXIT_URL", "javascript:xyz"),
        ("SECURE_COOKIES", "perhapsxyz"),
        ("IS_DEMO", "perhapsxyz"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "twoxyz"),
        ("TRUSTED_PROXIES", "²"),
    ],
)
def test_a_broken_setting_is_named_and_its_value_kept_quiet(
    environ: dict[str, str], name: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=f"^{name} ") as caught:
        Settings.from_environment(environ | {name: value})
    assert value not in str(caught.value)
    assert caught.value.__cause__ is None


def test_one_key_does_not_serve_for_both(environ: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=r"^BLIND_INDEX_KEY "):
        Settings.from_environment(environ | {"BLIND_INDEX_KEY": KEY})


@pytest.mark.parametrize("key", [KEY, OTHER_KEY])
def test_the_key_of_the_witness_serves_for_nothing_else(environ: dict[str, str], key: str) -> None:
    with pytest.raises(SettingsError, match=r"^WITNESS_KEY "):
        Settings.from_environment(environ | {"WITNESS_KEY": key})


def test_a_witness_has_a_file_only_where_one_is_named(environ: dict[str, str], tmp_path: Path) -> None:
    named = environ | {"WITNESS_FILE": str(tmp_path / "away" / "witness.jsonl")}

    assert Settings.from_environment(environ).witness_file is None
    assert Settings.from_environment(named).witness_file == tmp_path / "away" / "witness.jsonl"


def test_a_demo_from_before_the_witness_gets_its_key_and_keeps_the_others(tmp_path: Path) -> None:
    demo = {"IS_DEMO": "1", "INSTANCE_PATH": str(tmp_path)}
    before = Settings.from_environment(demo)
    path = tmp_path / "demo-keys.json"
    kept = json.loads(path.read_text())
    del kept["WITNESS_KEY"]
    path.write_text(json.dumps(kept))

    after = Settings.from_environment(demo)

    assert after.key_encryption_key == before.key_encryption_key
    assert after.witness_key not in {before.witness_key, after.key_encryption_key}
    assert after.witness_file == tmp_path / "witness.jsonl"


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("postgresql://host/db", "postgresql+psycopg://host/db"),
        ("postgresql+psycopg://host/db", "postgresql+psycopg://host/db"),
        ("sqlite:////srv/cg.sqlite", "sqlite:////srv/cg.sqlite"),
    ],
)
def test_postgresql_is_reached_through_one_driver(environ: dict[str, str], written: str, used: str) -> None:
    assert Settings.from_environment(environ | {"DATABASE_URL": written}).database_url == used


@pytest.mark.parametrize(
    ("value", "is_on"), [("0", False), ("no", False), (" TRUE ", True), ("1", True), ("", True)]
)
def test_a_switch_says_what_it_does(environ: dict[str, str], value: str, is_on: bool) -> None:
    assert Settings.from_environment(environ | {"SECURE_COOKIES": value}).secure_cookies is is_on


def test_a_demo_makes_its_keys_once_and_for_its_owner_only(tmp_path: Path) -> None:
    environ = {"IS_DEMO": "1", "INSTANCE_PATH": str(tmp_path)}
    first, second = (Settings.from_environment(environ) for _ in range(2))

    assert first == second
    assert stat.S_IMODE((tmp_path / "demo-keys.json").stat().st_mode) == 0o600
    assert first.key_encryption_key != first.blind_index_key
    assert (first.is_demo, first.secure_cookies) == (True, False)


def test_a_demo_has_a_folder_of_its_own(
    environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`flask` with IS_DEMO=1 meets the city that `script/demo` runs, and never an office's database."""
    monkeypatch.chdir(tmp_path)
    office = {name: value for name, value in environ.items() if name != "INSTANCE_PATH"}

    assert Settings.from_environment({"IS_DEMO": "1"}).instance_path == tmp_path / "instance/demo"
    assert Settings.from_environment(office).instance_path == tmp_path / "instance"


def test_without_a_demo_no_keys_are_made(environ: dict[str, str], tmp_path: Path) -> None:
    Settings.from_environment(environ)
    assert list(tmp_path.rglob("demo-keys.json")) == []


def test_what_the_operator_sets_is_stronger_than_the_demo(tmp_path: Path) -> None:
    environ = {"IS_DEMO": "1", "INSTANCE_PATH": str(tmp_path), "SECURE_COOKIES": "1", "SECRET_KEY": "o" * 40}
    settings = Settings.from_environment(environ)

    assert (settings.secure_cookies, settings.secret_key) == (True, "o" * 40)


def test_the_names_are_those_of_the_environment() -> None:
    assert {"SECRET_KEY", "IS_DEMO", "TRUSTED_PROXIES"} <= set(Settings.names())
