"""Ways in that systems like ours were found to leave open: paths, addresses, guesses, planted sessions."""

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select

from app.accounts.permissions import Role
from app.accounts.sign_in import hash_password
from app.delivery.addresses import BadAddress
from app.delivery.destinations import register_destination
from app.directory.hsds_files import read_directory
from app.foundation.db import db
from app.inputs.models import Input, InputState
from tests.support.inputs import NOBODYS, filled
from tests.support.people import make_account
from tests.support.plans import make_neighborhood
from tests.support.referrals import Dispatch
from tests.support.whole import rules_of

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    "path",
    [
        "/static/../settings.py",
        "/static/..%2f..%2fpyproject.toml",
        "/static/%2e%2e/%2e%2e/app/__init__.py",
        "/static//etc/passwd",
        "/static/js/..\\..\\..\\pyproject.toml",
        "/library/leaflet/../../../__init__.py",
        "/library/leaflet/..%2f__init__.py",
        "/library/..%2f/leaflet.js",
        "/library/leaflet//etc/passwd",
        "/.git/config",
        "/.env",
        "/instance/common_ground.sqlite",
    ],
)
def test_no_address_leads_out_of_its_folder(public_client: Any, path: str) -> None:
    answer = public_client.get(path)

    assert answer.status_code in {404, 308}
    assert "root:" not in answer.text
    assert "import " not in answer.text


def test_a_zip_whose_names_lead_elsewhere_writes_nothing(tmp_path: Path) -> None:
    packed = tmp_path / "inside" / "services.zip"
    packed.parent.mkdir()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../organizations.csv", "id,name\n1,Harbor House\n")
        archive.writestr("/etc/cron.d/services.csv", "id,name\n1,Bed\n")
    read = read_directory(packed)

    assert set(read.tables) == {"organizations", "services"}
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == ["services.zip"]


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/",
        "https://169.254.169.254/",
        "https://[fd00:ec2::254]/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://0.0.0.0/",
        "https://10.0.0.8/",
        "file:///etc/passwd",
        "gopher://cad.example.gov/",
        "https://cad.example.gov@169.254.169.254/",
        "https://cad.example.gov\\@10.0.0.8/",
    ],
)
def test_no_message_can_be_led_into_our_own_network(app: Flask, url: str) -> None:
    with pytest.raises(BadAddress):
        register_destination("CAD", url)


def test_who_guesses_has_to_wait(public_client: Any) -> None:
    guesses = {
        "/sign-in": {"email": "ana@office.example", "password": "wrong"},
        "/receipt": {"words": NOBODYS},
    }
    for path, data in guesses.items():
        statuses = [public_client.post(path, data=data).status_code for _ in range(25)]
        assert statuses[-1] == 429, path


def test_what_a_form_does_not_ask_for_is_not_set(app: Flask, public_client: Any, client_as: Any) -> None:
    area, other = make_neighborhood(), make_neighborhood("Birch Hill", lat=33.97)
    more = {"state": "published", "area_id": other.id, "id": "0" * 26, "revision": "9", "language": "xx"}
    public_client.post(f"/neighborhoods/{area.slug}/tell-us", data=filled(**more))
    sent = db.session.scalars(select(Input)).one()

    assert (sent.state, sent.area_id, sent.revision, sent.language) == (InputState.RECEIVED, area.id, 1, "en")
    assert sent.id != "0" * 26

    account = make_account(Role.MEDIATOR, is_active=False)
    change = {"role": "crisis_worker", "is_active": "1", "email": "x@y.example", "password_hash": "x"}
    kept = (account.email, account.password_hash)
    client_as(Role.ADMIN).post(f"/accounts/{account.id}", data=change)
    db.session.refresh(account)

    assert (account.is_active, account.email, account.password_hash) == (False, *kept)


def test_what_stands_in_an_address_is_no_part_of_a_form(public_client: Any) -> None:
    """And of a field that comes twice the first one counts, where everybody looks at it."""
    area = make_neighborhood()
    path = f"/neighborhoods/{area.slug}/tell-us"
    answer = public_client.post(path, query_string=filled(), data={"words": "x"})
    assert answer.status_code == 422
    twice = {**filled(), "may_publish": ["no", "yes"]}
    public_client.post(path, data=twice)

    assert db.session.scalars(select(Input.may_publish)).all() == [False]


def test_a_call_says_nothing_of_what_is_ours_to_say(app: Flask) -> None:
    dispatch = Dispatch(app)
    for member in ("state", "custody", "accepted_by_id", "team_id", "client_id", "id"):
        answer = dispatch.offer(b'{"incident_id": "L-1", "kind": "live", "%s": "office"}' % member.encode())
        assert (answer.status_code, answer.json["custody"]) == (422, "dispatch")


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)"],
)
def test_no_way_back_leads_to_another_site(public_client: Any, elsewhere: str) -> None:
    answers = [
        public_client.get("/language/es", query_string={"next": elsewhere}),
        public_client.post("/theme", query_string={"next": elsewhere}),
        public_client.post("/theme", data={"next": elsewhere}),
    ]

    assert {answer.headers["Location"] for answer in answers} == {"/"}


def test_a_session_from_before_signing_in_is_worth_nothing_after(public_client: Any, app: Flask) -> None:
    """Who puts their own session into somebody's browser does not come in with them."""
    account = make_account(Role.ADMIN, password_hash=hash_password("correct horse battery"))
    public_client.get("/sign-in")
    planted = public_client.get_cookie("session").value
    public_client.post("/sign-in", data={"email": account.email, "password": "correct horse battery"})
    given = public_client.get_cookie("session").value
    stranger = app.test_client()
    stranger.set_cookie("session", planted)

    assert given != planted
    assert public_client.get("/account/ways/").status_code == 200
    assert stranger.get("/account/ways/").status_code == 302


def cookie_of(words: dict[str, Any], key: str | bytes | None) -> str:
    """A session as Flask itself writes and signs it, under a key."""
    other = Flask("other")
    other.secret_key = key
    serializer = SecureCookieSessionInterface().get_signing_serializer(other)
    assert serializer is not None
    return str(serializer.dumps(words))


def test_a_session_that_was_bent_or_made_by_somebody_else_is_none(app: Flask, client_as: Any) -> None:
    """And the same made under our key is one: it is the key that counts."""
    client = client_as(Role.ADMIN)
    with client.session_transaction() as session:
        words = dict(session)
    db.session.commit()
    ours = cookie_of(words, app.secret_key)
    said, signed_at, signature = ours.rsplit(".", 2)
    bent = ("B" if signature[0] == "A" else "A") + signature[1:]
    others_words = cookie_of({**words, "more": "1"}, app.secret_key).rsplit(".", 2)[0]
    forged = {
        "a letter of the signature": f"{said}.{signed_at}.{bent}",
        "other words under it": f"{others_words}.{signed_at}.{signature}",
        "another key": cookie_of(words, "x" * 32),
        "no signature": said,
    }

    def status(cookie: str) -> int:
        stranger = app.test_client()
        stranger.set_cookie("session", cookie)
        with app.app_context():  # who is signed in is kept in it
            return int(stranger.get("/accounts").status_code)

    assert status(ours) == 200
    assert {name: status(cookie) for name, cookie in forged.items()} == dict.fromkeys(forged, 302)


def test_numbers_in_addresses_cannot_be_counted_through(app: Flask) -> None:
    """Ids are long and random. Only the versions of a public plan are counted."""
    counted = {str(rule) for rule in rules_of(app) if re.search(r"<(int|float)", str(rule))}

    assert counted == {"/neighborhoods/<slug>/plan/<int:number>"}
