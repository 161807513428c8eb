"""Taking an input in, reading it, publishing it, answering it, and letting its author take it back."""

from sqlalchemy.exc import IntegrityError

from app.accounts.permissions import Permission
from app.accounts.readers import author_of
from app.audit.catalogue import What
from app.audit.trail import Actor, Grounds, look, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id
from app.foundation.reader import as_reader
from app.inputs import queries, rules
from app.inputs.models import Answer, AnswerKind, Input, InputState, InputStateRow, PublishedText
from app.inputs.payloads import NewInput
from app.inputs.receipts import form_fingerprint, receipt_fingerprint, receipts_for
from app.vault import erasures, sealing
from app.vault.access import Use
from app.vault.columns import Ciphertext
from app.vault.models import KeyPurpose

TABLE = Input.__tablename__


def send_input(new: NewInput, *, is_flood: bool, actor: Actor) -> tuple[str, ...]:
    """Keep what a resident sent and give them their receipt. The same form twice is one input."""
    before = queries.find_by_form(new.form_id)
    if before is None:
        try:
            with db.session.begin_nested():
                return _keep(new, is_flood=is_flood, actor=actor)
        except IntegrityError:  # the same form came twice at once, and the other one was faster
            before = queries.find_by_form(new.form_id)
            if before is None:
                raise
    with as_reader(author_of(before.receipt_fingerprint)):  # whoever has the form has its receipt
        words = _keep_again(before, new, actor=actor)
        db.session.flush()  # while they are its author
    return words


def _keep(new: NewInput, *, is_flood: bool, actor: Actor) -> tuple[str, ...]:
    offered = receipts_for(new.form_id, new.language)
    words = next(words for words in offered if not queries.is_receipt_taken(" ".join(words)))
    input_id, key_id, now = new_id(), sealing.new_key(KeyPurpose.INPUT), clock.now()
    sent = Input(
        id=input_id,
        area_id=new.area_id,
        language=new.language,
        state=InputState.OVERFLOW if is_flood else InputState.RECEIVED,
        sent_at=now,
        answer_due_on=rules.answer_due_on(now),
        form_fingerprint=form_fingerprint(new.form_id),
        receipt_fingerprint=receipt_fingerprint(" ".join(words)),
        revision=1,
        key_id=key_id,
    )
    _fill(sent, new)
    with as_reader(author_of(sent.receipt_fingerprint)):
        db.session.add(sent)
        db.session.flush()
        _note_state(sent, actor)
    record(What.INPUT_SENT, actor=actor, subject_type="input", subject_id=input_id)
    return words


def _keep_again(before: Input, new: NewInput, *, actor: Actor) -> tuple[str, ...]:
    """The receipt of a form that was sent before. What was changed on it since is a correction."""
    _lock(before)
    is_gone = before.state is InputState.WITHDRAWN
    if is_gone or queries.open_words(before, Use.COMPARING) != new.words:
        if before.state not in rules.WAITING:
            raise rules.SentBefore
        _fill(before, new)
        _note_correction(before, actor)
    offered = receipts_for(new.form_id, before.language)
    return next(
        words for words in offered if receipt_fingerprint(" ".join(words)) == before.receipt_fingerprint
    )


def _fill(sent: Input, new: NewInput) -> None:
    place = new.place.to_json() if new.place else None
    sent.kind, sent.may_publish = new.kind, new.may_publish
    sent.words_sealed = _seal(sent, "words_sealed", new.words)
    sent.place_sealed = _seal(sent, "place_sealed", place) if place else None


def _seal(sent: Input, column: str, text: str) -> Ciphertext:
    return sealing.seal(sent.key_id, TABLE, column, sent.id, text)


def begin_reading(sent: Input, *, actor: Actor) -> None:
    """A person opens it; its author sees that somebody reads it now."""
    if sent.state in (InputState.RECEIVED, InputState.OVERFLOW):
        _move(sent, InputState.READING, actor)


def publish(sent: Input, words: str, *, seen: int, actor: Actor) -> None:
    """Publish a moderator's version of the words; the author's own stay sealed.

    `seen` is the revision that the moderator has read.
    """
    _move(sent, InputState.PUBLISHED, actor, seen=seen)
    db.session.add(PublishedText(input_id=sent.id, words=words, at=clock.now(), by_id=actor.id))


def keep_private(sent: Input, *, seen: int, actor: Actor) -> None:
    """Read by the plan team, and by nobody else."""
    _move(sent, InputState.KEPT_PRIVATE, actor, seen=seen)


def set_aside(sent: Input, reason: str, *, seen: int, actor: Actor) -> None:
    """Not an input: an advertisement, an insult, a mistake. Its author reads the reason."""
    _move(sent, InputState.SET_ASIDE, actor, seen=seen, reason=reason)


def answer(sent: Input, kind: AnswerKind, words: str, *, actor: Actor) -> Answer:
    """Tell the resident what we did with it."""
    if sent.state in (*rules.WAITING, InputState.WITHDRAWN):
        raise rules.CannotMove
    told = Answer(id=new_id(), input_id=sent.id, kind=kind, words=words, at=clock.now(), by_id=actor.id)
    db.session.add(told)
    db.session.flush()
    record(What.INPUT_ANSWERED, actor=actor, subject_type="input", subject_id=sent.id, kind=kind.value)
    return told


def look_at(sent: Input, permission: Permission, *, actor: Actor) -> Grounds:
    """Somebody reads what a resident wrote: who moderates, or its author."""
    return look(What.INPUT_READ, actor=actor, permission=permission, subject_type="input", subject_id=sent.id)


def correct(sent: Input, words: str, *, actor: Actor) -> None:
    """The author writes it anew, while nobody has decided on it. Whoever was reading begins again."""
    _lock(sent)
    if sent.state not in rules.WAITING:
        raise rules.CannotMove
    sent.words_sealed = _seal(sent, "words_sealed", words)
    _note_correction(sent, actor)


def _note_correction(sent: Input, actor: Actor) -> None:
    sent.revision += 1
    record(What.INPUT_CORRECTED, actor=actor, subject_type="input", subject_id=sent.id)
    if sent.state is InputState.READING:
        _move(sent, InputState.RECEIVED, actor)


def withdraw(sent: Input, *, actor: Actor) -> None:
    """The author deletes it: the key is destroyed, and what was published is no longer shown."""
    _move(sent, InputState.WITHDRAWN, actor)
    for text in list(sent.published):
        db.session.delete(text)
    erasures.destroy([sent.key_id], "withdrawn by its author")


def _move(
    sent: Input, to: InputState, actor: Actor, *, seen: int | None = None, reason: str | None = None
) -> None:
    _lock(sent)
    rules.require_move(sent.state, to, may_publish=sent.may_publish)
    if seen is not None:
        rules.require_seen(sent.revision, seen)
    sent.state = to
    _note_state(sent, actor, reason)
    record(What.INPUT_MOVED, actor=actor, subject_type="input", subject_id=sent.id, to=to.value)


def _lock(sent: Input) -> None:
    """Wait for whoever decides on it at this moment, and see what they decided."""
    db.session.flush()
    columns = ("state", "revision", "may_publish", "words_sealed")
    db.session.refresh(sent, attribute_names=columns, with_for_update=True)


def _note_state(sent: Input, actor: Actor, reason: str | None = None) -> None:
    sent.states.append(InputStateRow(state=sent.state, at=clock.now(), reason=reason, by_id=actor.id))
    db.session.flush()
