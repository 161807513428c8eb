"""Opening, judging and closing a case, and opening what is sealed in it."""

import secrets

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.permissions import Permission
from app.assignments.queries import assignment_id_in
from app.audit.catalogue import What
from app.audit.trail import Actor, Grounds, look, record
from app.cases import consent_clocks, queries, rules
from app.cases.models import (
    CaseState,
    CaseStateRow,
    Chance,
    ConflictCase,
    FourSigns,
    Outcome,
    Payback,
    WeaponAsked,
)
from app.cases.payloads import ExactPlace, Identity
from app.cases.pseudonyms import TREES
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id
from app.foundation.reader import as_machine
from app.places.precision import block_of
from app.roster.lanes import Lane
from app.vault import sealing
from app.vault.columns import Ciphertext
from app.vault.models import KeyPurpose

TABLE = ConflictCase.__tablename__
FIRST_NUMBERS = 99
MORE_NUMBERS = 9999


def open_case(
    *,
    referral_id: str | None,
    lane: Lane,
    area_id: str | None,
    organization_id: str | None,
    place: ExactPlace,
    actor: Actor,
) -> ConflictCase:
    """Open our work in a conflict. A referral has one case: asked again, it is the same one."""
    known = queries.find_of_referral(referral_id) if referral_id else None
    if known:
        return known
    case_id, key_id = new_id(), sealing.new_key(KeyPurpose.CASE)
    block_key_id = sealing.new_key(KeyPurpose.BLOCK)
    case = _with_title(
        id=case_id,
        referral_id=referral_id,
        lane=lane,
        area_id=area_id,
        organization_id=organization_id,
        key_id=key_id,
        state=CaseState.OPEN,
        opened_at=clock.now(),
        place_sealed=sealing.seal(key_id, TABLE, "place_sealed", case_id, place.to_json()),
        block_sealed=_seal_block(block_key_id, case_id, place),
        block_key_id=block_key_id,
    )
    _note_state(case, CaseState.OPEN, None, actor)
    record(What.CASE_OPENED, actor=actor, subject_type="case", subject_id=case.id, referral_id=referral_id)
    return case


def close_case(case: ConflictCase, outcome: Outcome, *, actor: Actor) -> None:
    """Close a case for good, with how it ended."""
    lock(case)
    rules.require_closable(case.state, outcome, item_count=queries.count_items(case))
    _note_state(case, CaseState.CLOSED, outcome, actor)  # while it is still theirs to close
    case.state, case.closed_at, case.outcome = CaseState.CLOSED, clock.now(), outcome
    record(What.CASE_CLOSED, actor=actor, subject_type="case", subject_id=case.id, outcome=outcome)
    db.session.flush()
    consent_clocks.start(case)


def move_place(case: ConflictCase, place: ExactPlace) -> None:
    """Dispatch knows better by now where it is: whoever is on the way must go there."""
    case.place_sealed = sealing.seal(case.key_id, TABLE, "place_sealed", case.id, place.to_json())
    case.block_key_id = case.block_key_id or sealing.new_key(KeyPurpose.BLOCK)
    case.block_sealed = _seal_block(case.block_key_id, case.id, place)


def begin_to_watch(case: ConflictCase, *, actor: Actor) -> None:
    """Parties have agreed: from now on we watch whether it holds."""
    if case.state is CaseState.OPEN:
        case.state = CaseState.AGREED
        _note_state(case, CaseState.AGREED, None, actor)


def note_signs(
    case: ConflictCase, *, harm: Chance, payback: Payback, people_now: int, weapon: WeaponAsked, actor: Actor
) -> FourSigns:
    """Keep how dangerous it looks today, as four facts side by side."""
    rules.require_open(case.state)
    signs = FourSigns(
        id=new_id(),
        case_id=case.id,
        harm=harm,
        payback=payback,
        people_now=people_now,
        weapon=weapon,
        at=clock.now(),
        by_id=actor.id,
    )
    db.session.add(signs)
    db.session.flush()
    record(What.CASE_SIGNS_NOTED, actor=actor, subject_type="case", subject_id=case.id, signs_id=signs.id)
    return signs


def look_at(case: ConflictCase, *, part: str, actor: Actor) -> Grounds:
    """Put on the trail that somebody read a part of a case: those assigned can see it."""
    return _look(What.CASE_LOOKED_AT, case, Permission.CASE_READ, actor, part=part)


def show_names(case: ConflictCase, *, actor: Actor) -> dict[str, Identity]:
    """Open the real names of a case, by party. The look is on the trail before a name is seen."""
    return queries.open_identities(case, _look(What.CASE_NAMES_SHOWN, case, Permission.PARTY_READ, actor))


def show_place(case: ConflictCase, *, actor: Actor) -> ExactPlace:
    """Open the exact place of a case. The look is on the trail."""
    return queries.open_place(case, _look(What.CASE_PLACE_SHOWN, case, Permission.PLACE_READ, actor))


def _look(what: What, case: ConflictCase, permission: Permission, actor: Actor, **facts: object) -> Grounds:
    return look(
        what,
        actor=actor,
        permission=permission,
        subject_type="case",
        subject_id=case.id,
        assignment_id=assignment_id_in(case.id, actor),
        **facts,
    )


def lock(case: ConflictCase) -> None:
    """Hold a case while its state may change: two people who close it at once close it once."""
    db.session.refresh(case, with_for_update={"of": ConflictCase})


def _with_title(**columns: object) -> ConflictCase:
    """Add the case under a title nobody has; another writer may take one between look and leap."""
    while True:
        tree, number = _free_title()
        try:
            with db.session.begin_nested():
                case = ConflictCase(tree=tree, number=number, **columns)
                db.session.add(case)
                db.session.flush()
        except IntegrityError:
            if not _is_taken(tree, number):
                raise
        else:
            return case


def _free_title() -> tuple[str, int]:
    """A tree and a number at random: small numbers while there are some, for people to remember."""
    most = FIRST_NUMBERS
    while True:
        tree, number = secrets.choice(TREES), 1 + secrets.randbelow(most)
        if not _is_taken(tree, number):
            return tree, number
        most = min(most * 2, MORE_NUMBERS * len(TREES))


def _is_taken(tree: str, number: int) -> bool:
    same = select(ConflictCase.id).where(ConflictCase.tree == tree, ConflictCase.number == number)
    with as_machine():  # that it is taken, not by what
        return db.session.scalar(same) is not None


def _seal_block(key_id: str, case_id: str, place: ExactPlace) -> Ciphertext | None:
    """The block apart from the exact place, under a key of its own: the map opens no more than it shows."""
    if place.point is None:
        return None
    lat, lon = block_of(*place.point)
    block = ExactPlace(lat=lat, lon=lon)
    return sealing.seal(key_id, TABLE, "block_sealed", case_id, block.to_json())


def _note_state(case: ConflictCase, state: CaseState, reason: str | None, actor: Actor) -> None:
    db.session.add(
        CaseStateRow(
            case_id=case.id,
            state=state,
            at=clock.now(),
            reason=reason,
            actor_id=actor.id,
            actor_label=actor.label,
        )
    )
    db.session.flush()
