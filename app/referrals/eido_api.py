"""Door: the EIDO of an incident as it stands with us (STA-024, dereferencing), for its own centre alone."""

from collections.abc import Mapping

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.accounts.access import signed
from app.assignments.models import Assignment, Step
from app.assignments.queries import current_for_referral, was_anyone_met
from app.cases.queries import find_of_referral
from app.foundation import office
from app.foundation.db import reading
from app.foundation.http import MachineAnswer
from app.referrals import links, queries
from app.referrals.eido import MEDIA_TYPE
from app.referrals.eido_out import ASSIGNED, CANCELLED, DUPLICATE, Standing, Unit, disposition_of, write_eido
from app.referrals.link_models import LinkKind
from app.referrals.models import Referral, State
from app.referrals.receiving_api import Refused, check_look, show_refusal

bp = Blueprint("eido_api", __name__, url_prefix="/EIDO")
bp.register_error_handler(Refused, show_refusal)

# How far somebody is, in the words of the unit registry. A step without a word is still "assigned".
_UNIT_STATUSES: Mapping[Step, str] = {
    Step.ACKNOWLEDGED: "AcknowledgedTransmission",
    Step.EN_ROUTE: "EnRoute",
    Step.ON_SCENE: "OnScene",
    Step.CONTACT_MADE: "OnScene",
    Step.CLEAR: "Cleared",
}


@bp.get("/<path:incident_id>")
@signed
def show(incident_id: str) -> ResponseReturnValue:
    """An incident as it stands with us: state, owner, unit, disposition; nothing that was said."""
    with reading():
        sender = check_look()
    referral = queries.get_of_incident(incident_id, sender.client_id)
    return MachineAnswer(200, write_eido(standing_of(referral)), content_type=MEDIA_TYPE)


def standing_of(referral: Referral) -> Standing:
    """What dispatch may know of a call, from every step that has worked on it."""
    sent = [] if referral.state in (State.CLOSED, State.CANCELLED) else current_for_referral(referral.id)
    units = tuple(map(_unit, sent))
    moments = [row.at for row in queries.list_states(referral.id)] + [unit.changed_at for unit in units]
    return Standing.of(
        referral,
        our_agency=office.agency_id(),
        changed_at=max(moments, default=referral.received_at),
        disposition=_disposition(referral),
        units=units,
    )


def _unit(assignment: Assignment) -> Unit:
    steps = [step.at for step in assignment.steps]
    status = _UNIT_STATUSES.get(assignment.step, ASSIGNED)
    return Unit(assignment.id, status, max(steps, default=assignment.assigned_at))


def _disposition(referral: Referral) -> str | None:
    if referral.state is State.CANCELLED:
        replaced = any(one.kind is LinkKind.REPLACED for one in links.list_links(referral))
        return DUPLICATE if replaced else CANCELLED
    case = find_of_referral(referral.id) if referral.state is State.CLOSED else None
    if case is None or case.outcome is None:
        return None
    return disposition_of(case.outcome.value, was_met=was_anyone_met(referral.id))
