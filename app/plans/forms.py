"""The forms of a plan: few fields, and each error says what to do."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField
from wtforms.validators import InputRequired, Regexp, ValidationError

from app.foundation.forms import Choice, Day, Form, Line, Pick, Whole, Words
from app.foundation.i18n import choices
from app.places.models import Area
from app.plans import labels, rules
from app.plans.objective_actions import NewAction
from app.plans.objective_models import ActionState

TITLE_MAX, LINE_MAX, OWNER_MAX, SHORT_MAX, SOURCE_MAX = 120, 200, 120, 60, 160
OBJECTIVE_MAX = 160
WORDS_MAX = 10_000
YEARS = (2000, 2100)


class Year(Whole):
    """A year between 2000 and 2100."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        words = _l("Write a year between 2000 and 2100.")
        super().__init__(label, *YEARS, words, validators=[InputRequired(words)], **kwargs)


class PlanForm(Form):
    """Begin a plan: whose, what it is called, for which years."""

    area = Pick(_l("Which neighborhood?"), missing=_l("Choose the neighborhood."))
    title = Line(_l("What is it called?"), TITLE_MAX, missing=_l("Write what the plan is called."))
    from_year = Year(_l("From which year?"))
    to_year = Year(_l("To which year?"))

    def offer(self, areas: Sequence[Area]) -> None:
        """Let a plan be for one of these neighborhoods."""
        self.area.choices = choices({"": _l("Choose"), **{area.id: area.name for area in areas}})

    def validate_to_year(self, field: Field) -> None:
        begins = self.from_year.data
        if begins and field.data and not begins <= field.data <= begins + rules.LONGEST_PLAN_YEARS:
            raise ValidationError(_l("Write the first year or a later one, at most ten years on."))


_LOAD_AGAIN = _l("Load the page again. Copy your words first.")


class TextForm(Form):
    """The words of a section, and on top of which text they were written."""

    words = Words(_l("The words"), WORDS_MAX, missing=_l("Write a sentence or two."))
    based_on = HiddenField(
        validators=[InputRequired(_LOAD_AGAIN), Regexp(r"^[0-9]{1,6}$", message=_LOAD_AGAIN)]
    )


class ObjectiveForm(Form):
    """What shall be different, in one line."""

    title = Line(
        _l("What shall be different?"), OBJECTIVE_MAX, missing=_l("Write the objective in one line.")
    )


class ActionForm(Form):
    """One thing, who does it, and by when."""

    words = Line(_l("What is done?"), LINE_MAX, missing=_l("Write what is done."))
    owner = Line(_l("Who owns it?"), OWNER_MAX, description=_l("An organization or an office."))
    due_on = Day(_l("By which day?"))

    def new_action(self) -> NewAction:
        return NewAction(self.words.data or "", self.owner.data or "", self.due_on.data)


class IndicatorForm(Form):
    """A number that tells whether the objective is reached."""

    name = Line(_l("What is counted?"), TITLE_MAX, missing=_l("Write what is counted."))
    baseline = Line(_l("Where does it stand at the start?"), SHORT_MAX, missing=_l("Write the first number."))
    target = Line(_l("Where shall it be?"), SHORT_MAX, missing=_l("Write the goal."))
    source = Line(_l("Where does the number come from?"), SOURCE_MAX, missing=_l("Write the source."))


class StepForm(Form):
    """How far an action is."""

    state = Choice(_l("How far is it?"), (), missing=_l("Choose how far it is."))
    note = Line(_l("In one line, for residents"), LINE_MAX)

    def offer(self, now: ActionState) -> None:
        """Let the action move to what may follow."""
        follows = rules.NEXT_ACTION_STATES[now]
        self.state.choices = choices({state: labels.ACTION_LABELS[state] for state in follows})


class PublishForm(Form):
    """Until when people may comment."""

    until = Day(_l("Until which day may people comment?"), missing=_l("Choose the last day to comment."))
