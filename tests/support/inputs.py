"""Inputs for tests: what a resident's form holds, and an input that was sent with it."""

import re
from typing import Any

from sqlalchemy import func, select

from app.audit.trail import RESIDENT
from app.foundation.db import db
from app.inputs import actions, queries
from app.inputs.models import Input, InputKind
from app.inputs.payloads import NewInput
from app.inputs.receipts import new_form_id, words_of
from app.places.models import Area

NOBODYS = " ".join(words_of("en")[:4])
"""Four words that stand on nobody's receipt."""
WORDS = "The light at the corner is out and people shout at night"


def filled(**changes: Any) -> dict[str, Any]:
    """A resident's form, filled in; `changes` are its fields, None leaves one out."""
    form = {
        "form_id": new_form_id(),
        "kind": "worry",
        "words": WORDS,
        "place": "4th and Soto",
        "may_publish": "yes",
    }
    return {name: value for name, value in (form | changes).items() if value is not None}


def new_input(area: Area, **changes: Any) -> NewInput:
    """What a resident says about an area; `changes` are members."""
    values = {
        "form_id": new_form_id(),
        "area_id": area.id,
        "kind": InputKind.WORRY,
        "words": WORDS,
        "place": None,
        "may_publish": True,
        "language": "en",
    }
    return NewInput(**(values | changes))


def make_input(area: Area, **changes: Any) -> Input:
    """An input that a resident has sent."""
    receipt = actions.send_input(new_input(area, **changes), is_flood=False, actor=RESIDENT)
    sent = queries.find_by_receipt(" ".join(receipt))
    assert sent is not None
    return sent


def count(model: type) -> int:
    """How many rows of a table there are."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def only_input() -> Input:
    """The one input there is."""
    return db.session.scalars(select(Input)).one()


def receipt_on(page: str) -> str:
    """The four words that a page shows."""
    return " ".join(re.findall(r"<li>(.+?)</li>", page[page.index("receipt__words") :])[:4])
