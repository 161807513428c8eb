"""The operators' commands: accounts and keys, the trail's chain, and whether all is fit to serve."""

import json
from dataclasses import replace

import pytest
from flask_migrate import upgrade
from sqlalchemy import select, update

from app import create_app
from app.accounts.models import Account
from app.accounts.permissions import Role
from app.audit import chain
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.audit.trail import SYSTEM, record
from app.foundation.db import db
from app.foundation.settings import Settings
from tests.guards.history import MIGRATIONS
from tests.support.databases import KINDS
from tests.support.delivery import make_destination, make_undelivered
from tests.support.places import make_area
from tests.support.referrals import HOOK, Dispatch

PASSWORD = "a long invented password"
ANA = ("--email", "Ana@office.example", "--name", "Ana", "--password", PASSWORD)


@pytest.fixture
def run(app):
    """Runs a command as an operator types it."""

    def invoke(*words, **kwargs):
        db.session.commit()
        return app.test_cli_runner().invoke(args=words, **kwargs)

    return invoke


def count_on_trail(what):
    return len(db.session.scalars(select(AuditEntry).where(AuditEntry.what == what)).all())


@pytest.mark.parametrize("callback_url", [None, "https://psap.example.gov/callbacks"])
def test_a_new_client_is_one_line_of_json_and_its_key_works_at_the_hook(app, run, callback_url):
    make_area()
    given = ("--callback-url", callback_url) if callback_url else ()

    said = run("accounts", "create-client", "--agency", "psap.example.gov", "--purpose", "dispatch", *given)

    assert said.exit_code == 0, said.output
    made = json.loads(said.stdout)
    assert said.stdout.count("\n") == 1
    assert set(made) == {"client_id", "secret"} | ({"callback_secret"} if callback_url else set())
    assert all(made[name].startswith("whsec_") for name in made if name != "client_id")
    answer = Dispatch(app).offer(secret=made["secret"], **{"webhook-client": made["client_id"]})
    assert (answer.status_code, answer.headers["Location"].startswith(HOOK)) == (201, True)
    assert count_on_trail(What.CLIENT_CREATED) == 2


@pytest.mark.parametrize(
    ("url", "more", "is_made"),
    [
        ("https://10.1.2.3/callbacks", (), False),
        ("https://10.1.2.3/callbacks", ("--private-network",), True),
        ("http://psap.example.gov/callbacks", (), False),
        ("http://localhost:9", (), False),
    ],
)
def test_callbacks_go_only_where_an_operator_says_they_may(run, url, more, is_made):
    words = ("--agency", "psap.example.gov", "--purpose", "dispatch", "--callback-url", url)
    said = run("accounts", "create-client", *words, *more)

    assert (said.exit_code == 0) is is_made
    assert url not in said.output
    assert count_on_trail(What.CLIENT_CREATED) == is_made


def test_a_key_is_for_nothing_but_dispatch(run):
    said = run("accounts", "create-client", "--agency", "psap.example.gov", "--purpose", "police")

    assert said.exit_code == 2
    assert count_on_trail(What.CLIENT_CREATED) == 0


def test_the_first_admin_is_made_and_can_sign_in(run, public_client):
    said = run("accounts", "create", *ANA, "--role", "admin")

    assert said.exit_code == 0, said.output
    assert PASSWORD not in said.output
    account = db.session.scalars(select(Account)).one()
    assert (account.email, account.role) == ("ana@office.example", Role.ADMIN)
    answer = public_client.post("/sign-in", data={"email": account.email, "password": PASSWORD})
    assert answer.status_code == 302


def test_a_password_that_is_not_given_is_asked_for_twice(run):
    said = run("accounts", "create", *ANA[:4], "--role", "admin", input=f"{PASSWORD}\n{PASSWORD}\n")

    assert said.exit_code == 0, said.output
    assert PASSWORD not in said.output


@pytest.mark.parametrize("role", ["resident", "dispatch_client", "king"])
def test_nobody_is_made_who_is_no_person(run, role):
    assert run("accounts", "create", *ANA, "--role", role).exit_code == 2
    assert db.session.scalars(select(Account)).all() == []


def test_an_e_mail_that_is_taken_is_said_without_a_traceback(run):
    run("accounts", "create", *ANA, "--role", "admin")

    said = run("accounts", "create", *ANA, "--role", "mediator")

    assert (said.exit_code, said.output) == (1, "Error: Somebody has this e-mail already.\n")
    assert db.session.scalars(select(Account.role)).one() is Role.ADMIN


def note(count):
    for number in range(count):
        record(What.REFERRAL_READ, actor=SYSTEM, subject_type="referral", subject_id="call-1", order=number)
        db.session.flush()


def test_a_chain_that_holds_is_said_with_its_length(run):
    note(3)
    chain.link_waiting()
    note(1)

    said = run("audit", "verify")

    assert said.exit_code == 0
    assert said.output == "3 entries linked, 1 not linked yet.\nThe chain holds.\n"


def test_a_broken_chain_fails_and_says_where(run):
    note(3)
    chain.link_waiting()
    db.session.execute(update(AuditEntry).where(AuditEntry.position == 2).values(actor_id="somebody-else"))

    said = run("audit", "verify")

    assert said.exit_code == 1
    assert "The chain breaks at position 2." in said.output
    assert "holds" not in said.output


@pytest.fixture(params=KINDS)
def doctor(request, new_database_url, tmp_path):
    """What the doctor says of a new database: doctor("head", secure_cookies=True)."""
    url = new_database_url(request.param)

    def examine(revision=None, *, before=lambda: None, **changes):
        settings = Settings.for_tests(database_url=url, instance_path=tmp_path)
        patient = create_app(replace(settings, **changes))
        with patient.app_context():
            if revision:
                upgrade(str(MIGRATIONS), revision)
            before()
            said = patient.test_cli_runner().invoke(args=["doctor"])
            db.session.remove()
            db.engine.dispose()
        return said

    return examine


def test_a_doctor_finds_a_migrated_database_fit(doctor):
    said = doctor("head", secure_cookies=True)

    assert (said.exit_code, said.output) == (0, "Settings: complete. Database: answers.\n")


def test_a_doctor_says_what_could_not_be_delivered(doctor):
    said = doctor("head", before=lambda: make_undelivered(make_destination()), secure_cookies=True)

    assert said.exit_code == 0
    assert "Messages given up on: 1. A person sends them again at /delivery/undelivered." in said.output


def test_a_doctor_finds_a_database_without_its_migrations_unfit(doctor):
    said = doctor(secure_cookies=True)

    assert said.exit_code == 1
    assert "flask db upgrade" in said.output


@pytest.mark.parametrize(("is_demo", "exit_code"), [(False, 1), (True, 0)])
def test_a_doctor_lets_only_a_demo_go_without_tls(doctor, is_demo, exit_code):
    said = doctor("head", secure_cookies=False, is_demo=is_demo)

    assert said.exit_code == exit_code
    assert ("SECURE_COOKIES" in said.output) is not is_demo
