"""What an entry of the trail adds, in words: codes from the labels of the package that keeps them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import format_datetime
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.accounts.labels import END_LABELS, GRANT_LABELS, ROLE_LABELS, WAY_LABELS
from app.assignments.labels import STEP_LABELS
from app.audit.catalogue import What
from app.audit.labels import VERDICT_LABELS
from app.audit.models import AuditEntry
from app.audit.people import meant_by
from app.board.labels import HAND_BACK_LABELS
from app.board.labels import STATE_LABELS as CALL_LABELS
from app.cases.labels import OUTCOME_LABELS, PART_LABELS, PHOTO_LABELS, RESULT_LABELS, SAID_LABELS
from app.directory.labels import CAPACITY_LABELS
from app.handoffs.labels import REASON_LABELS as HANDOFF_REASON_LABELS
from app.handoffs.labels import SHARE_LABELS
from app.handoffs.labels import STATE_LABELS as HANDOFF_LABELS
from app.inputs.labels import ANSWER_LABELS
from app.plans.labels import ACTION_LABELS, SECTION_LABELS
from app.plans.labels import STATE_LABELS as PLAN_LABELS
from app.triage.labels import REASON_LABELS

SUBJECT_LABELS: dict[str, LazyString] = {
    "account": _l("account"),
    "assignment": _l("assignment"),
    "case": _l("case"),
    "client": _l("dispatch system"),
    "backup": _l("backup"),
    "destination": _l("where messages go"),
    "directory_import": _l("import of the directory"),
    "handoff": _l("service referral"),
    "help_call": _l("call for help"),
    "hold": _l("legal hold"),
    "input": _l("input"),
    "layer": _l("map layer"),
    "message": _l("message"),
    "passkeys": _l("passkeys"),
    "plan": _l("plan"),
    "policy": _l("screening policy"),
    "referral": _l("call"),
    "retention": _l("retention"),
    "service": _l("service"),
    "service_organization": _l("organization"),
    "shift": _l("shift"),
    "sign_in": _l("sign-in"),
    "team": _l("team"),
    "trail": _l("trail"),
    "trail_entry": _l("look"),
    "witness": _l("witness of the trail"),
}
FACT_LABELS: dict[str, LazyString] = {
    "absent": _l("no longer there"),
    "account": _l("person"),
    "action_id": _l("action"),
    "added": _l("added"),
    "agreement_id": _l("agreement"),
    "algorithm": _l("way to sign"),
    "area": _l("area"),
    "area_id": _l("area"),
    "before": _l("before"),
    "change": _l("change"),
    "by": _l("narrowed by"),
    "changed": _l("changed"),
    "contact_id": _l("contact"),
    "count": _l("how many"),
    "days": _l("days"),
    "ends_at": _l("to"),
    "follow_up_id": _l("follow-up"),
    "handoff_id": _l("service referral"),
    "in_force": _l("in force now"),
    "indicator_id": _l("measure"),
    "item_id": _l("promise"),
    "key_id": _l("key"),
    "less_careful": _l("less careful"),
    "kind": _l("answer"),
    "number": _l("version"),
    "objective_id": _l("objective"),
    "of": _l("how many"),
    "openings": _l("emergency openings in 30 days"),
    "organization_id": _l("partner"),
    "outcome": _l("outcome"),
    "part": _l("part"),
    "party_id": _l("person"),
    "picture_id": _l("picture"),
    "purpose": _l("purpose"),
    "reason": _l("reason"),
    "records": _l("records"),
    "referral_id": _l("call"),
    "refused": _l("refused"),
    "result": _l("result"),
    "role": _l("role"),
    "rows": _l("rows"),
    "said": _l("said"),
    "section": _l("section"),
    "service_id": _l("service"),
    "sha256": _l("text of the policy"),
    "shares": _l("shares"),
    "shows": _l("shows"),
    "shows_values": _l("with what was said"),
    "signs_id": _l("signs of danger"),
    "starts_at": _l("from"),
    "state": _l("now"),
    "step": _l("step"),
    "taken": _l("taken in"),
    "to": _l("now"),
    "verdict": _l("verdict"),
    "version": _l("version"),
    "watches": _l("watches told"),
    "way": _l("way to sign in"),
}
_CALL_WORDS: dict[Any, LazyString] = {**OUTCOME_LABELS, **REASON_LABELS, **HAND_BACK_LABELS, **CALL_LABELS}
CODE_LABELS: dict[What, Mapping[Any, LazyString]] = {
    What.ACCOUNT_CREATED: ROLE_LABELS,
    What.ACCOUNT_GRANT_CONFIRMED: {**GRANT_LABELS, **ROLE_LABELS},
    What.ACCOUNT_GRANT_PROPOSED: {**GRANT_LABELS, **ROLE_LABELS},
    What.ACCOUNT_GRANT_REFUSED: {**GRANT_LABELS, **ROLE_LABELS},
    What.ACCOUNT_ROLE_CHANGED: ROLE_LABELS,
    What.ACCOUNT_SESSION_ENDED: END_LABELS,
    What.ACCOUNT_SIGNED_IN: WAY_LABELS,
    What.ACCOUNT_VERIFIED: WAY_LABELS,
    What.ACCOUNT_WAY_ADDED: WAY_LABELS,
    What.ACCOUNT_WAY_REMOVED: WAY_LABELS,
    What.ASSIGNMENT_ENDED: {**STEP_LABELS, **HAND_BACK_LABELS, **OUTCOME_LABELS},
    What.ASSIGNMENT_NOT_SAFE: HAND_BACK_LABELS,
    What.ASSIGNMENT_STEPPED: STEP_LABELS,
    What.CASE_CLOSED: OUTCOME_LABELS,
    What.CASE_CONTACT_LOGGED: RESULT_LABELS,
    What.CASE_LOOKED_AT: PART_LABELS,
    What.CASE_PHOTO_ADDED: PHOTO_LABELS,
    What.CASE_PROMISE_SAID: SAID_LABELS,
    What.HANDOFF_CONSENT_GIVEN: SHARE_LABELS,
    What.HANDOFF_LAPSED: HANDOFF_LABELS,
    What.HANDOFF_MOVED: {**HANDOFF_REASON_LABELS, **HANDOFF_LABELS},
    What.INPUT_ANSWERED: ANSWER_LABELS,
    What.INPUT_MOVED: {
        "received": _l("Waits to be read"),
        "reading": _l("A person is reading it"),
        "published": _l("Published"),
        "kept_private": _l("Kept for the plan team"),
        "set_aside": _l("Set aside"),
        "withdrawn": _l("Deleted by its author"),
    },
    What.PLAN_ACTION_MOVED: ACTION_LABELS,
    What.PLAN_MOVED: PLAN_LABELS,
    What.PLAN_TEXT_KEPT_ASIDE: SECTION_LABELS,
    What.PLAN_TEXT_WRITTEN: SECTION_LABELS,
    What.REFERRAL_MOVED: _CALL_WORDS,
    What.REFERRAL_RECEIVED: _CALL_WORDS,
    What.SERVICE_CAPACITY_SAID: CAPACITY_LABELS,
    What.TRAIL_LOOK_MARKED: VERDICT_LABELS,
}
_SHOWN_OF_AN_ID = 6


def short_id(value: str) -> str:
    """The end of an id: enough to tell two apart."""
    return f"…{value[-_SHOWN_OF_AN_ID:]}"


def accounts_in(entry: AuditEntry) -> set[str]:
    """Everybody whose name this entry needs."""
    named = (meant_by(entry.actor_id), meant_by(entry.facts.get("account")))
    return {one for one in named if one}


def facts_in_words(entry: AuditEntry, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each fact of an entry: what it is, and how it stands. A code that nobody knows stays as it is."""
    return [
        (str(FACT_LABELS.get(name, name)), _in_words(entry, name, value, names))
        for name, value in entry.facts.items()
        if value is not None
    ]


def _in_words(entry: AuditEntry, name: str, value: Any, names: Mapping[str, str]) -> str:
    if name == "of":  # the ids of what one page showed a little of
        return str(len(value))
    if isinstance(value, list):
        return ", ".join(_in_words(entry, name, one, names) for one in value)
    if name == "account":
        return names.get(meant_by(value)) or short_id(meant_by(value) or value)
    if name == "area" or name.endswith("_id"):
        return short_id(value)
    if name.endswith("_at"):
        return str(format_datetime(datetime.fromisoformat(value), "d MMM yyyy HH:mm"))
    return str(CODE_LABELS.get(entry.what, {}).get(value, value))
