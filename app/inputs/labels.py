"""Words on the screen for kinds, states and answers."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.accounts.permissions import Role
from app.inputs.models import AnswerKind, InputKind, InputState

KIND_LABELS: dict[InputKind, LazyString] = {
    InputKind.WORRY: _l("Something worries me"),
    InputKind.IDEA: _l("I have an idea"),
    InputKind.WORKS: _l("Something works well"),
    InputKind.ABOUT_PLAN: _l("About a part of the plan"),
}
KIND_HINTS: dict[InputKind, LazyString] = {
    InputKind.WORRY: _l("a place, a problem that comes back"),
    InputKind.IDEA: _l("something that could be done"),
    InputKind.WORKS: _l("so that it is not lost"),
    InputKind.ABOUT_PLAN: _l("a change, a correction"),
}
STATE_LABELS: dict[InputState, LazyString] = {
    InputState.RECEIVED: _l("Here, waiting for a person to read it"),
    InputState.READING: _l("A person is reading it"),
    InputState.OVERFLOW: _l("Here, waiting for a person to read it"),
    InputState.PUBLISHED: _l("Read, and published without your name"),
    InputState.KEPT_PRIVATE: _l("Read by the plan team, and not published"),
    InputState.SET_ASIDE: _l("Read, and set aside"),
    InputState.WITHDRAWN: _l("Deleted by you"),
}
ANSWER_LABELS: dict[AnswerKind, LazyString] = {
    AnswerKind.DONE: _l("Done"),
    AnswerKind.IN_THE_PLAN: _l("In the plan"),
    AnswerKind.ANOTHER_OFFICE: _l("Another office's work"),
    AnswerKind.NOT_POSSIBLE: _l("Not possible, and why"),
}

# What a resident reads of who opened their words: the kind of work, in plain words.
READER_LABELS: dict[str, LazyString] = {Role.OFFICE_STAFF: _l("Staff of the office")}
OTHER_READER = _l("Somebody else who works here")
