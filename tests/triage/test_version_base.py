"""What a version was begun from: kept with it, named by it, and never another without a word."""

import pytest
from sqlalchemy import text

from app.accounts.permissions import Role
from app.foundation.db import db
from app.triage import version_actions, version_queries
from app.triage.policies import shipped_policy
from app.triage.policy_changes import AddPhrase, RetirePhrase
from app.triage.policy_files import hash_of, shipped_document
from app.triage.version_models import VersionState
from app.triage.version_rules import BaseChanged, DoesNotHold, Unreadable
from tests.support.policies import ZORPLE, make_active, make_draft, somebody

pytestmark = pytest.mark.usefixtures("few_labelled")
OLD = "2025-01.1"


@pytest.fixture
def upgraded(monkeypatch):
    """The program brings other rules: one phrase less, so that numbers have moved."""

    def upgrade():
        db.session.commit()
        document = shipped_document() | {"version": "2030-01.1"}
        first, *others = document["concepts"]
        document["concepts"] = [first | {"phrases": first["phrases"][1:]}, *others]
        monkeypatch.setattr(version_queries, "shipped_document", lambda: document)

    return upgrade


def test_a_version_knows_what_it_was_begun_from(app):
    version = make_draft()

    assert version.base_sha256 == hash_of(shipped_document())
    assert (version.shipped, version.name) == (shipped_policy().version, f"{shipped_policy().version}+1")


def test_a_version_begun_from_an_older_one_of_the_office_is_named_by_what_that_stems_from(app, client_as):
    older = make_active()
    older.shipped = OLD
    db.session.commit()
    second = make_active(AddPhrase("danger", "word_weapon", "en", "a blarg", "He has a blarg.", "No blarg."))

    assert (second.base_sha256, second.shipped) == (older.sha256, OLD)
    assert second.name == f"{OLD}+2"
    assert "Newer rules came with the program" in client_as(Role.OFFICE_STAFF).get("/policy/").text
    told = client_as(Role.ANALYST).get("/how-calls-are-screened/").text
    assert "rules of the office that began from another version" in told
    assert "The office has changed its rules since" not in told


def test_a_draft_whose_base_the_program_no_longer_has_is_gone_on_with_by_nobody(app, client_as, upgraded):
    version, client = make_draft(), client_as(Role.OFFICE_STAFF)
    address = f"/policy/versions/{version.id}"
    upgraded()

    for act in (
        lambda: version_actions.add_change(version, RetirePhrase("en_gun_held.1"), "W.", actor=somebody()),
        lambda: version_actions.to_shadow(version, actor=somebody()),
    ):
        with pytest.raises(BaseChanged):
            act()
    for part in ("natures/noise", "limits", "phrases/en_gun_held.1/retire"):
        answer = client.get(f"{address}/{part}")
        assert answer.status_code == 409, part
        assert "are not there any more" in answer.text
    page = client.get(address).text
    assert "This version cannot be gone on with" in page
    assert "Add a phrase" not in page
    client.post(f"{address}/drop")
    db.session.expire_all()
    assert version.state is VersionState.DROPPED


def test_a_draft_of_which_the_base_was_not_kept_goes_by_the_programs_version(app, upgraded):
    version = make_draft()
    version.base_sha256 = None
    assert version_queries.has_base(version)

    upgraded()

    assert not version_queries.has_base(version)


def test_no_other_phrase_is_taken_out_when_a_change_is_taken_back(app):
    """Three phrases are added and the second is taken out: without the first its number is the third's."""
    version, actor = make_draft(ZORPLE), somebody()
    for word in ("blarg", "wumpus"):
        told = (f"a {word}", f"He has a {word}.", f"No {word} here.")
        more = AddPhrase("danger", "word_weapon", "en", *told)
        version_actions.add_change(version, more, "Why.", actor=actor)
    version_actions.add_change(version, RetirePhrase("office_danger_word_weapon.2"), "Why.", actor=actor)
    first = version_queries.list_changes(version)[0]

    with pytest.raises(DoesNotHold):
        version_actions.take_back(version, first.id, actor=actor)


@pytest.mark.parametrize("spoilt", [b"nothing that was ever packed", None])
def test_nobody_goes_back_to_what_todays_program_cannot_read(app, client_as, monkeypatch, spoilt):
    first = make_active()
    make_active(AddPhrase("danger", "word_weapon", "en", "a blarg", "He has a blarg.", "No blarg."))
    if spoilt:
        first.document, first.sha256 = spoilt, "0" * 64
    else:
        monkeypatch.setattr("app.triage.policy.Policy.make_ready", _broken)
    db.session.commit()

    with pytest.raises(Unreadable):
        version_actions.go_back_to(first, "It returned too much.", actor=somebody())

    answer = client_as(Role.COORDINATOR).post(f"/policy/versions/back/{first.id}", data={"why": "Now."})
    assert answer.status_code == 409
    assert "cannot read calls by this version" in answer.text
    assert version_queries.find_active().id != first.id


def _broken(_):
    raise ValueError


@pytest.mark.slow
def test_what_a_version_stems_from_is_found_by_the_migration(migrate):
    """Through all those it was begun from, whatever its name says; and all goes down with its rows."""
    migrate("0017")
    put = text(
        "INSERT INTO policy_versions (id, number, name, base_id, state, begun_at, document, sha256) "
        "VALUES (:id, :number, :name, :base_id, :state, '2026-11-01 10:00:00+00:00', :document, :sha256)"
    )
    kept = {"document": b"x", "sha256": "a" * 64}
    none = {"document": None, "sha256": None}
    for row in (
        {"id": "one", "number": 1, "name": f"{OLD}+1", "base_id": None, "state": "active", **kept},
        {"id": "two", "number": 2, "name": "2026-12.2+2", "base_id": "one", "state": "draft", **none},
        {"id": "three", "number": 3, "name": "2026-12.2+3", "base_id": None, "state": "draft", **none},
    ):
        db.session.execute(put, row)
    migrate("head")
    told = text("SELECT id, shipped, base_sha256 FROM policy_versions ORDER BY number")
    assert [tuple(row) for row in db.session.execute(told)] == [
        ("one", OLD, None),
        ("two", OLD, "a" * 64),
        ("three", "2026-12.2", None),
    ]
    migrate("0017")
    names = db.session.scalars(text("SELECT name FROM policy_versions ORDER BY number")).all()
    assert names == [f"{OLD}+1", "2026-12.2+2", "2026-12.2+3"]
