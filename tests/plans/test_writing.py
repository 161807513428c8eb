"""Writing together: nobody's words are lost, and what was adopted stays."""

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.foundation.db import db
from app.plans import actions, objective_actions, queries, rules
from app.plans.models import PlanState, PlanText, PlanVersion, SectionKind
from app.plans.objective_actions import NewAction
from app.plans.objective_models import ActionState
from tests.support.plans import (
    make_adopted_plan,
    make_neighborhood,
    make_plan,
    make_ready_plan,
    make_writer,
    publish_until,
)

SUMMARY = SectionKind.SUMMARY


def newest(plan):
    return queries.newest_of(queries.list_texts(queries.find_section(plan, SUMMARY)))


def waiting(plan):
    return queries.waiting_of(queries.list_texts(queries.find_section(plan, SUMMARY)))


def write(plan, words, based_on, **more):
    return actions.write_text(plan, SUMMARY, words, based_on=based_on, actor=make_writer(), **more)


def test_a_text_on_the_newest_words_holds(app):
    plan = make_plan()
    first = write(plan, "First.", 0)

    write(plan, "Second.", first.number)

    assert newest(plan).words == "Second."
    assert [text.words for text in db.session.scalars(select(PlanText))] == ["First.", "Second."]


def test_two_who_write_at_once_both_keep_their_words(app):
    plan = make_plan()
    seen = write(plan, "Both saw this.", 0).number
    write(plan, "Ana's words.", seen)

    late = write(plan, "Ben's words.", seen)

    assert late.is_aside
    assert newest(plan).words == "Ana's words."
    assert [text.words for text in waiting(plan)] == ["Ben's words."]


def test_what_was_kept_aside_waits_until_it_is_taken_in(app):
    plan = make_plan()
    write(plan, "Ana's words.", 0)
    late = write(plan, "Ben's words.", 0)

    write(plan, "Ana's and Ben's words.", newest(plan).number, takes_in=late)

    assert newest(plan).words == "Ana's and Ben's words."
    assert waiting(plan) == []
    assert db.session.get(PlanText, late.id).words == "Ben's words."


def test_a_text_of_another_section_is_not_taken_in(app):
    plan, other = make_plan(), make_plan(make_neighborhood("Far", lat=34.2))
    write(other, "Theirs.", 0)
    late = write(other, "Theirs, late.", 0)

    assert write(plan, "Ours.", 0, takes_in=late).takes_in_id is None


def test_a_neighborhood_has_one_plan_for_its_years(app):
    area = make_neighborhood()
    make_plan(area)

    with pytest.raises(actions.AlreadyThere):
        make_plan(area)

    assert make_plan(area, from_year=2029, to_year=2031).id


def test_a_plan_goes_from_draft_to_comment_to_a_version(app):
    plan, _ = make_ready_plan()
    publish_until(plan, -1)

    version = actions.adopt(plan, actor=make_writer())

    assert [row.state for row in queries.list_states(plan)] == list(PlanState)
    assert (version.number, version.adopted_on, plan.adopted_on) == (1, plan.adopted_on, version.adopted_on)
    assert version.content["sections"] == {"summary": "People told us three things."}
    assert version.content["objectives"][0]["actions"][0]["owner"] == "Mediation East"


def test_nobody_adopts_while_people_may_comment(app):
    plan, _ = make_ready_plan()
    publish_until(plan, 0)

    with pytest.raises(rules.CommentStillOpen):
        actions.adopt(plan, actor=make_writer())

    assert db.session.scalars(select(PlanVersion)).all() == []


def test_a_draft_that_says_nothing_is_not_published(app):
    plan = make_plan()

    with pytest.raises(rules.NotFinished):
        publish_until(plan, 14)

    assert plan.state is PlanState.DRAFT


def test_an_adopted_plan_is_not_rewritten(app):
    plan, action = make_adopted_plan()
    objective = action.objective
    new = NewAction("Another", "Office", None)
    writer = make_writer()

    for attempt in (
        lambda: write(plan, "Rewritten.", 1),
        lambda: objective_actions.add_objective(plan, "More", actor=writer),
        lambda: objective_actions.change_objective(plan, objective, "Less", actor=writer),
        lambda: objective_actions.add_action(plan, objective, new, actor=writer),
        lambda: objective_actions.change_action(plan, action, new, actor=writer),
    ):
        with pytest.raises(rules.Adopted):
            attempt()


def test_the_next_version_leaves_the_first_as_it_was(app):
    plan, action = make_adopted_plan()
    actions.take_back(plan, actor=make_writer())
    changed = NewAction("Train 20 neighbors", "Mediation East", action.due_on)
    objective_actions.change_action(plan, action, changed, actor=make_writer())
    assert (
        queries.find_public_plan(plan.area_id).content.objectives[0].actions[0].words == "Train 12 neighbors"
    )
    publish_until(plan, -1)

    second = actions.adopt(plan, actor=make_writer())

    words = [v.content["objectives"][0]["actions"][0]["words"] for v in queries.list_versions(plan)]
    assert (second.number, words) == (2, ["Train 20 neighbors", "Train 12 neighbors"])


def test_each_step_of_an_action_is_a_dated_row(app):
    plan, action = make_adopted_plan()
    writer = make_writer("Ana Writer")
    objective_actions.move_action(plan, action, ActionState.STARTED, "rooms found", actor=writer)
    objective_actions.move_action(plan, action, ActionState.DONE, "14 trained", actor=writer)

    rows = queries.list_steps(action)

    assert [(row.state.value, row.note) for row in rows] == [
        ("done", "14 trained"),
        ("started", "rooms found"),
        ("planned", ""),
    ]
    assert rows[0].actor_label == "Ana Writer"


def test_everything_is_on_the_trail_without_a_word_of_it(app):
    plan, action = make_adopted_plan(summary="Nobody shall read this on the trail.")
    objective_actions.move_action(plan, action, ActionState.STARTED, "a secret note", actor=make_writer())

    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.subject_id == plan.id)).all()

    assert sorted(entry.what for entry in entries) == sorted(
        [
            *("plan.begun", "plan.text_written", "plan.objective_added", "plan.action_added"),
            *("plan.moved", "plan.moved", "plan.adopted", "plan.action_moved"),
        ]
    )
    assert "Nobody shall" not in str([entry.facts for entry in entries])
    assert "secret" not in str([entry.facts for entry in entries])
