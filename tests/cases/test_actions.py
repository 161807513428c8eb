"""What the acts of a case keep: sealed, dated, once, and on the trail."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from app.accounts.sign_in import actor_of
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.cases import (
    actions,
    agreement_actions,
    contact_actions,
    contact_queries,
    party_actions,
    queries,
    rules,
)
from app.cases.agreement_models import Said
from app.cases.contact_models import Contact, FollowUp, FollowUpKind, Result
from app.cases.models import CaseState, CaseStateRow, ConflictCase, Outcome, Party
from app.cases.payloads import Identity, Promise
from app.cases.pseudonyms import BIRDS, TREES
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.vault.access import Use
from app.vault.sealing import KeyDestroyed, destroy_key
from tests.support.board import make_call
from tests.support.cases import (
    NAME,
    PLACE,
    PROMISE,
    WORDS,
    make_agreement,
    make_case,
    make_contact,
    make_party,
    said,
)
from tests.support.roster import make_responder

CANARIES = (NAME.name, NAME.contact, PLACE.words, "33.9412345", "zanzibarred", PROMISE)


@pytest.fixture
def keeper(app):
    return make_responder()


@pytest.fixture
def case(keeper):
    return make_case(keeper=keeper)


def count(model, *where):
    return db.session.scalar(select(func.count()).select_from(model).where(*where))


def trail(case, what):
    return count(AuditEntry, AuditEntry.subject_id == case.id, AuditEntry.what == what)


def test_a_title_is_a_tree_and_a_number_and_nobody_elses(app):
    cases = [make_case() for _ in range(30)]

    assert len({case.title for case in cases}) == 30
    assert {case.tree for case in cases} <= set(TREES)


def test_titles_go_on_when_the_small_numbers_are_used_up(app, monkeypatch):
    monkeypatch.setattr(actions, "FIRST_NUMBERS", 1)
    monkeypatch.setattr(actions, "TREES", ("Alder",))

    assert len({make_case().title for _ in range(8)}) == 8


def test_a_title_taken_in_between_is_drawn_again(app, monkeypatch):
    taken = make_case()
    draws = iter([(taken.tree, taken.number), ("Alder", 4711)])
    monkeypatch.setattr(actions, "_free_title", lambda: next(draws))

    assert make_case().title == "Alder 4711"


def test_a_referral_has_one_case(app):
    referral = make_call()

    assert make_case(referral_id=referral.id).id == make_case(referral_id=referral.id).id


def test_nothing_a_person_said_lies_open_in_the_database(case, keeper):
    heron, finch = make_party(case, keeper), make_party(case, keeper)
    make_contact(case, keeper, heron)
    make_agreement(case, keeper, finch, heron)
    queries.list_parties(case)
    actions.show_names(case, actor=actor_of(keeper))
    db.session.commit()

    for table in ConflictCase.metadata.tables.values():
        for row in db.session.execute(text(f'SELECT * FROM "{table.name}"')):  # noqa: S608 - our own names
            assert not [words for words in CANARIES if words in str(tuple(row))], table.name


def test_a_destroyed_case_is_read_by_nobody(case, keeper):
    destroy_key(make_party(case, keeper).key_id, "retention")

    with pytest.raises(KeyDestroyed):
        actions.show_names(case, actor=actor_of(keeper))


def test_names_are_opened_on_the_trail(case, keeper):
    party = make_party(case, keeper)

    assert actions.show_names(case, actor=actor_of(keeper)) == {party.id: NAME}
    assert trail(case, What.CASE_NAMES_SHOWN) == 1


def test_what_we_learn_later_is_shown_and_what_was_known_is_kept(case, keeper):
    party = make_party(case, keeper)
    party_actions.name_party(case, party, Identity("Another Name"), actor=actor_of(keeper))

    assert actions.show_names(case, actor=actor_of(keeper))[party.id].name == "Another Name"


def test_people_are_birds_each_with_its_own(case, keeper):
    birds = [make_party(case, keeper).bird for _ in range(12)]

    assert len(set(birds)) == 12
    assert set(birds) <= set(BIRDS)
    assert len({bird[0] for bird in birds[:8]}) == 8


def test_there_are_as_many_people_as_birds(case, keeper, monkeypatch):
    monkeypatch.setattr(party_actions, "BIRDS", ("Heron",))
    make_party(case, keeper)

    with pytest.raises(party_actions.TooManyPeople):
        make_party(case, keeper)


def test_a_contact_sent_twice_is_one_contact(case, keeper):
    told = said(make_party(case, keeper))
    first = contact_actions.log_contact(case, told, client_key="k" * 26, actor=actor_of(keeper))
    again = contact_actions.log_contact(case, told, client_key="k" * 26, actor=actor_of(keeper))

    assert (again.id, count(Contact)) == (first.id, 1)
    assert trail(case, What.CASE_CONTACT_LOGGED) == 1


def test_a_retry_that_comes_after_the_close_finds_its_contact(case, keeper):
    told, actor = said(), actor_of(keeper)
    contact = contact_actions.log_contact(case, told, client_key="k" * 26, actor=actor)
    actions.close_case(case, Outcome.CALMED, actor=actor)

    assert contact_actions.log_contact(case, told, client_key="k" * 26, actor=actor).id == contact.id


def test_two_sendings_that_cross_are_one_contact(case, keeper, monkeypatch):
    told, actor = said(), actor_of(keeper)
    contact = contact_actions.log_contact(case, told, client_key="k" * 26, actor=actor)
    answers = iter([None, contact])  # not there at the look, there at the leap
    monkeypatch.setattr(contact_queries, "find_by_client_key", lambda *_: next(answers))

    assert contact_actions.log_contact(case, told, client_key="k" * 26, actor=actor).id == contact.id
    assert count(Contact) == 1


def test_the_same_key_with_other_words_is_a_correction_and_loses_nothing(case, keeper):
    told = said()
    better = replace(told, words="They moved the car.")
    for version in (told, better, better):
        contact_actions.log_contact(case, version, client_key="k" * 26, actor=actor_of(keeper))

    (logged,) = contact_queries.list_contacts(case, Use.INTEGRITY)
    assert logged.words == "They moved the car."
    assert [contact_queries.open_words(before, Use.INTEGRITY) for before in logged.earlier] == [WORDS]


def test_a_retry_after_meeting_someone_new_corrects_nothing(case, keeper):
    told = said()
    contact = contact_actions.log_contact(case, told, client_key="k" * 26, actor=actor_of(keeper))
    party_actions.add_party(
        case, side="other", language=None, identity=Identity(), met_in=contact, actor=actor_of(keeper)
    )
    contact_actions.log_contact(case, told, client_key="k" * 26, actor=actor_of(keeper))

    (logged,) = contact_queries.list_contacts(case, Use.INTEGRITY)
    assert (len(logged.contact.parties), logged.earlier) == (1, ())


def test_two_corrections_at_once_are_both_kept(case, keeper):
    contact = make_contact(case, keeper, minutes=25)
    for minutes in (40, 45):
        contact_actions.correct_contact(case, contact, said(minutes=minutes), actor=actor_of(keeper))

    (logged,) = contact_queries.list_contacts(case, Use.INTEGRITY)
    assert logged.contact.minutes == 45
    assert [before.minutes for before in logged.earlier] == [40, 25]
    assert contact_queries.count_contacts(case) == 1


def test_a_contact_names_only_people_of_its_case(case, keeper):
    stranger = make_party(make_case(), keeper)

    with pytest.raises(NotFound):
        make_contact(case, keeper, stranger)


def test_a_contact_has_happened(case, keeper):
    with pytest.raises(rules.NotYet):
        make_contact(case, keeper, at=clock.now() + timedelta(hours=1))


@pytest.mark.parametrize(("result", "left"), [(Result.TALKED, 1), (Result.NOBODY_THERE, 2)])
def test_a_due_day_is_done_when_somebody_answered(case, keeper, result, left):
    today = rules.day_of(clock.now())
    for days in (0, 7):
        contact_actions.plan_follow_up(case, today + timedelta(days=days), actor=actor_of(keeper))
    make_contact(case, keeper, result=result, at=clock.now())

    assert len(contact_queries.list_follow_ups(case)) == left


def test_the_same_day_planned_twice_is_one_plan(case, keeper):
    day = rules.day_of(clock.now())
    for _ in range(2):
        contact_actions.plan_follow_up(case, day, actor=actor_of(keeper))

    assert count(FollowUp, FollowUp.kind == FollowUpKind.BY_HAND) == 1


def test_closed_is_closed(case, keeper):
    actor, party = actor_of(keeper), make_party(case, keeper)
    contact = make_contact(case, keeper)
    agreement = make_agreement(case, keeper, party)
    actions.close_case(case, Outcome.CALMED, actor=actor)
    today = rules.day_of(clock.now())

    for act in (
        lambda: actions.close_case(case, Outcome.REFUSED, actor=actor),
        lambda: make_party(case, keeper),
        lambda: party_actions.name_party(case, party, NAME, actor=actor),
        lambda: make_contact(case, keeper),
        lambda: contact_actions.correct_contact(case, contact, said(), actor=actor),
        lambda: contact_actions.plan_follow_up(case, today, actor=actor),
        lambda: make_agreement(case, keeper),
        lambda: agreement_actions.add_item(case, agreement, Promise("x"), actor=actor),
        lambda: agreement_actions.say_item(case, agreement.items[0], party, Said.KEPT, actor=actor),
    ):
        with pytest.raises(rules.CaseClosed):
            act()
    assert (case.outcome, count(Party), count(Contact)) == (Outcome.CALMED, 1, 1)


def test_every_state_a_case_had_is_a_row(case, keeper):
    make_agreement(case, keeper)
    actions.close_case(case, Outcome.AGREEMENT, actor=actor_of(keeper))

    rows = db.session.scalars(select(CaseStateRow.state).order_by(CaseStateRow.at, CaseStateRow.id)).all()
    assert rows == [CaseState.OPEN, CaseState.AGREED, CaseState.CLOSED]
