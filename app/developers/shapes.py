"""The shapes of all that goes over the wire, as JSON Schema: ours from the models that read them."""

import json
from typing import Any

from pydantic import BaseModel

from app.cases.models import Outcome
from app.foundation.ids import ID_LENGTH
from app.referrals.conveyance import MESSAGE_KEYS
from app.referrals.eido_out import disposition_of
from app.referrals.models import Custody, State
from app.referrals.payloads import ReferralBody
from app.referrals.problems import PROBLEMS
from app.referrals.updates import UpdateBody
from app.roster.lanes import Lane
from app.triage.needs import MOST_ASKED, Question
from app.triage.rules import Decision

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer"}
YES_OR_NO: Schema = {"type": "boolean"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
OUR_ID: Schema = {"type": "string", "pattern": f"^[0-9a-z]{{{ID_LENGTH}}}$"}
NEEDED_IN_EIDO = (
    "$id",
    "eidoVersion",
    "issuingElementIdentification",
    "lastUpdateTimeStamp",
    "updatedByAgencyReference",
    "agencyComponent",
)


def maybe(shape: Schema) -> Schema:
    return {"anyOf": [shape, {"type": "null"}]}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def an_object(about: str, needed: Schema, more: Schema | None = None, **rest: Any) -> Schema:
    """Needed and optional members."""
    members = needed | (more or {})
    return {
        "type": "object",
        "description": about,
        "required": sorted(needed),
        "properties": members,
        **rest,
    }


def all_shapes() -> dict[str, Schema]:
    """Every shape by its name."""
    shapes = {
        "State": {"type": "string", "enum": list(State), "description": "Where a referral stands."},
        "Custody": {
            "type": "string",
            "enum": list(Custody),
            "description": "Who owns the call now. Two owners is allowed; none does not exist.",
        },
        "Standing": _standing(),
        "Need": an_object(
            "A question worth asking. Where its code is the name of an answer, tell it as that answer.",
            {"code": {"type": "string", "enum": list(Question)}, "question": TEXT},
        ),
        "Problem": _problem(),
        "Nothing": {
            "type": "object",
            "description": "The address says all. An object may be sent; nothing of it is read.",
        },
        "Eido": _eido(),
        "Conveyance": _conveyance(),
        "ConveyanceResponse": _conveyance_response(),
        "ConveyanceRequest": _conveyed("requestForService", "A call that we give back, as a request."),
        "ConveyanceNotice": _conveyed("requestAwareness", "How a call has ended, as a notice."),
    }
    shapes |= _about_all_calls()
    shapes |= _of_model("Referral", ReferralBody)
    shapes |= _of_model("Update", UpdateBody)
    return shapes | {f"{kind}Callback": _callback(kind, facts) for kind, facts in CALLBACK_FACTS.items()}


CALLBACK_FACTS: dict[str, Schema] = {
    "referral.accepted": {"accepted_by": {**TEXT, "description": "Who said yes, by name."}},
    "referral.handing_back": {},
    "referral.handed_back": {},
    "referral.cancelled": {},
    "referral.closed": {
        "disposition": {"type": "string", "enum": list(Outcome)},
        "disposition_code": {
            "type": "string",
            "enum": sorted({disposition_of(one, was_met=met) for one in Outcome for met in (True, False)}),
            "description": "The same as a code of NENA's registry of dispositions.",
        },
    },
}


def _of_model(name: str, model: type[BaseModel]) -> dict[str, Schema]:
    """A model's own schema and those it holds, each under its name."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    written = json.dumps(schema).replace("schemas/_", "schemas/")
    read: Schema = json.loads(written)
    inner = {key.removeprefix("_"): shape for key, shape in read.pop("$defs", {}).items()}
    return {name: read, **inner}


def _standing() -> Schema:
    needed = {
        "id": OUR_ID,
        "incident_id": TEXT,
        "version": {**NUMBER, "description": "The newest that we were told."},
        "state": ref("State"),
        "custody": ref("Custody"),
        "reason": maybe({**TEXT, "description": "Why it stands so, as a code."}),
        "lane": maybe({"type": "string", "enum": list(Lane)}),
        "accept_by": maybe({**MOMENT, "description": "When the clock of this state runs out."}),
        "needs": {
            "type": "array",
            "items": ref("Need"),
            "maxItems": MOST_ASKED,
            "description": "What to ask next while we decide, most telling first; empty where nothing is.",
        },
    }
    more = {
        "decision": {"type": "string", "enum": list(Decision)},
        "reasons": {"type": "array", "items": TEXT},
        "duplicate_of": {**OUR_ID, "description": "The referral that this message met."},
        "stale_ignored": {
            **YES_OR_NO,
            "description": "Older than what was applied; its risk counts all the same.",
        },
    }
    return an_object("How a call stands with us. Nothing of what was said.", needed, more)


def _problem() -> Schema:
    needed = {
        "type": {"type": "string", "format": "uri", "description": "Its last part is the slug."},
        "title": TEXT,
        "status": NUMBER,
        "custody": ref("Custody"),
    }
    members: Schema = {
        "state": ref("State"),
        "errors": {
            "type": "array",
            "items": an_object("A place and a code.", {"pointer": TEXT, "code": TEXT}),
        },
        "server_time": {**NUMBER, "description": "Our clock, in Unix seconds."},
        "accepts": {"type": "array", "items": TEXT},
        **_health_members(),
    }
    used = {name for one in PROBLEMS.values() for name in one.members}
    return an_object(
        "RFC 9457. It never repeats what was sent.",
        needed,
        {name: shape for name, shape in members.items() if name in used},
    )


def _health_members() -> Schema:
    checks = ("canary", "clocks", "on_shift", "disk", "not_paused")
    return {
        "checks": an_object("Each check, and whether it holds.", dict.fromkeys(checks, YES_OR_NO)),
        "canary_at": maybe(MOMENT),
        "clocks_at": maybe(MOMENT),
        "disk_free_percent": {"type": "number"},
        "server_time": NUMBER,
    }


def _about_all_calls() -> dict[str, Schema]:
    change = {
        "cursor": OUR_ID,
        "id": OUR_ID,
        "incident_id": TEXT,
        "version": NUMBER,
        "state": ref("State"),
        "custody": ref("Custody"),
        "reason": maybe(TEXT),
        "at": MOMENT,
    }
    return {
        "Change": an_object("A call changed its state or owner at a moment.", change),
        "Changes": an_object(
            "A page. `next` is where the next question goes on.",
            {"changes": {"type": "array", "items": ref("Change")}, "next": OUR_ID, "has_more": YES_OR_NO},
        ),
        "Digest": an_object(
            "The changes after `since` up to `until`: SHA-256 over a line for each.",
            {
                "since": OUR_ID,
                "until": OUR_ID,
                "count": NUMBER,
                "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            },
        ),
        "Health": an_object("All that a live call needs.", _health_members()),
    }


def _eido() -> Schema:
    return {
        "type": "object",
        "description": "An Emergency Incident Data Object, NENA-STA-021.1b. We read what a mediator needs;"
        " the whole document is kept sealed.",
        "required": list(NEEDED_IN_EIDO),
        "properties": {"$id": TEXT, "eidoVersion": {"const": "1.0"}, "lastUpdateTimeStamp": MOMENT},
    }


def _conveyance() -> Schema:
    asked = {"requestId": {"type": "string", "minLength": 1, "maxLength": 120}}
    inner = {
        "requestForService": an_object("Take this incident.", {**asked, "eido": ref("Eido")}),
        "cancelRequest": an_object("We take the call back.", asked),
        "response": an_object(
            "What you say to our yes, or to a call that we give back.",
            {**asked, "responseCode": NUMBER},
            {"responseText": {"type": "string", "maxLength": 300}},
        ),
    }
    one_of = [
        an_object(inner[name]["description"], {name: inner[name]}, maxProperties=1) for name in MESSAGE_KEYS
    ]
    return {"description": "One message under one key.", "oneOf": one_of}


def _conveyance_response() -> Schema:
    said = {"requestId": TEXT, "responseCode": NUMBER, "responseText": TEXT}
    return an_object("How the call stands, as a response.", {"response": an_object("The response.", said)})


def _conveyed(key: str, about: str) -> Schema:
    inner = {"requestId": {**TEXT, "description": "An id of ours."}, "eido": ref("Eido")}
    return an_object(about, {key: an_object("The incident as it stands with us.", inner)})


def _callback(kind: str, facts: Schema) -> Schema:
    told = {
        "referral_id": OUR_ID,
        "incident_id": TEXT,
        "state": ref("State"),
        "custody": ref("Custody"),
        "reason": maybe(TEXT),
        "at": MOMENT,
        **facts,
    }
    return an_object(
        "A signed message from us.",
        {"type": {"const": kind}, "timestamp": MOMENT, "data": an_object("Ids, state and codes.", told)},
    )
