"""Adding people to a case, under a bird's name, and sealing who they are."""

import random

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.cases import rules
from app.cases.contact_models import Contact
from app.cases.models import ConflictCase, Party, PartyIdentity, Side
from app.cases.payloads import Identity
from app.cases.pseudonyms import BIRDS
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import DomainError
from app.foundation.ids import new_id
from app.vault import sealing
from app.vault.models import KeyPurpose

_dice = random.SystemRandom()


class TooManyPeople(DomainError):
    """Every bird has a person: a conflict of this size is several cases."""

    code = "too-many-people"

    def __init__(self) -> None:
        super().__init__(_l("This case has as many people as we have birds. Open another case."))


def add_party(
    case: ConflictCase,
    *,
    side: Side,
    language: str | None,
    identity: Identity,
    actor: Actor,
    met_in: Contact | None = None,
) -> Party:
    """Add a person to a case; from now on they are a bird."""
    rules.require_open(case.state)
    party = _with_bird(case, side=side, language=language, actor=actor)
    if identity != Identity():
        _seal_identity(party, identity, actor)
    if met_in is not None:
        met_in.parties.append(party)
        db.session.flush()
    record(What.CASE_PARTY_ADDED, actor=actor, subject_type="case", subject_id=case.id, party_id=party.id)
    return party


def name_party(case: ConflictCase, party: Party, identity: Identity, *, actor: Actor) -> None:
    """Keep what we learned later of who somebody is; what was known before is kept too."""
    rules.require_open(case.state)
    _seal_identity(party, identity, actor)
    record(What.CASE_PARTY_NAMED, actor=actor, subject_type="case", subject_id=case.id, party_id=party.id)


def _with_bird(case: ConflictCase, *, side: Side, language: str | None, actor: Actor) -> Party:
    while True:
        bird = _free_bird(case)
        try:
            with db.session.begin_nested():
                party = Party(
                    id=new_id(),
                    case_id=case.id,
                    bird=bird,
                    side=side,
                    language=language,
                    added_at=clock.now(),
                    added_by_id=actor.id,
                )
                db.session.add(party)
                db.session.flush()
        except IntegrityError:
            if bird not in _taken_birds(case):  # not a colleague who was faster
                raise
        else:
            return party


def _free_bird(case: ConflictCase) -> str:
    bird = rules.choose_bird(_dice.sample(BIRDS, len(BIRDS)), _taken_birds(case))
    if bird is None:
        raise TooManyPeople
    return bird


def _taken_birds(case: ConflictCase) -> set[str]:
    return set(db.session.scalars(select(Party.bird).where(Party.case_id == case.id)))


def _seal_identity(party: Party, identity: Identity, actor: Actor) -> None:
    """Under the person's own key, which may live on when that of their case is destroyed, and only then."""
    row_id = new_id()
    party.key_id = party.key_id or sealing.new_key(KeyPurpose.PARTY)
    sealed = sealing.seal(
        party.key_id, PartyIdentity.__tablename__, "identity_sealed", row_id, identity.to_json()
    )
    db.session.add(
        PartyIdentity(
            id=row_id,
            party_id=party.id,
            key_id=party.key_id,
            identity_sealed=sealed,
            at=clock.now(),
            by_id=actor.id,
        )
    )
    db.session.flush()
