"""What invented residents told us, in three languages, and what they heard back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from app.audit.trail import RESIDENT, Actor
from app.demo.parts.input_words import TOLD, InputTold
from app.foundation import clock
from app.foundation.db import db
from app.inputs import actions
from app.inputs.models import AnswerKind, Input, InputKind
from app.inputs.payloads import NewInput, SpokenPlace
from app.inputs.receipts import form_fingerprint, receipts_for

OLDEST_DAYS = 70


@dataclass(frozen=True)
class Reader:
    """Who reads and answers, which areas there are (by name), and when all this is looked at."""

    actor: Actor
    areas: Mapping[str, str]
    dice: Random
    today: datetime


def load_inputs(reader: Reader, count: int) -> Iterator[None]:
    """So many inputs, some answered, some waiting; yields after each. What was sent stays."""
    names = sorted(reader.areas)
    for number in range(count):
        told = TOLD[number % len(TOLD)]
        name = told.area if number < len(TOLD) and told.area in names else reader.dice.choice(names)
        ago = reader.dice.uniform(1, OLDEST_DAYS) if told.decision else reader.dice.uniform(0.1, 8)
        _send(reader, told, reader.areas[name], form_id_of(number), reader.today - timedelta(days=ago))
        yield


def form_id_of(number: int) -> str:
    """The number of an invented form: the same at each load."""
    return f"demo-input-{number:06}"


def show_receipt() -> str:
    """The four words of the first input, whose answer anybody who tries the demo may read."""
    return " ".join(next(receipts_for(form_id_of(0), TOLD[0].language)))


def _send(reader: Reader, told: InputTold, area_id: str, form_id: str, at: datetime) -> None:
    known = select(Input.id).where(Input.form_fingerprint == form_fingerprint(form_id))
    if db.session.scalar(known):
        return
    new = NewInput(
        form_id=form_id,
        area_id=area_id,
        kind=InputKind(told.kind),
        words=told.words,
        place=SpokenPlace(told.place) if told.place else None,
        may_publish=told.decision != "private",
        language=told.language,
    )
    with clock.as_of(at):
        actions.send_input(new, is_flood=False, actor=RESIDENT)
    sent = db.session.scalars(select(Input).where(Input.form_fingerprint == form_fingerprint(form_id))).one()
    _decide(reader, told, sent, at)


def _decide(reader: Reader, told: InputTold, sent: Input, at: datetime) -> None:
    """Somebody reads it the next day; the answer comes within the weeks that were promised."""
    read_at = at + timedelta(hours=reader.dice.uniform(5, 30))
    if not told.decision or read_at > reader.today:
        return
    with clock.as_of(read_at):
        actions.begin_reading(sent, actor=reader.actor)
        if told.decision == "publish":
            actions.publish(sent, told.published or told.words, seen=1, actor=reader.actor)
        elif told.decision == "private":
            actions.keep_private(sent, seen=1, actor=reader.actor)
        elif told.decision == "aside":
            actions.set_aside(sent, "This is an advertisement.", seen=1, actor=reader.actor)
    answered_at = read_at + timedelta(days=reader.dice.uniform(2, 16))
    if told.answer and answered_at < reader.today:
        with clock.as_of(answered_at):
            actions.answer(sent, AnswerKind(told.answer[0]), told.answer[1], actor=reader.actor)
