"""What dispatch is told of a screening besides its codes, as JSON."""

from collections.abc import Iterable
from functools import cache

from flask_babel import force_locale

from app.foundation.i18n import DEFAULT
from app.triage.labels import QUESTION_LABELS
from app.triage.needs import Question


def told_needs(questions: Iterable[Question]) -> list[dict[str, str]]:
    """Each question by its code, and in English whatever language the request names: a machine asked."""
    return [dict(_told(question)) for question in questions]


@cache
def _told(question: Question) -> dict[str, str]:
    with force_locale(DEFAULT):
        return {"code": question.value, "question": str(QUESTION_LABELS[question])}
