"""Words on the screen for what a plan and its actions can be."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.plans.models import PlanState, SectionKind
from app.plans.objective_models import ActionState
from app.plans.rules import Missing, Standing

WRITTEN_IN = "en"
"""The language that plans are written in; a resident may read the page around them in another."""

STATE_LABELS: dict[PlanState, LazyString] = {
    PlanState.DRAFT: _l("Being written"),
    PlanState.PUBLIC_COMMENT: _l("Open for comments"),
    PlanState.ADOPTED: _l("Adopted"),
}

SECTION_LABELS: dict[SectionKind, LazyString] = {
    SectionKind.SUMMARY: _l("In one minute"),
    SectionKind.PROBLEMS: _l("What is wrong now"),
    SectionKind.STRENGTHS: _l("What is strong here"),
}

ACTION_LABELS: dict[ActionState, LazyString] = {
    ActionState.PLANNED: _l("Planned"),
    ActionState.STARTED: _l("Under way"),
    ActionState.DONE: _l("Done"),
    ActionState.STOPPED: _l("Dropped"),
}

STANDING_LABELS: dict[Standing, LazyString] = {
    Standing.NOT_BEGUN: _l("Not begun"),
    Standing.UNDER_WAY: _l("Under way"),
    Standing.LATE: _l("Late"),
    Standing.DONE: _l("Done"),
    Standing.DROPPED: _l("Dropped"),
}

MISSING_LABELS: dict[Missing, LazyString] = {
    Missing.SUMMARY: _l("Write the summary."),
    Missing.OBJECTIVE: _l("Add one objective with an action that has an owner and a day."),
}

PLAN_STEPS = (_l("Listen"), _l("Understand"), _l("Choose"), _l("Adopt"), _l("Carry out"), _l("Measure"))
