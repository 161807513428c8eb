"""The operators' commands: accounts and keys, the trail's chain, and whether all is fit to serve."""

import json
from dataclasses import replace

import pytest
from flask_migrate import upgrade
from sqlalchemy import delete, select, update

from app import create_app
from app.accounts.models import Account
from app.accounts.permissions import Role
from app.audit import chain, guarding
from app.audit.catalogue import What
from app.audit.models import AuditCheckpoint, AuditEntry
from app.audit.trail import SYSTEM, record
from app.foundation.db import db
from app.foundation.settings import Settings
from app.triage.policies import forget_policy, shipped_policy
from app.triage.policy_files import packed
from tests.guards.history import MIGRATIONS
from tests.support.databases import KINDS
from tests.support.delivery import make_destination, make_undelivered
from tests.support.people import make_account
from tests.support.places import make_area
from tests.support.policies import make_active
from tests.support.referrals import HOOK, Dispatch
from tests.support.tampering import make_trail

ADMIN = ("--name", "Ana", "--role", "admin")


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


def test_two_admins_are_invited_and_no_third(run, public_client):
    said = [
        run("accounts", "invite", "--email", f"{name}@office.example", *ADMIN)
        for name in ("Ana", "ben", "cy")
    ]

    assert [one.exit_code for one in said] == [0, 0, 1]
    assert "There are two admins." in said[2].output
    accounts = db.session.scalars(select(Account).order_by(Account.id)).all()
    assert [(one.email, one.role, one.is_active) for one in accounts] == [
        ("ana@office.example", Role.ADMIN, True),
        ("ben@office.example", Role.ADMIN, True),
    ]
    assert count_on_trail(What.ACCOUNT_INVITED) == 2
    link = said[0].output.strip()
    assert link.startswith("http://localhost:5000/invitation#")
    answer = public_client.post("/invitation", data={"secret": link})
    assert answer.headers["Location"] == "/account/ways/"


def test_an_admin_who_never_came_in_is_invited_again_and_the_first_link_is_dead(run, public_client):
    first, again = (run("accounts", "invite", "--email", "ana@office.example", *ADMIN) for _ in range(2))

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert public_client.post("/invitation", data={"secret": first.output.strip()}).status_code == 404
    assert public_client.post("/invitation", data={"secret": again.output.strip()}).status_code == 303


@pytest.mark.parametrize("role", ["resident", "dispatch_client", "coordinator", "king"])
def test_an_operator_makes_nobody_but_the_first_admins(run, role):
    said = run("accounts", "invite", "--email", "ana@office.example", "--name", "Ana", "--role", role)

    assert said.exit_code == 2
    assert db.session.scalars(select(Account)).all() == []


def test_an_e_mail_that_is_taken_is_said_without_a_traceback(run):
    make_account(Role.MEDIATOR, email="ana@office.example")

    said = run("accounts", "invite", "--email", "Ana@office.example", *ADMIN)

    assert (said.exit_code, said.output) == (1, "Error: Somebody has this e-mail already.\n")
    assert db.session.scalars(select(Account.role)).one() is Role.MEDIATOR


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
    assert said.output.startswith("3 entries linked, 1 not linked yet.\n")
    assert "The trail holds. 0 checkpoints hold" in said.output
    assert "No outside witness was asked" in said.output


def test_a_broken_chain_fails_and_says_where(run):
    note(3)
    chain.link_waiting()
    guarding.unprotect(db.session.connection())
    db.session.execute(update(AuditEntry).where(AuditEntry.position == 2).values(actor_id="somebody-else"))

    said = run("audit", "verify")

    assert said.exit_code == 1
    assert "The trail does not hold. The entry at position 2 was changed" in said.output
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

    assert said.exit_code == 0
    lines = said.output.splitlines()
    assert [line for line in lines if not line.startswith("Rows: ")] == [  # PostgreSQL's: test_row_guard
        "Settings: complete. Database: answers.",
        "Ledger of erasures: 0 lines, all obeyed.",
        "Keys of this quarter and month: not made yet. A worker makes them at its first beat.",
        "Data keys: all open, 0 wrapped by an older key (flask vault rotate).",
        "Passkeys: each as it was made.",
        "Age of keys: none is past its time, as far as it is known.",
        f"Policy: {shipped_policy().version}, read.",
        "Witness: none. Set WITNESS_FILE, or register one: flask audit register-witness.",
    ]


def test_a_doctor_says_what_the_witness_has_not_yet(doctor, tmp_path):
    file = tmp_path / "away.jsonl"

    def fall_behind():
        make_trail(file, 10)
        make_trail(None, 20)
        note(1)
        db.session.commit()

    said = doctor("head", before=fall_behind, secure_cookies=True, witness_file=file)

    assert said.exit_code == 0
    assert "Witness: 3 checkpoints; the file lacks 2; 0 not yet taken by 0 registered." in said.output
    assert "not linked yet" in said.output


def test_a_doctor_finds_a_database_that_lets_the_trail_be_changed(doctor):
    def disarm():
        guarding.unprotect(db.session.connection())
        db.session.commit()

    said = doctor("head", before=disarm, secure_cookies=True)

    assert said.exit_code == 1
    assert "the database does not refuse to change it" in said.output


def test_a_database_is_made_to_refuse_again(app, run):
    guarding.unprotect(db.session.connection())
    db.session.commit()

    run("audit", "protect")

    assert guarding.is_protected(db.session.connection())


def test_a_doctor_finds_a_file_that_knows_better(doctor, tmp_path):
    file = tmp_path / "away.jsonl"

    def cut_off():
        make_trail(file, 20)
        guarding.unprotect(db.session.connection())
        db.session.execute(delete(AuditCheckpoint).where(AuditCheckpoint.number == 2))
        guarding.protect(db.session.connection())
        db.session.commit()

    said = doctor("head", before=cut_off, secure_cookies=True, witness_file=file)

    assert said.exit_code == 1
    assert "The witness was told something else" in said.output


def test_a_doctor_says_that_the_witness_key_is_another(doctor):
    said = doctor("head", before=lambda: make_trail(None, 10), secure_cookies=True, witness_key=b"x" * 32)

    assert "WITNESS_KEY is not the key that signs next" in said.output


def test_a_doctor_says_what_could_not_be_delivered(doctor):
    said = doctor("head", before=lambda: make_undelivered(make_destination()), secure_cookies=True)

    assert said.exit_code == 0
    assert "Messages given up on: 1. A person sends them again at /delivery/undelivered." in said.output


@pytest.mark.usefixtures("few_labelled")
def test_a_doctor_says_that_the_policy_in_force_cannot_be_read(doctor):
    def spoil():
        version = make_active()
        version.document, version.sha256 = packed({"version": "spoilt"}), "0" * 64
        db.session.commit()
        forget_policy()

    said = doctor("head", before=spoil, secure_cookies=True)

    assert said.exit_code == 1
    assert "Go back to another at /policy." in said.output


def test_a_doctor_finds_a_database_without_its_migrations_unfit(doctor):
    said = doctor(secure_cookies=True)

    assert said.exit_code == 1
    assert "flask db upgrade" in said.output


@pytest.mark.parametrize(("is_demo", "exit_code"), [(False, 1), (True, 0)])
def test_a_doctor_lets_only_a_demo_go_without_tls(doctor, is_demo, exit_code):
    said = doctor("head", secure_cookies=False, is_demo=is_demo)

    assert said.exit_code == exit_code
    assert ("SECURE_COOKIES" in said.output) is not is_demo
