"""Taking an input in, reading it, publishing it, answering it, and letting its author take it back."""

from sqlalchemy.exc import IntegrityError

from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id
from app.inputs import rules
from app.inputs.models import Answer, AnswerKind, Input, InputState, InputStateRow, PublishedText
from app.inputs.payloads import NewInput
from app.inputs.receipts import receipt_fingerprint, receipt_for
from app.vault import sealing

TABLE = Input.__tablename__


def send_input(new: NewInput, *, is_flood: bool, actor: Actor) -> tuple[str, ...]:
    """Keep what a resident sent and give them their receipt. The same form twice is one input."""
    words = receipt_for(new.form_id, new.language)
    input_id, key_id, now = new_id(), sealing.new_key("input"), clock.now()
    place = new.place.to_json() if new.place else None
    sent = Input(
        id=input_id,
        area_id=new.area_id,
        kind=new.kind,
        language=new.language,
        may_publish=new.may_publish,
        state=InputState.OVERFLOW if is_flood else InputState.RECEIVED,
        sent_at=now,
        answer_due_on=rules.answer_due_on(now),
        receipt_fingerprint=receipt_fingerprint(" ".join(words)),
        key_id=key_id,
        words_sealed=sealing.seal(key_id, TABLE, "words_sealed", input_id, new.words),
        place_sealed=sealing.seal(key_id, TABLE, "place_sealed", input_id, place) if place else None,
    )
    try:
        with db.session.begin_nested():
            db.session.add(sent)
            db.session.flush()
    except IntegrityError:
        return words  # this form was sent before; its receipt is the same
    _note_state(sent, actor)
    record(What.INPUT_SENT, actor=actor, subject_type="input", subject_id=input_id)
    return words


def publish(sent: Input, words: str, *, actor: Actor) -> None:
    """Publish a moderator's version of the words; the author's own stay sealed."""
    _move(sent, InputState.PUBLISHED, actor)
    db.session.add(PublishedText(input_id=sent.id, words=words, at=clock.now(), by_id=actor.id))


def keep_private(sent: Input, *, actor: Actor) -> None:
    """Read by the plan team, and by nobody else."""
    _move(sent, InputState.KEPT_PRIVATE, actor)


def set_aside(sent: Input, *, actor: Actor) -> None:
    """Not an input: an advertisement, an insult, a mistake. It is still answered if it is answered."""
    _move(sent, InputState.SET_ASIDE, actor)


def answer(sent: Input, kind: AnswerKind, words: str, *, actor: Actor) -> Answer:
    """Tell the resident what we did with it."""
    if sent.state in (*rules.WAITING, InputState.WITHDRAWN):
        raise rules.CannotMove
    told = Answer(id=new_id(), input_id=sent.id, kind=kind, words=words, at=clock.now(), by_id=actor.id)
    db.session.add(told)
    db.session.flush()
    record(What.INPUT_ANSWERED, actor=actor, subject_type="input", subject_id=sent.id, kind=kind.value)
    return told


def read_words(sent: Input, *, actor: Actor) -> str:
    """Open what a resident wrote. The look is on the trail."""
    record(What.INPUT_READ, actor=actor, subject_type="input", subject_id=sent.id)
    return sealing.unseal(sent.key_id, TABLE, "words_sealed", sent.id, sent.words_sealed)


def correct(sent: Input, words: str, *, actor: Actor) -> None:
    """The author writes it anew, while nobody has dealt with it."""
    if sent.state not in rules.WAITING:
        raise rules.CannotMove
    sent.words_sealed = sealing.seal(sent.key_id, TABLE, "words_sealed", sent.id, words)
    record(What.INPUT_CORRECTED, actor=actor, subject_type="input", subject_id=sent.id)


def withdraw(sent: Input, *, actor: Actor) -> None:
    """The author deletes it: the key is destroyed, and what was published is no longer shown."""
    _move(sent, InputState.WITHDRAWN, actor)
    for text in list(sent.published):
        db.session.delete(text)
    sealing.destroy_key(sent.key_id, "withdrawn by its author")


def _move(sent: Input, to: InputState, actor: Actor) -> None:
    db.session.refresh(sent, with_for_update=True)
    rules.require_move(sent.state, to, may_publish=sent.may_publish)
    sent.state = to
    _note_state(sent, actor)
    record(What.INPUT_MOVED, actor=actor, subject_type="input", subject_id=sent.id, to=to.value)


def _note_state(sent: Input, actor: Actor) -> None:
    db.session.add(InputStateRow(input_id=sent.id, state=sent.state, at=clock.now(), by_id=actor.id))
