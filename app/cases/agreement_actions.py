"""Writing down what parties promise each other, and what each side says came of it."""

from datetime import date

from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.cases import actions, rules
from app.cases.agreement_models import Agreement, AgreementItem, ItemSaying, Said
from app.cases.contact_actions import add_follow_up
from app.cases.models import ConflictCase, Party
from app.cases.payloads import Promise
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.ids import new_id
from app.vault import sealing


def reach_agreement(case: ConflictCase, reached_on: date, first: Promise, *, actor: Actor) -> Agreement:
    """Parties agreed. It begins with one promise; we look again after 3, 7, 30 and 90 days."""
    actions.lock(case)
    rules.require_open(case.state)
    now = clock.now()
    if reached_on > rules.day_of(now):
        raise rules.NotYet
    agreement = Agreement(id=new_id(), case_id=case.id, reached_on=reached_on, noted_at=now, by_id=actor.id)
    db.session.add(agreement)
    db.session.flush()
    _add_item(case, agreement, first, actor)
    for kind, due_on in rules.follow_ups_after(reached_on):
        if due_on >= rules.day_of(now):
            add_follow_up(case, kind, due_on, actor)
    actions.begin_to_watch(case, actor=actor)
    record(
        What.CASE_AGREEMENT_REACHED,
        actor=actor,
        subject_type="case",
        subject_id=case.id,
        agreement_id=agreement.id,
    )
    return agreement


def add_item(case: ConflictCase, agreement: Agreement, promise: Promise, *, actor: Actor) -> AgreementItem:
    """Add one promise to an agreement."""
    rules.require_open(case.state)
    item = _add_item(case, agreement, promise, actor)
    record(What.CASE_PROMISE_ADDED, actor=actor, subject_type="case", subject_id=case.id, item_id=item.id)
    return item


def say_item(
    case: ConflictCase, item: AgreementItem, party: Party, said: Said, *, actor: Actor
) -> ItemSaying:
    """Keep what one side says of a promise today. What they said before stays."""
    rules.require_open(case.state)
    saying = ItemSaying(
        id=new_id(), item_id=item.id, party_id=party.id, said=said, at=clock.now(), by_id=actor.id
    )
    db.session.add(saying)
    db.session.flush()
    record(
        What.CASE_PROMISE_SAID,
        actor=actor,
        subject_type="case",
        subject_id=case.id,
        item_id=item.id,
        said=said,
    )
    return saying


def _add_item(case: ConflictCase, agreement: Agreement, promise: Promise, actor: Actor) -> AgreementItem:
    item_id = new_id()
    item = AgreementItem(
        id=item_id,
        agreement_id=agreement.id,
        key_id=case.key_id,
        text_sealed=sealing.seal(
            case.key_id, AgreementItem.__tablename__, "text_sealed", item_id, promise.text
        ),
        by_party_id=_of_case(case, promise.by_party_id),
        to_party_id=_of_case(case, promise.to_party_id),
        until_on=promise.until_on,
        added_at=clock.now(),
        added_by_id=actor.id,
    )
    db.session.add(item)
    db.session.flush()
    return item


def _of_case(case: ConflictCase, party_id: str | None) -> str | None:
    """A party of this case; another case's party is refused."""
    if party_id is None:
        return None
    party = db.session.get(Party, party_id)
    if party is None or party.case_id != case.id:
        raise NotFound
    return party_id
