"""What the work with a case allows, as tables."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.cases import rules
from app.cases.contact_models import FollowUpKind, Heat, Result
from app.cases.models import CaseState, Outcome

NOW = datetime(2026, 11, 22, 6, 49, tzinfo=UTC)  # the 21st, 22:49 in Los Angeles
TODAY = date(2026, 11, 21)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_closed_case_closes_no_second_time(outcome):
    with pytest.raises(rules.CaseClosed):
        rules.require_closable(CaseState.CLOSED, outcome, item_count=3)


@pytest.mark.parametrize(
    ("outcome", "item_count", "is_refused"),
    [
        (Outcome.AGREEMENT, 0, True),
        (Outcome.AGREEMENT, 1, False),
        (Outcome.CALMED, 0, False),
        (Outcome.HANDED_BACK, 0, False),
    ],
)
def test_an_agreement_needs_a_promise(outcome, item_count, is_refused):
    if is_refused:
        with pytest.raises(rules.NoAgreement):
            rules.require_closable(CaseState.OPEN, outcome, item_count=item_count)
    else:
        rules.require_closable(CaseState.OPEN, outcome, item_count=item_count)


def test_nothing_is_added_to_a_closed_case():
    with pytest.raises(rules.CaseClosed):
        rules.require_open(CaseState.CLOSED)
    rules.require_open(CaseState.AGREED)


def test_after_an_agreement_we_look_again_four_times():
    assert rules.follow_ups_after(date(2026, 11, 18)) == [
        (FollowUpKind.AFTER_72_HOURS, date(2026, 11, 21)),
        (FollowUpKind.AFTER_7_DAYS, date(2026, 11, 25)),
        (FollowUpKind.AFTER_30_DAYS, date(2026, 12, 18)),
        (FollowUpKind.AFTER_90_DAYS, date(2027, 2, 16)),
    ]


@pytest.mark.parametrize(
    ("ahead", "is_refused"),
    [
        (timedelta(0), False),
        (timedelta(minutes=5), False),
        (timedelta(minutes=6), True),
        (timedelta(days=-9), False),
    ],
)
def test_a_contact_has_happened(ahead, is_refused):
    if is_refused:
        with pytest.raises(rules.NotYet):
            rules.require_passed(NOW + ahead, NOW)
    else:
        rules.require_passed(NOW + ahead, NOW)


@pytest.mark.parametrize(
    ("day", "is_refused"),
    [(TODAY, False), (TODAY + timedelta(days=1), False), (TODAY - timedelta(days=1), True)],
)
def test_a_follow_up_lies_ahead_on_los_angeles_clocks(day, is_refused):
    if is_refused:
        with pytest.raises(rules.HasPassed):
            rules.require_ahead(day, NOW)
    else:
        rules.require_ahead(day, NOW)


@pytest.mark.parametrize(
    ("state", "days_quiet", "next_due_on", "is_idle"),
    [
        (CaseState.OPEN, 13, None, False),
        (CaseState.OPEN, 15, None, True),
        (CaseState.AGREED, 15, None, True),
        (CaseState.OPEN, 15, TODAY, False),
        (CaseState.OPEN, 15, TODAY + timedelta(days=30), False),
        (CaseState.OPEN, 15, TODAY - timedelta(days=1), True),  # a plan nobody kept is no plan
        (CaseState.CLOSED, 400, None, False),
    ],
)
def test_a_case_is_idle_when_nobody_came_and_nothing_is_planned(state, days_quiet, next_due_on, is_idle):
    found = rules.is_idle(
        state,
        last_contact_at=NOW - timedelta(days=days_quiet),
        opened_at=NOW - timedelta(days=500),
        next_due_on=next_due_on,
        now=NOW,
    )

    assert found is is_idle


def test_a_case_nobody_ever_went_to_is_idle_from_its_opening():
    opened_at = NOW - timedelta(days=15)

    assert rules.is_idle(CaseState.OPEN, last_contact_at=None, opened_at=opened_at, next_due_on=None, now=NOW)


@pytest.mark.parametrize(
    ("result", "said", "kept"),
    [
        (Result.TALKED, Heat.CALMER, Heat.CALMER),
        (Result.NOBODY_THERE, Heat.CALMER, None),
        (Result.LEFT_NOT_SAFE, Heat.HOTTER, Heat.HOTTER),
        (Result.TALKED, None, None),
    ],
)
def test_how_hot_it_is_needs_somebody_who_saw_it(result, said, kept):
    assert rules.heat_of(result, said) is kept


@pytest.mark.parametrize(
    ("result", "is_done"),
    [
        (Result.TALKED, True),
        (Result.SAID_NO, True),
        (Result.NOBODY_THERE, False),
        (Result.LEFT_NOT_SAFE, False),
    ],
)
def test_looking_again_is_done_when_somebody_answered(result, is_done):
    assert rules.completes_follow_up(result) is is_done


@pytest.mark.parametrize(
    ("birds", "taken", "chosen"),
    [
        (["Heron", "Finch"], set(), "Heron"),
        (["Heron", "Hawk", "Finch"], {"Heron"}, "Finch"),  # a letter of its own is easier to tell apart
        (["Heron", "Hawk"], {"Heron"}, "Hawk"),
        (["Heron"], {"Heron"}, None),
    ],
)
def test_a_bird_is_new_in_its_case(birds, taken, chosen):
    assert rules.choose_bird(birds, taken) == chosen
