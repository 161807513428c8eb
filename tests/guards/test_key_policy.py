"""Each key stands in the policy and in the README with how long it may be in use; the doctor counts."""

from datetime import timedelta

import pytest

from app.accounts.actions import create_client
from app.accounts.key_commands import check_key_ages
from app.audit.catalogue import What
from app.audit.trail import SYSTEM, record
from app.delivery.models import Network
from app.foundation import clock
from app.foundation.db import db
from app.foundation.settings import Settings
from app.vault import keyring, sealing
from app.vault.key_policy import KEYS, YEAR, longest_of, readme_rows
from app.vault.models import KeyPurpose
from tests.guards.layers import ROOT


def unlisted(settings: list[str]) -> list[str]:
    """The settings that hold a key and stand in no line of the policy."""
    known = {key.name for key in KEYS}
    return [name for name in settings if name.endswith(("_KEY", "_KEYS")) and name not in known]


def test_every_key_of_the_settings_is_in_the_policy():
    assert unlisted(Settings.names()) == []
    assert {key.name for key in KEYS if key.name.isupper()} <= set(Settings.names())


def test_a_key_that_nobody_thought_of_is_seen():
    assert unlisted([*Settings.names(), "LETTER_KEY"]) == ["LETTER_KEY"]


def test_each_says_what_for_how_long_and_how_it_is_changed():
    for key in KEYS:
        assert all((key.what_for, key.algorithm, key.place, key.ends, key.change)), key.name
        assert key.longest is None or key.longest <= 2 * YEAR, key.name


def test_the_readme_has_the_same_table():
    readme = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    head = readme.index("| key | what for | algorithm | where it lies | in use until | how it is changed |")

    assert readme[head + 2 : head + 2 + len(KEYS)] == readme_rows()


def test_young_keys_are_no_news_to_the_doctor(app):
    make_keys()

    assert "none is past its time" in check_key_ages(clock.now() + YEAR - timedelta(days=1))


def test_the_doctor_warns_of_what_is_past_its_time(app):
    make_keys()

    said = check_key_ages(clock.now() + YEAR + timedelta(days=1))

    assert "KEY_ENCRYPTION_KEY" in said
    assert "1 of dispatch's systems" in said
    assert "1 of our messages out" in said


def test_a_rotation_makes_the_key_young_again(app):
    make_keys()
    with clock.as_of(clock.now() + YEAR):
        record(What.KEY_ROTATED, actor=SYSTEM, subject_type="key", subject_id=keyring.current_id(), rows=1)
        db.session.flush()

    assert "KEY_ENCRYPTION_KEY" not in check_key_ages(clock.now() + YEAR + timedelta(days=1))


def test_what_no_day_ends_has_no_longest_time():
    with pytest.raises(ValueError, match="No day ends"):
        longest_of("BLIND_INDEX_KEY")


def make_keys() -> None:
    """A data key, a system of dispatch with its key, and ours to it."""
    sealing.new_key(KeyPurpose.CASE)
    create_client(
        agency="psap.example.gov",
        purpose="dispatch",
        callback_url="https://cad.example.gov/callbacks",
        network=Network.PUBLIC,
        actor=SYSTEM,
    )
    db.session.flush()
