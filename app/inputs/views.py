"""Door: residents tell us something and read our answer; staff read, publish and answer."""

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.access import current_actor, public, requires
from app.accounts.attempts import note_failure, require_few_failures
from app.accounts.floods import is_flood
from app.accounts.permissions import Permission
from app.accounts.readers import read_by_receipt
from app.audit.trail import RESIDENT
from app.foundation import clock
from app.foundation.db import transactional
from app.foundation.i18n import OWN_NAMES, current_language
from app.foundation.origins import origin_of
from app.inputs import actions, queries, rules
from app.inputs.forms import (
    AnswerForm,
    CorrectForm,
    DecideForm,
    DeleteForm,
    PublishForm,
    ReceiptForm,
    SetAsideForm,
    TellForm,
)
from app.inputs.labels import (
    ANSWER_LABELS,
    KIND_HINTS,
    KIND_LABELS,
    OTHER_READER,
    READER_LABELS,
    STATE_LABELS,
)
from app.inputs.models import AnswerKind, Input, InputKind, InputState
from app.inputs.payloads import NewInput, SpokenPlace
from app.inputs.receipts import WORD_COUNT, is_guess, is_receipt, new_form_id, receipt_fingerprint, words_of
from app.maps.outline import BLOCK_SIZE, block_map, fit
from app.places.models import Area
from app.places.queries import NEIGHBORHOOD, get_area_by_slug

bp = Blueprint("inputs", __name__)


@bp.route("/neighborhoods/<slug>/tell-us", methods=["GET", "POST"])
@public
@transactional
def tell(slug: str) -> ResponseReturnValue:
    """A resident tells us something and gets four words to follow it by."""
    area, form = get_area_by_slug(NEIGHBORHOOD, slug), TellForm()
    form.area_id = area.id
    if form.validate_on_submit():
        address = origin_of(request.remote_addr)
        flood = is_flood("input_address", address, rules.FLOOD_LIMIT, clock.now())
        try:
            receipt = actions.send_input(_new_input(form, area), is_flood=flood, actor=RESIDENT)
        except rules.SentBefore as refusal:
            form.words.errors = [str(refusal)]
            form.form_id.data = new_form_id()
        else:
            return _show_receipt(area, receipt)
    form.form_id.data = form.form_id.data or new_form_id()
    return _show_form(area, form)


def _show_receipt(area: Area, receipt: tuple[str, ...]) -> ResponseReturnValue:
    due_on = rules.answer_due_on(clock.now())
    return render_template("inputs/receipt.html", area=area, receipt=receipt, due_on=due_on)


def _show_form(area: Area, form: TellForm) -> ResponseReturnValue:
    page = render_template(
        "inputs/tell.html",
        form=form,
        area=area,
        kind_hints=KIND_HINTS,
        map=block_map((), area, None),
        fit=fit([area], *BLOCK_SIZE, margin=40),
        due_on=rules.answer_due_on(clock.now()),
        example=_example(),
    )
    return page, 422 if form.errors else 200


