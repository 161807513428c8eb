"""What may happen to a service referral: consent, steps, clocks, turns. Tables."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from app.foundation.errors import DomainError
from app.handoffs import rules
from app.handoffs.models import Deed, HandoffState, Share
from app.handoffs.rules import LiveConsent, NoConsent, NotNow, Turn
from app.handoffs.standing import NextAct, next_act

S = HandoffState
TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)


@dataclass(frozen=True)
class Word:
    deed: Deed
    until_on: date | None = None
    shares: tuple[str, ...] = ("need",)


YES = Word(Deed.GIVEN, TODAY)
NO = Word(Deed.WITHDRAWN, None, ())


@pytest.mark.parametrize(
    ("words", "is_live"),
    [
        ([], False),
        ([YES], True),
        ([Word(Deed.GIVEN, TODAY - timedelta(days=1))], False),
        ([YES, NO], False),
        ([NO, YES], True),
        ([Word(Deed.GIVEN, TODAY, ())], False),
        ([Word(Deed.GIVEN, None)], False),
    ],
)
def test_only_the_last_word_counts_and_only_while_it_holds(words, is_live):
    assert (rules.live_consent(words, TODAY) is not None) is is_live
    if not is_live:
        with pytest.raises(NoConsent):
            rules.require_consent(words, TODAY)


def test_a_later_yes_replaces_what_was_agreed():
    narrower = [Word(Deed.GIVEN, TODAY, ("need", "name")), Word(Deed.GIVEN, TODAY, ("need",))]

    assert rules.require_consent(narrower, TODAY).shares == {Share.NEED}


def test_a_packet_holds_only_what_was_agreed():
    packet = {Share.NEED: "a bed", Share.NAME: "Ana", Share.AREA: ""}

    assert rules.packet_for(packet, LiveConsent(frozenset({Share.NEED, Share.AREA}), TODAY)) == {
        Share.NEED: "a bed"
    }


@pytest.mark.parametrize(
    ("shares", "days", "fits"),
    [
        ([Share.NEED], 0, True),
        ([Share.NEED], 365, True),
        ([Share.NEED], 366, False),
        ([Share.NEED], -1, False),
        ([], 1, False),
    ],
)
def test_the_terms_of_a_yes(shares, days, fits):
    def check():
        rules.check_terms(shares, TODAY + timedelta(days=days), TODAY)

    if fits:
        check()
    else:
        with pytest.raises(DomainError):
            check()


ALLOWED = {
    (S.DRAFTED, S.SENT),
    (S.DRAFTED, S.CLOSED),
    (S.SENT, S.ACCEPTED),
    (S.SENT, S.REFUSED),
    (S.SENT, S.WAITLISTED),
    (S.WAITLISTED, S.ACCEPTED),
    (S.WAITLISTED, S.REFUSED),
    (S.ACCEPTED, S.FIRST_CONTACT),
    (S.ACCEPTED, S.OUTCOME),
    (S.ACCEPTED, S.REFUSED),
    (S.FIRST_CONTACT, S.OUTCOME),
    (S.REFUSED, S.CLOSED),
    (S.OUTCOME, S.CLOSED),
}


@pytest.mark.parametrize("before", list(S))
@pytest.mark.parametrize("after", list(S))
def test_which_step_follows_which(before, after):
    if (before, after) in ALLOWED:
        rules.check_move(before, after)
    else:
        with pytest.raises(NotNow):
            rules.check_move(before, after)


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-11-18T10:00-08:00", "2026-11-20T10:00-08:00"),
        ("2026-11-19T10:00-08:00", "2026-11-23T10:00-08:00"),
        ("2026-11-20T16:30-08:00", "2026-11-24T16:30-08:00"),
        ("2026-11-21T10:00-08:00", "2026-11-25T00:00-08:00"),
        ("2026-11-22T23:59-08:00", "2026-11-25T00:00-08:00"),
        ("2026-10-30T10:00-07:00", "2026-11-03T10:00-08:00"),
    ],
)
def test_a_partner_answers_within_two_business_days(at, due):
    assert rules.due_at(S.SENT, datetime.fromisoformat(at)) == datetime.fromisoformat(due)


@pytest.mark.parametrize(
    ("state", "days"),
    [(S.ACCEPTED, 3), (S.WAITLISTED, 14), (S.FIRST_CONTACT, 30), (S.REFUSED, 1), (S.CLOSED, None)],
)
def test_the_other_clocks(state, days):
    assert rules.due_at(state, NOW) == (None if days is None else NOW + timedelta(days=days))


@pytest.mark.parametrize(
    ("state", "left", "turn"),
    [
        (S.DRAFTED, -1, Turn.OURS),
        (S.REFUSED, 1, Turn.OURS),
        (S.OUTCOME, 1, Turn.OURS),
        (S.SENT, 1, Turn.PARTNER),
        (S.SENT, 0, Turn.RAN_OUT),
        (S.ACCEPTED, -1, Turn.RAN_OUT),
        (S.CLOSED, None, Turn.CLOSED),
    ],
)
def test_whose_turn_it_is(state, left, turn):
    due_at = None if left is None else NOW + timedelta(hours=left)

    assert rules.turn_of(state, due_at, NOW) is turn


@pytest.mark.parametrize(
    ("state", "has_consent", "is_late", "act"),
    [
        (S.DRAFTED, False, True, NextAct.ASK),
        (S.DRAFTED, True, False, NextAct.SEND),
        (S.SENT, True, False, NextAct.WAIT),
        (S.SENT, True, True, NextAct.PHONE),
        (S.REFUSED, True, False, NextAct.CHOOSE_ANOTHER),
        (S.OUTCOME, True, True, NextAct.CLOSE),
        (S.CLOSED, False, False, NextAct.NOTHING),
    ],
)
def test_the_one_next_act(state, has_consent, is_late, act):
    assert next_act(state, has_consent=has_consent, is_late=is_late) is act
