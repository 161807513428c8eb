"""The README says what the code says: the journey's steps and every setting."""

import pytest

from app.accounts.attempts import ADDRESS_LIMIT, WINDOW
from app.accounts.breaker import BURST, PER_SECOND
from app.accounts.password_rules import LEAST_GUESSES
from app.accounts.session_rules import FRESH, IDLE, LIMITED_FOR, LONGEST
from app.accounts.sign_in import ACCOUNT_LIMIT
from app.accounts.way_rules import PASSWORD_LEAST
from app.cases import photo_rules
from app.foundation.http import MAX_FORM_BYTES
from app.foundation.settings import Settings
from app.inputs.rules import FLOOD_LIMIT, RECEIPT_TRIES
from app.referrals import forms
from app.referrals.receiving_api import MAX_BODY_BYTES
from tests.guards.layers import ROOT, STEPS
from tests.guards.readme import journey_rows, journey_table, unnamed


@pytest.fixture(scope="module")
def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_journey_table_is_the_packages_own_words(readme):
    assert journey_rows(readme) == journey_table()


def test_a_changed_docstring_is_seen(tmp_path, readme):
    for step in STEPS:
        (tmp_path / "app" / step).mkdir(parents=True)
        (tmp_path / "app" / step / "__init__.py").write_text('"""Something else."""')

    assert journey_rows(readme) != journey_table(tmp_path)


def test_every_setting_is_named(readme):
    assert unnamed(Settings.names(), readme) == []


LIMITS = [
    f"{ACCOUNT_LIMIT} for an account, {ADDRESS_LIMIT} names from an address,"
    f" in {WINDOW.seconds // 60} minutes",
    f"{RECEIPT_TRIES} for an address in {WINDOW.seconds // 60} minutes; slips",
    f"{FLOOD_LIMIT} for an address in {WINDOW.seconds // 60} minutes | kept",
    f"{forms.FLOOD_LIMIT} for an address in {WINDOW.seconds // 60} minutes | kept",
    f"{PER_SECOND} a second, {BURST} at once",
    f"{MAX_FORM_BYTES // 1_000_000} MB, {MAX_BODY_BYTES // 1024} kB",
    f"| how long ago the person showed that it is them | {FRESH.seconds // 60} minutes |",
    f"| time without a sign of the person | {IDLE.seconds // 60} minutes |",
    f"| {LONGEST.seconds // 3600} hours; {LIMITED_FOR.seconds // 60} minutes where one proof",
    f"| the address | {ADDRESS_LIMIT} names failed from it in {WINDOW.seconds // 60} minutes |",
    f"A password has {PASSWORD_LEAST} letters or more and falls in no fewer than {LEAST_GUESSES:,} guesses",
    f"{photo_rules.MOST_BYTES // 1_000_000} MB, {photo_rules.MOST_PIXELS // 1_000_000} megapixels,"
    f" {photo_rules.MOST_IN_A_CASE} in a case",
]


@pytest.mark.parametrize("limit", LIMITS)
def test_every_limit_is_the_codes_own(readme, limit):
    assert limit in readme


@pytest.mark.parametrize(
    "said",
    [
        "one JSON line for each event on standard output, in UTC",
        "There is no access log",
        "A hole in a package is closed within 48 hours",
        "`tests/guards/asvs.csv`",
    ],
)
def test_what_is_promised_of_logs_and_packages_is_said(readme, said):
    assert said in readme


def test_an_unnamed_setting_is_seen():
    assert unnamed(["SECRET_KEY", "DATABASE_URL"], "Set `SECRET_KEY`.") == ["DATABASE_URL"]
