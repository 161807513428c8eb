"""The subpoena drill: a thousand cases, a month later, every key at hand, and nothing to hand over."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import insert, select

from app.accounts.sign_in import actor_of
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.cases import actions as case_actions
from app.cases import consent_actions
from app.cases.consent_models import SaidHow
from app.cases.models import CaseState, ConflictCase, Outcome, Party, PartyIdentity, Side
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id
from app.handoffs import actions as handoff_actions
from app.referrals.models import State
from app.roster.lanes import Lane
from app.vault import erasures, sealing, sweep
from app.vault.drill_commands import Answer, Asked, answer_all
from app.vault.models import DataKey, KeyPurpose
from app.vault.readable import count_unreadable, read_all
from tests.support.board import make_call
from tests.support.cases import NAME, PLACE, make_agreement, make_case, make_contact, make_party
from tests.support.directory import make_partner, make_service
from tests.support.handoffs import PACKET
from tests.support.photos import make_photo
from tests.support.retention import PHONE, make_everything
from tests.support.roster import make_responder

BEGAN = clock.now() - timedelta(days=31)
# What may be said of a case that was destroyed: enough for a count, nothing of a person.
_OF_A_CASE = ("id", "title", "lane", "state", "opened_at", "closed_at", "outcome")
ALLOWED = {"parties.bird", *(f"conflict_cases.{name}" for name in _OF_A_CASE)}
CASES = 1_000


def seed_cases(count: int) -> list[str]:
    """Closed cases with a place and a person each, written in few statements; gives their ids."""
    keeper = make_responder()
    keys, cases, parties, identities = [], [], [], []
    with clock.as_of(BEGAN):
        for number in range(count):
            key, own = sealing.NewKey(KeyPurpose.CASE), sealing.NewKey(KeyPurpose.PARTY)
            case_id, party_id, identity_id = new_id(), new_id(), new_id()
            keys += [key.values, own.values]
            cases.append(
                {
                    "id": case_id,
                    "tree": "Juniper",
                    "number": number,
                    "lane": Lane.MEDIATION,
                    "key_id": key.id,
                    "state": CaseState.CLOSED,
                    "opened_at": BEGAN,
                    "closed_at": BEGAN,
                    "outcome": Outcome.CALMED,
                    "place_sealed": sealing.seal_with(
                        key, "conflict_cases", "place_sealed", case_id, PLACE.to_json()
                    ),
                }
            )
            parties.append(
                {
                    "id": party_id,
                    "case_id": case_id,
                    "bird": "Wren",
                    "key_id": own.id,
                    "side": Side.ASKED,
                    "added_at": BEGAN,
                    "added_by_id": keeper.id,
                }
            )
            sealed = sealing.seal_with(
                own, "party_identities", "identity_sealed", identity_id, NAME.to_json()
            )
            identities.append(
                {
                    "id": identity_id,
                    "party_id": party_id,
                    "key_id": own.id,
                    "identity_sealed": sealed,
                    "at": BEGAN,
                    "by_id": keeper.id,
                }
            )
    models = (DataKey, ConflictCase, Party, PartyIdentity)
    for model, rows in zip(models, (keys, cases, parties, identities), strict=True):
        db.session.execute(insert(model), rows)
    db.session.commit()
    return [case["id"] for case in cases]


def content_of(answers: list[Answer]) -> dict[str, int]:
    """How much of what people said, by demand."""
    return {
        answer.demand: sum(len(one.values) for one in answer.there if one.is_content) for answer in answers
    }


def fields_of(asked: Asked, demand: str) -> set[str]:
    """In which fields something that people said is found for a demand."""
    [answer] = [one for one in answer_all(asked, clock.now()) if one.demand == demand]
    return {one.field for one in answer.there if one.is_content}


@pytest.fixture
def own_ledger(app: Flask, tmp_path: Path) -> Iterator[None]:
    settings = app.extensions["settings"]
    erasures.use_ledger(tmp_path / "erasures.jsonl", blind_index_key=settings.blind_index_key)
    yield
    erasures.use_ledger(settings.ledger_path, blind_index_key=settings.blind_index_key)


def test_a_thousand_cases_a_month_later_and_after_yesterdays_backup(app: Flask, own_ledger: None) -> None:
    ids = seed_cases(CASES)
    asked = Asked(phone=NAME.contact, address=PLACE.words, person=NAME.name, closed_case_id=ids[7])
    before = content_of(answer_all(asked, clock.now()))
    assert len(before) == 12
    assert before["Who was at one address"] == CASES
    assert before["All records about one telephone number"] == CASES
    assert before["Everything about a case closed 31 days ago"] == 2
    yesterday = db.session.execute(select(DataKey.id, DataKey.wrapped)).all()

    sweep.sweep(clock.now())
    assert_nothing_left(asked)
    for key_id, wrapped in yesterday:  # what a restore of yesterday's keys does
        row = db.session.get_one(DataKey, key_id)
        row.wrapped, row.destroyed_at, row.destroyed_reason = wrapped, None, None
    db.session.commit()
    assert content_of(answer_all(asked, clock.now()))["Who was at one address"] == CASES
    erasures.reapply()
    assert_nothing_left(asked)
    assert count_unreadable() == 2 * CASES


def assert_nothing_left(asked: Asked) -> None:
    answers = answer_all(asked, clock.now())
    assert set(content_of(answers).values()) == {0}
    [of_case] = [one for one in answers if one.demand == "Everything about a case closed 31 days ago"]
    assert {one.field for one in of_case.there} == ALLOWED
    assert "key is destroyed" in of_case.not_there[0]


def test_what_is_open_is_found_and_said_to_be(app: Flask) -> None:
    """A drill that finds nothing where there is something proves nothing."""
    with clock.as_of(clock.now() - timedelta(hours=30)):
        kept = make_everything(clock.now())
    day = kept.call.received_at
    asked = Asked(phone=PHONE, address=PLACE.words, person="shout", case_id=kept.field_case.id, day=day)
    found = content_of(answer_all(asked, clock.now()))

    assert found["Everything about one open case"] > 1
    assert found["All inputs by one person"] == 2
    assert found["Who asked for help on one day in one area"] > 0
    assert found["All gang members"] == found["All undocumented persons"] == 0
    assert found["A copy of the whole database"] == len(list(read_all()))


def test_what_is_found_of_a_case_is_all_that_is_in_it(app: Flask) -> None:
    """Whatever key it lies under: a demand that was answered with less would be answered falsely."""
    keeper = make_responder()
    call = make_call(State.ENGAGED, team_id=keeper.team_id)
    case = make_case(keeper=keeper, referral_id=call.id)
    party = make_party(case, keeper)
    make_contact(case, keeper, party)
    make_agreement(case, keeper, party, make_party(case, keeper))
    make_photo(case, keeper)
    service = make_service(partner=make_partner())
    handoff_actions.draft(case, party, service, PACKET, actor=actor_of(keeper))
    make_everything(clock.now())  # others, of which nothing is said

    asked = Asked(case_id=case.id)
    assert fields_of(asked, "Everything about one open case") == {
        "conflict_cases.place_sealed",
        "conflict_cases.block_sealed",
        "party_identities.identity_sealed",
        "contacts.words_sealed",
        "agreement_items.text_sealed",
        "case_photos.picture_sealed",
        "handoffs.packet_sealed",
        "referrals.told_sealed",
    }


def test_who_said_yes_to_being_asked_again_is_said_to_be_there(app: Flask) -> None:
    keeper = make_responder()
    with clock.as_of(BEGAN):
        case = make_case(keeper=keeper)
        party = make_party(case, keeper)
        consent_actions.note_word(case, party, 180, SaidHow.IN_PERSON, actor=actor_of(keeper))
        case_actions.close_case(case, Outcome.CALMED, actor=actor_of(keeper))
    db.session.commit()
    sweep.sweep(clock.now())

    asked = Asked(closed_case_id=case.id)
    assert fields_of(asked, "Everything about a case closed 31 days ago") == {
        "party_identities.identity_sealed"
    }


def run(app: Flask, *options: str) -> Result:
    db.session.commit()
    result: Result = app.test_cli_runner().invoke(args=["vault", "subpoena-drill", *options])
    assert result.exit_code == 0, result.output
    return result


@pytest.mark.one_database
def test_values_are_printed_only_when_asked_for_and_that_is_kept(app: Flask) -> None:
    make_everything(clock.now())
    assert NAME.name not in run(app).output
    assert NAME.name in run(app, "--show").output

    runs = db.session.scalars(
        select(AuditEntry.facts).where(AuditEntry.what == What.DRILL_RUN).order_by(AuditEntry.id)
    )
    assert runs.all() == [{"shows_values": False}, {"shows_values": True}]


@pytest.mark.one_database
def test_an_empty_office_has_nothing_to_say(app: Flask) -> None:
    assert run(app).output.count("not there") >= 10
