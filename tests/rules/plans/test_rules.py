"""What a plan needs before everyone is asked, before it is adopted, and how an action moves."""

from datetime import UTC, date, datetime

import pytest

from app.plans import rules
from app.plans.models import PlanState
from app.plans.objective_models import ActionState
from app.plans.payloads import ActionRead, ObjectiveRead, PlanContent
from app.plans.rules import Missing, Standing

TODAY = date(2026, 11, 23)
DRAFT, COMMENT, ADOPTED = PlanState
PLANNED, STARTED, DONE, STOPPED = ActionState
PAST, AHEAD = date(2026, 11, 22), date(2026, 12, 1)
WHOLE = ActionRead("a", "Train 12 neighbors", "Mediation East", AHEAD)


def content(*actions: ActionRead, summary: str = "Three things.") -> PlanContent:
    objectives = (ObjectiveRead("o", "A mediator within a week", tuple(actions)),)
    return PlanContent("Plan", 2026, 2028, {"summary": summary}, objectives)


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        (content(WHOLE), []),
        (content(WHOLE, summary="  "), [Missing.SUMMARY]),
        (content(), [Missing.OBJECTIVE]),
        (content(ActionRead("a", "Train", "", AHEAD)), [Missing.OBJECTIVE]),
        (content(ActionRead("a", "Train", "Office", None)), [Missing.OBJECTIVE]),
        (
            content(ActionRead("a", "Train", "", AHEAD), ActionRead("b", "Rent", "Office", None)),
            [Missing.OBJECTIVE],
        ),
        (content(ActionRead("a", "Train", "", None), WHOLE), []),
        (PlanContent("Plan", 2026, 2028, {}, ()), [Missing.SUMMARY, Missing.OBJECTIVE]),
    ],
)
def test_everyone_is_asked_about_a_summary_and_one_whole_action(said, missing):
    assert rules.missing_for_comment(said) == missing


@pytest.mark.parametrize(
    ("state", "said", "until", "refusal"),
    [
        (DRAFT, content(WHOLE), date(2026, 12, 7), None),
        (DRAFT, content(WHOLE), date(2026, 12, 6), rules.CommentTooShort),
        (DRAFT, content(), date(2026, 12, 7), rules.NotFinished),
        (COMMENT, content(WHOLE), date(2026, 12, 7), rules.WrongState),
        (ADOPTED, content(WHOLE), date(2026, 12, 7), rules.WrongState),
    ],
)
def test_people_have_fourteen_days(state, said, until, refusal):
    assert refused(rules.require_publishable, state, said, until=until, today=TODAY) is refusal


@pytest.mark.parametrize(
    ("state", "said", "begun", "until", "refusal"),
    [
        (COMMENT, content(WHOLE), date(2026, 11, 8), date(2026, 11, 22), None),
        (COMMENT, content(WHOLE), date(2026, 11, 8), date(2026, 11, 23), rules.CommentStillOpen),
        (COMMENT, content(WHOLE), date(2026, 11, 10), date(2026, 11, 22), rules.CommentStillOpen),
        (COMMENT, content(WHOLE), None, None, rules.CommentStillOpen),
        (COMMENT, content(), date(2026, 11, 8), date(2026, 11, 22), rules.NotFinished),
        (DRAFT, content(WHOLE), date(2026, 11, 8), date(2026, 11, 22), rules.WrongState),
        (ADOPTED, content(WHOLE), date(2026, 11, 8), date(2026, 11, 22), rules.WrongState),
    ],
)
def test_a_plan_is_adopted_after_the_time_to_comment(state, said, begun, until, refusal):
    facts = {"comment_from": begun, "comment_until": until, "today": TODAY}

    assert refused(rules.require_adoptable, state, said, **facts) is refusal


@pytest.mark.parametrize(
    ("now", "to", "note", "is_adopted", "refusal"),
    [
        (PLANNED, STARTED, "", True, None),
        (PLANNED, DONE, "", True, None),
        (STARTED, DONE, "14 trained", True, None),
        (DONE, STARTED, "two left", True, None),
        (STOPPED, STARTED, "", True, None),
        (STARTED, STOPPED, "soil is not safe", True, None),
        (STARTED, STOPPED, " ", True, rules.ReasonMissing),
        (STARTED, STARTED, "", True, rules.WrongStep),
        (DONE, PLANNED, "", True, rules.WrongStep),
        (DONE, STOPPED, "why", True, rules.WrongStep),
        (PLANNED, STARTED, "", False, rules.NotAdopted),
    ],
)
def test_an_adopted_action_moves_and_is_dropped_with_a_reason(now, to, note, is_adopted, refusal):
    assert refused(rules.require_action_step, now, to, note, is_adopted=is_adopted) is refusal


@pytest.mark.parametrize(
    ("actions", "standing"),
    [
        ([], Standing.NOT_BEGUN),
        ([(PLANNED, AHEAD)], Standing.NOT_BEGUN),
        ([(PLANNED, None), (DONE, PAST)], Standing.UNDER_WAY),
        ([(STARTED, PAST), (DONE, PAST)], Standing.LATE),
        ([(STARTED, TODAY)], Standing.UNDER_WAY),
        ([(DONE, PAST), (STOPPED, PAST)], Standing.DONE),
        ([(STOPPED, PAST)], Standing.DROPPED),
    ],
)
def test_one_late_action_makes_an_objective_late(actions, standing):
    assert rules.standing_of(actions, TODAY) is standing


@pytest.mark.parametrize(("state", "refusal"), [(DRAFT, None), (COMMENT, None), (ADOPTED, rules.Adopted)])
def test_what_was_adopted_is_not_rewritten(state, refusal):
    assert refused(rules.require_writable, state) is refusal


@pytest.mark.parametrize(("based_on", "newest", "is_current"), [(0, 0, True), (2, 2, True), (1, 2, False)])
def test_a_text_on_older_words_is_not_current(based_on, newest, is_current):
    assert rules.is_current_base(based_on, newest) is is_current


def test_a_day_is_a_day_in_los_angeles():
    assert rules.day_of(datetime(2026, 11, 24, 3, tzinfo=UTC)) == date(2026, 11, 23)


def test_a_version_reads_as_it_was_written():
    said = content(WHOLE, ActionRead("b", "Rent", "", None))

    assert PlanContent.from_json(said.to_json()) == said


def refused(rule, *facts, **more):
    """The refusal that a rule gives; None when it lets through."""
    try:
        rule(*facts, **more)
    except rules.DomainError as refusal:
        return type(refusal)
    return None
