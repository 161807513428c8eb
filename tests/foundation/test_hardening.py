"""What libraries do for us by their defaults, held so that no newer version takes it away unseen."""

import ssl

import httpx
import pytest
from argon2 import extract_parameters
from flask import Flask

from app.accounts import sign_in
from app.accounts.models import Account
from app.accounts.permissions import Role
from app.accounts.sign_in import fits_password, hash_password
from app.delivery import webhook
from app.foundation.db import db
from app.vault import keyring, sealing
from app.vault.models import DataKey, KeyPurpose
from tests.guards.layers import ROOT
from tests.support import passwords
from tests.support.people import make_account

pytestmark = pytest.mark.one_database


def test_a_password_costs_a_guesser_memory_and_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """At least what OWASP asks of Argon2id: 19 MiB and two passes. Nobody's costs the same."""
    monkeypatch.setattr(sign_in, "hasher", passwords.SHIPPED)
    kept = extract_parameters(hash_password("correct horse battery"))

    assert kept.type.name == "ID"
    assert kept.memory_cost >= 19 * 1024
    assert kept.time_cost >= 2
    assert (kept.hash_len, kept.salt_len) == (32, 16)
    assert extract_parameters(sign_in.nobodys_hash.__wrapped__()) == kept


def test_a_password_is_taken_as_it_was_typed() -> None:
    """Not cut, not folded: one letter more or larger is another password."""
    typed = " Pässword 🙂 " + "x" * 100
    kept = hash_password(typed)

    whose = Account(password_hash=kept)
    assert fits_password(whose, typed)
    others = (typed.strip(), typed.lower(), typed[:-1])
    assert not [other for other in others if fits_password(whose, other)]


def test_the_field_of_a_password_hides_it_and_lets_a_manager_fill_it(public_client) -> None:
    page = public_client.get("/sign-in").text
    field = page[page.index('name="password"') - 300 : page.index('name="password"') + 200]

    assert 'type="password"' in field
    assert 'autocomplete="current-password"' in field
    assert "onpaste" not in page


def test_messages_leave_by_new_tls_only_and_only_to_who_is_known() -> None:
    tls = webhook.WebhookSender()._tls

    assert tls.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert tls.check_hostname
    assert tls.verify_mode is ssl.CERT_REQUIRED
    weak = {"RC4", "3DES", "NULL", "EXPORT", "MD5", "DES-CBC"}
    assert not [one["name"] for one in tls.get_ciphers() if any(word in one["name"] for word in weak)]
    assert httpx.create_ssl_context(trust_env=False).verify_mode is ssl.CERT_REQUIRED


def test_nothing_is_served_in_a_mode_for_finding_faults(app: Flask) -> None:
    assert not app.debug
    assert app.jinja_env.autoescape is not False
    sources = [*(ROOT / "app").rglob("*.py"), *(ROOT / "script").iterdir()]
    assert not [file for file in sources if "debug=True" in file.read_text(encoding="utf-8")]
    assert "--debug" not in (ROOT / "script/serve").read_text(encoding="utf-8")


def test_in_production_there_is_no_page_for_developers_of_the_look(public_client) -> None:
    assert public_client.get("/components").status_code == 404


def test_every_page_of_people_at_work_has_a_way_out(client_as) -> None:
    for role in (role for role in Role if role not in (Role.RESIDENT, Role.DISPATCH_CLIENT)):
        page = client_as(role).get("/start", follow_redirects=True).text
        assert 'action="/sign-out"' in page, role


def test_a_sealed_field_never_uses_a_number_twice(app: Flask) -> None:
    """The number that must not come again under one key (GCM), and keys of full length."""
    key_id = sealing.new_key(KeyPurpose.CASE)
    blobs = [sealing.seal(key_id, "cases", "x", "1", "same") for _ in range(2_000)]
    key = db.session.get_one(DataKey, key_id)

    assert len({blob[2:14] for blob in blobs}) == 2_000
    assert {blob[:2] for blob in blobs} == {keyring.VERSION + keyring.AES_256_GCM}
    assert len(keyring.unwrap(key.id, key.wrapped)) == 32


def test_a_role_that_is_taken_away_is_gone_at_the_next_request(client_as) -> None:
    account = make_account(Role.OFFICE_STAFF)
    client = client_as(account)
    assert client.get("/inputs/").status_code == 200

    account.role = Role.ANALYST

    assert client.get("/inputs/").status_code == 403