def _example() -> tuple[str, ...]:
    words = words_of(current_language())
    return words[len(words) // 8 :: len(words) // 4][:WORD_COUNT]


def _new_input(form: TellForm, area: Area) -> NewInput:
    has_place = not form.no_place.data
    place = SpokenPlace(form.place.data or "", form.lat.data, form.lon.data) if has_place else None
    return NewInput(
        form_id=str(form.form_id.data),
        area_id=area.id,
        kind=InputKind(form.kind.data),
        words=form.words.data or "",
        place=place,
        may_publish=form.may_publish.data == "yes",
        language=current_language(),
    )


@bp.route("/receipt", methods=["GET", "POST"])
@public
@transactional
def receipt() -> ResponseReturnValue:
    """The answer, for whoever has the four words. They travel in the form, never in an address."""
    form = ReceiptForm()
    if form.validate_on_submit():
        if sent := _find(form.words.data or ""):
            return _show_own(sent, form.words.data or "")
        form.words.errors = [_("We do not know these four words. Check each one.")]
    return render_template("inputs/find.html", form=form), 422 if form.errors else 200


@bp.post("/receipt/correct")
@public
@transactional
def correct() -> ResponseReturnValue:
    """The author writes it anew."""
    form = CorrectForm()
    sent = _find(form.receipt.data or "")
    if sent is None:
        return redirect(url_for("inputs.receipt"))
    if form.validate_on_submit():
        actions.correct(sent, form.words.data or "", actor=RESIDENT)
        flash(_("Kept. We read the new words."), "good")
    return _show_own(sent, form.receipt.data or "", form)


@bp.post("/receipt/delete")
@public
@transactional
def withdraw() -> ResponseReturnValue:
    """The author deletes what they sent."""
    form = DeleteForm()
    sent = _find(form.receipt.data or "")
    if sent is None:
        return redirect(url_for("inputs.receipt"))
    if not form.validate_on_submit():
        return _show_own(sent, form.receipt.data or "", delete_form=form)
    actions.withdraw(sent, actor=RESIDENT)
    flash(_("Deleted. Nobody can read it any more."), "good")
    return redirect(url_for("inputs.receipt"))


def _find(words: str) -> Input | None:
    """The input of a receipt. Wrong words count as a failed try of this address.

    Words that stand on no receipt are a slip of the pen and no guess: a whole shelter makes many.
    """
    now, address = clock.now(), origin_of(request.remote_addr)
    require_few_failures(now, receipt_address=(address, rules.RECEIPT_TRIES))
    found = None
    if is_receipt(words):
        read_by_receipt(receipt_fingerprint(words))
        found = queries.find_by_receipt(words)
    if found is None and is_guess(words):
        note_failure(now, receipt_address=address)
    return found


def _show_own(
    sent: Input, words: str, form: CorrectForm | None = None, delete_form: DeleteForm | None = None
) -> ResponseReturnValue:
    is_open = sent.state in rules.WAITING
    form = form or CorrectForm(formdata=None)
    delete_form = delete_form or DeleteForm(formdata=None)
    form.receipt.data = delete_form.receipt.data = words
    if is_open and not form.errors:
        author = replace(RESIDENT, receipt=receipt_fingerprint(words))
        look = actions.look_at(sent, Permission.INPUT_OWN, actor=author)
        form.words.data = queries.open_words(sent, look)
    page = render_template(
        "inputs/own.html",
        sent=sent,
        form=form if is_open else None,
        delete_form=delete_form,
        state_labels=STATE_LABELS,
        answer_labels=ANSWER_LABELS,
        kind_labels=KIND_LABELS,
        is_withdrawn=sent.state is InputState.WITHDRAWN,
        looks=queries.count_looks(sent),
        reader_words=READER_LABELS,
        other_reader=OTHER_READER,
    )
    return page, 422 if form.errors or delete_form.errors else 200


@bp.get("/inputs/")
@requires(Permission.INPUT_MODERATE)
def queue() -> ResponseReturnValue:
    """What residents sent and what waits for an answer, oldest first."""
    tab = request.args.get("tab", "new")
    is_answered = False if tab == "answer" else None
    number = request.args.get("page", 1, type=int)
    return render_template(
        "inputs/queue.html",
        page=queries.list_queue(current_actor(), number, is_answered=is_answered),
        counts=queries.count_queue(current_actor()),
        tab=tab,
        kind_labels=KIND_LABELS,
        own_names=OWN_NAMES,
        today=clock.now().date(),
    )


@bp.get("/inputs/<input_id>")
@requires(Permission.INPUT_MODERATE)
@transactional
def read(input_id: str) -> ResponseReturnValue:
    """One input, opened; the look is on the trail, and its author sees that somebody reads it."""
    sent = queries.get_input(input_id, current_actor())
    actions.begin_reading(sent, actor=current_actor())
    return _show_to_staff(sent)


@bp.post("/inputs/<input_id>/publish")
@requires(Permission.INPUT_MODERATE)
@transactional
def publish(input_id: str) -> ResponseReturnValue:
    sent, form = queries.get_input(input_id, current_actor()), PublishForm()
    if not form.validate_on_submit():
        return _show_to_staff(sent, publish_form=form)
    words, seen = form.published.data or "", form.seen.data or 0
    actions.publish(sent, words, seen=seen, actor=current_actor())
    flash(_("Published. The resident now waits for our answer."), "good")
    return redirect(url_for("inputs.read", input_id=sent.id))


@bp.post("/inputs/<input_id>/keep-private")
@requires(Permission.INPUT_MODERATE)
@transactional
def keep_private(input_id: str) -> ResponseReturnValue:
    sent, form = queries.get_input(input_id, current_actor()), DecideForm()
    if not form.validate_on_submit():
        return _show_to_staff(sent)
    actions.keep_private(sent, seen=form.seen.data or 0, actor=current_actor())
    flash(_("Kept for the plan team. The resident now waits for our answer."), "good")
    return redirect(url_for("inputs.read", input_id=input_id))


@bp.post("/inputs/<input_id>/set-aside")
@requires(Permission.INPUT_MODERATE)
@transactional
def set_aside(input_id: str) -> ResponseReturnValue:
    sent, form = queries.get_input(input_id, current_actor()), SetAsideForm()
    if not form.validate_on_submit():
        return _show_to_staff(sent, aside_form=form)
    reason, seen = form.reason.data or "", form.seen.data or 0
    actions.set_aside(sent, reason, seen=seen, actor=current_actor())
    flash(_("Set aside. The resident reads your reason."), "good")
    return redirect(url_for("inputs.queue"))


@bp.post("/inputs/<input_id>/answer")
@requires(Permission.INPUT_ANSWER)
@transactional
def answer(input_id: str) -> ResponseReturnValue:
    sent, form = queries.get_input(input_id, current_actor()), AnswerForm()
    if not form.validate_on_submit():
        return _show_to_staff(sent, answer_form=form)
    actions.answer(
        sent, AnswerKind(form.answer_kind.data), form.answer_words.data or "", actor=current_actor()
    )
    flash(_("Answered. The resident sees it with the receipt."), "good")
    return redirect(url_for("inputs.queue", tab="answer"))


def _show_to_staff(
    sent: Input,
    publish_form: PublishForm | None = None,
    aside_form: SetAsideForm | None = None,
    answer_form: AnswerForm | None = None,
) -> ResponseReturnValue:
    look = actions.look_at(sent, Permission.INPUT_MODERATE, actor=current_actor())
    words = queries.open_words(sent, look)
    publish_form = publish_form or PublishForm(formdata=None, published=words, seen=sent.revision)
    aside_form = aside_form or SetAsideForm(formdata=None, seen=sent.revision)
    answer_form = answer_form or AnswerForm(formdata=None)
    forms = (publish_form, aside_form, answer_form)
    page = render_template(
        "inputs/read.html",
        sent=sent,
        words=words,
        place=queries.open_place(sent, look),
        is_waiting=sent.state in rules.WAITING,
        publish_form=publish_form,
        aside_form=aside_form,
        answer_form=answer_form,
        kind_labels=KIND_LABELS,
        state_labels=STATE_LABELS,
        answer_labels=ANSWER_LABELS,
    )
    return page, 422 if any(form.errors for form in forms) else 200
