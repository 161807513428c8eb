"""What there is of a record, row by row, and which permissions reach it in which relation.

Worked out from the permission table and from what a person is to a record, not from the policies.
"""

from sqlalchemy import select, union

from app.accounts.permissions import Permission, Scope
from app.assignments.models import Assignment
from app.cases.agreement_models import Agreement, AgreementItem
from app.cases.consent_models import FollowUpConsent
from app.cases.contact_models import Contact
from app.cases.models import CaseStateRow, ConflictCase, Party, PartyIdentity
from app.cases.photo_models import CasePhoto
from app.handoffs.models import Handoff, HandoffConsent
from app.referrals.models import Referral
from app.roster.models import Responder
from tests.support.matrix import Relation

REAL = tuple(relation for relation in Relation if relation is not Relation.NONE)
OURS = (Relation.ASSIGNED, Relation.SAME_ORGANIZATION, Relation.CLOSED)
OF_CASE = {
    Scope.ALL: REAL,
    Scope.OWN_ORGANIZATION: OURS,
    Scope.ASSIGNED: (Relation.ASSIGNED,),
    Scope.BREAK_GLASS: (),  # nobody has agreed to anything here
}
OF_CALL = {Scope.ALL: REAL, Scope.ASSIGNED: (Relation.ASSIGNED,)}
OF_HANDOFF = {Scope.ALL: REAL, Scope.ASSIGNED: (Relation.ASSIGNED,), Scope.CONSENTED: OURS}
NOTES = (Permission.CASE_READ, Permission.NOTES_READ)
SEALED_IN_CASE = (*NOTES, Permission.PLACE_READ, Permission.AGREEMENT_WORK)
SHARES = (Permission.HANDOFF_MAKE, Permission.HANDOFF_ANSWER)
FOLLOWS = (*SHARES, Permission.HANDOFF_TRACK)
SHARED = (OF_HANDOFF, FOLLOWS)
PICTURES = ((OF_CASE, (Permission.PHOTO_WORK,)), (OF_HANDOFF, (Permission.PHOTO_READ,)))


def of_case(column):
    return lambda ids: select(column).where(column.class_.case_id == ids["case_id"])


def of_the_case_itself(column):
    return lambda ids: select(column).where(ConflictCase.id == ids["case_id"])


def of_the_handoff(column, handoff_id=Handoff.id):
    return lambda ids: select(column).where(handoff_id == ids["handoff_id"])


def people_of_whom_nothing_else_is_known(ids):
    known = union(select(Handoff.party_id), select(FollowUpConsent.party_id))
    return select(Party.id).where(Party.case_id == ids["case_id"], Party.id.not_in(known))


def the_keepers_assignment(ids):
    keepers = select(Assignment.id).join(Responder, Responder.account_id == Assignment.account_id)
    return keepers.where(Assignment.case_id == ids["case_id"])


# What there is of a record, where its ids come from, and which permissions reach it in which relation.
KINDS = {
    "the case": (
        of_the_case_itself(ConflictCase.id),
        (OF_CASE, (Permission.CASE_LIST, Permission.CASE_MAP, Permission.ASSIGNMENT_MAKE)),
        SHARED,
    ),
    "its states": (of_case(CaseStateRow.id), (OF_CASE, (Permission.CASE_LIST,)), SHARED),
    "people": (
        people_of_whom_nothing_else_is_known,
        (OF_CASE, (Permission.CASE_READ, Permission.PARTY_READ)),
    ),
    "the person asked again": (
        of_case(FollowUpConsent.party_id),
        (OF_CASE, (Permission.CASE_READ, Permission.PARTY_READ, Permission.FOLLOW_UP_STOP)),
    ),
    "their word on that": (
        of_case(FollowUpConsent.id),
        (OF_CASE, (Permission.CASE_READ, Permission.FOLLOW_UP_STOP)),
    ),
    "the person referred": (
        of_the_handoff(Handoff.party_id),
        (OF_CASE, (Permission.CASE_READ, Permission.PARTY_READ)),
        SHARED,
    ),
    "identities": (
        lambda ids: select(PartyIdentity.id).join(Party).where(Party.case_id == ids["case_id"]),
        (OF_CASE, (Permission.PARTY_READ,)),
    ),
    "contacts": (of_case(Contact.id), (OF_CASE, NOTES)),
    "agreements": (of_case(Agreement.id), (OF_CASE, (Permission.AGREEMENT_WORK,))),
    "promises": (
        lambda ids: select(AgreementItem.id).join(Agreement).where(Agreement.case_id == ids["case_id"]),
        (OF_CASE, (Permission.AGREEMENT_WORK,)),
    ),
    "pictures": (of_case(CasePhoto.id), *PICTURES),
    "who is sent": (
        the_keepers_assignment,
        (OF_CASE, (Permission.ASSIGNMENT_MAKE, Permission.BOARD_READ, Permission.CASE_READ)),
    ),
    "the service referral": (of_the_handoff(Handoff.id), SHARED),
    "consents": (of_the_handoff(HandoffConsent.id, HandoffConsent.handoff_id), SHARED),
    "key of the case": (of_the_case_itself(ConflictCase.key_id), (OF_CASE, SEALED_IN_CASE)),
    "key of the block": (
        of_the_case_itself(ConflictCase.block_key_id),
        (OF_CASE, (Permission.CASE_READ, Permission.CASE_MAP)),
    ),
    "keys of the people": (of_case(Party.key_id), (OF_CASE, (Permission.PARTY_READ,))),
    "key of the contact": (of_case(Contact.key_id), (OF_CASE, NOTES)),
    "key of the picture": (of_case(CasePhoto.key_id), *PICTURES),
    "key of the call": (
        lambda ids: select(Referral.key_id).where(Referral.id == ids["referral_id"]),
        (OF_CALL, (Permission.REFERRAL_READ,)),
    ),
    "key of the packet": (of_the_handoff(Handoff.key_id), (OF_HANDOFF, SHARES)),
}
