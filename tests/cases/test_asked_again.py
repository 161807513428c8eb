"""Being asked again after the close: who somebody is stays as long as they said yes, and no day longer."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.cases import actions, consent_actions, consent_queries, consent_rules
from app.cases.consent_models import FollowUpConsent, SaidHow
from app.cases.models import Outcome
from app.cases.rules import CaseClosed
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.vault import erasures, hold_actions, sweep
from app.vault.erasures import the_ledger
from app.vault.hold_models import HoldReason, HoldState, Subject
from app.vault.readable import read_all
from tests.support.cases import make_case, make_party
from tests.support.people import make_account
from tests.support.roster import make_responder

CLOSED = clock.now().replace(microsecond=0) - timedelta(days=400)
SECOND = timedelta(seconds=1)


@pytest.fixture
def keeper(app):
    return make_responder()


@pytest.fixture
def case(keeper):
    with clock.as_of(CLOSED):
        return make_case(keeper=keeper)


@pytest.fixture
def staff(app):
    return make_account(Role.OFFICE_STAFF)


def say(case, keeper, *words: int | None):
    """A person of the case who says these, one after the other."""
    with clock.as_of(CLOSED):
        party = make_party(case, keeper)
        for days in words:
            consent_actions.note_word(case, party, days, SaidHow.BY_PHONE, actor=actor_of(keeper))
    return party


def close(case, keeper):
    with clock.as_of(CLOSED):
        actions.close_case(case, Outcome.CALMED, actor=actor_of(keeper))
    db.session.commit()


def swept_on(day: int, *parties) -> list[bool]:
    """Who is still known after the sweep of that day."""
    sweep.sweep(CLOSED + timedelta(days=day))
    db.session.expire_all()
    return [erasures.is_alive(party.key_id) for party in parties]


def test_each_goes_on_the_day_they_said_and_whoever_said_no_yes_with_the_case(case, keeper):
    nothing, no, back = say(case, keeper), say(case, keeper, None), say(case, keeper, 180, None)
    short, anew, longest = say(case, keeper, 60), say(case, keeper, None, 90), say(case, keeper, 180)
    everybody = (nothing, no, back, short, anew, longest)
    close(case, keeper)

    assert swept_on(29, *everybody) == [True] * 6
    assert swept_on(31, *everybody) == [False, False, False, True, True, True]
    assert not erasures.is_alive(case.key_id), "what was said goes all the same"
    assert {one.field for one in read_all()} == {"party_identities.identity_sealed"}
    assert swept_on(58, short, anew, longest) == [True, True, True]
    assert swept_on(60, short, anew, longest) == [False, True, True]
    assert swept_on(90, anew, longest) == [False, True]
    assert swept_on(178, longest) == [True]
    assert swept_on(180, longest) == [False]
    assert not list(read_all())


@pytest.mark.parametrize("days", consent_rules.DAYS)
@pytest.mark.parametrize("hour", range(0, 24, 5))
def test_a_yes_ends_by_its_last_day_and_lasts_longer_than_no_yes(days: int, hour: int) -> None:
    for month in range(12):
        closed_at = CLOSED.replace(hour=hour) + timedelta(days=30 * month)
        ends = consent_rules.last_moment(closed_at, days)
        assert timedelta(days=days - 1, hours=-2) <= ends - closed_at <= timedelta(days=days)


def test_an_open_case_forgets_nobody(case, keeper):
    one, other = say(case, keeper), say(case, keeper, 60)
    db.session.commit()

    assert swept_on(400, one, other) == [True, True]


def test_taken_back_before_all_others_go_it_goes_with_them(case, keeper, staff):
    party = say(case, keeper, 180)
    close(case, keeper)
    with clock.as_of(CLOSED + timedelta(days=30) - SECOND):
        consent_actions.take_back(case, party, SaidHow.IN_PERSON, actor=actor_of(staff))
    db.session.commit()

    assert erasures.is_alive(party.key_id)
    assert swept_on(30, party) == [False]


def test_taken_back_later_it_is_gone_at_once_and_stays_gone(case, keeper, staff):
    party, other = say(case, keeper, 180), say(case, keeper, 180)
    close(case, keeper)
    swept_on(40, party)
    with clock.as_of(CLOSED + timedelta(days=40)):
        consent_actions.take_back(case, party, SaidHow.BY_PHONE, actor=actor_of(staff))
    db.session.commit()

    assert not erasures.is_alive(party.key_id)
    assert erasures.is_alive(other.key_id)
    assert party.key_id in {key_id for line in the_ledger().lines() for key_id in line.key_ids}
    assert What.CASE_FOLLOW_UP_REFUSED in db.session.scalars(select(AuditEntry.what)).all()
    with pytest.raises(NotFound):
        consent_actions.take_back(case, party, SaidHow.BY_PHONE, actor=actor_of(staff))


def test_what_a_court_has_asked_for_stays_until_the_hold_ends(case, keeper, staff):
    party = say(case, keeper, 90)
    close(case, keeper)
    hold = hold_actions.propose(
        Subject.CASE,
        [case.id],
        reason=next(iter(HoldReason)),
        register_number="LR-1",
        ends_at=clock.now() + timedelta(days=30),
        actor=actor_of(staff),
    )
    hold_actions.move(hold, HoldState.HELD, actor=actor_of(make_account(Role.OFFICE_STAFF)))
    consent_actions.take_back(case, party, SaidHow.BY_PHONE, actor=actor_of(staff))
    db.session.commit()

    assert swept_on(200, party) == [True]
    assert swept_on(400 + 31, party) == [False]


def test_a_closed_case_takes_no_yes(case, keeper):
    party = say(case, keeper)
    close(case, keeper)

    with pytest.raises(CaseClosed):
        consent_actions.note_word(case, party, 60, SaidHow.IN_PERSON, actor=actor_of(keeper))
    assert db.session.scalars(select(FollowUpConsent)).all() == []


def test_nobody_opens_a_name_after_the_close_though_there_is_a_yes(case, keeper, staff):
    say(case, keeper, 180)
    close(case, keeper)

    for somebody in (keeper, staff, make_account(Role.COORDINATOR), make_account(Role.PROVIDER_LEAD)):
        with pytest.raises(NotFound):
            actions.show_names(case, actor=actor_of(somebody))


def test_it_is_written_down_on_the_page_of_the_people(client_as, keeper):
    case = make_case(keeper=keeper)
    party = make_party(case, keeper)
    client, url = client_as(keeper), f"/cases/{case.id}/people/{party.id}/ask-again/"
    assert "not asked yet" in client.get(f"/cases/{case.id}/people").text
    assert "Choose what they said." in client.post(url, data={"how": "in_person"}).text

    assert client.post(url, data={"answer": "90", "how": "in_person"}).status_code == 302
    assert "for up to 90 days" in client.get(f"/cases/{case.id}/people").text
    assert "for up to 90 days" in client.post(f"/cases/{case.id}/names").text

    assert client.post(url, data={"answer": "no", "how": "by_phone"}).status_code == 302
    assert "They said no" in client.get(f"/cases/{case.id}/people").text
    [word] = consent_queries.latest_words(case).values()
    assert (word.days, word.how, word.by_id) == (None, SaidHow.BY_PHONE, keeper.id)


def test_after_the_close_the_office_takes_it_back(client_as, keeper, staff):
    case = make_case(keeper=keeper)
    party, other = make_party(case, keeper), make_party(case, keeper)
    consent_actions.note_word(case, party, 180, SaidHow.IN_PERSON, actor=actor_of(keeper))
    url = f"/cases/{case.id}/people/{party.id}/ask-again/take-back"
    db.session.commit()
    client = client_as(staff)
    assert client.post(url, data={"how": "by_phone"}).status_code == 404, "while it is open, those assigned"
    actions.close_case(case, Outcome.CALMED, actor=actor_of(keeper))
    db.session.commit()

    shown = client.get(f"/cases/{case.id}/header").text
    assert party.bird in shown
    assert other.bird not in shown
    assert client.post(url.replace(party.id, other.id), data={"how": "by_phone"}).status_code == 404
    assert "Choose how they said it." in client.post(url).text
    assert client.post(url, data={"how": "by_phone"}).status_code == 302
    assert party.bird not in client.get(f"/cases/{case.id}/header").text
    assert client_as(keeper).post(url, data={"how": "by_phone"}).status_code == 404
