"""The contract as an OpenAPI 3.1 document, put together from the tables that the code obeys."""

from typing import Any

from app.delivery.signatures import SECRET, TOLERANCE
from app.developers import examples
from app.developers.shapes import TEXT, all_shapes, ref
from app.referrals.callbacks import CALLBACKS, CONVEYED, Callback, Conveyed
from app.referrals.contract import JSON, OPERATIONS, PROBLEM, Argument, Operation, Reply
from app.referrals.problems import PROBLEMS
from app.referrals.receiving_api import DEADLINE_HEADER
from app.referrals.reconciliation import LARGEST_PAGE

Document = dict[str, Any]

RULE = (
    "Only a 2xx whose body says custody `office` ends your responsibility, and only while you are"
    " confirming. Once you have taken a call back, older answers count for nothing."
)
_SIGNATURE = "webhook-signature"
_SIGNED: list[Document] = [{_SIGNATURE: []}]
_PARAMETERS: Document = {
    "webhook-id": (
        "The name of the message; the same again for every repeat.",
        True,
        {**TEXT, "maxLength": 120},
    ),
    "webhook-timestamp": (
        "The time of this attempt, in Unix seconds.",
        True,
        {**TEXT, "pattern": "^[0-9]{1,12}$"},
    ),
    "webhook-client": ("Your client id. Without it every key that holds is tried.", False, TEXT),
    DEADLINE_HEADER: (
        "Until when you wait, in Unix seconds: after it nothing is begun (504).",
        False,
        {**TEXT, "pattern": "^[0-9]{1,11}([.][0-9]{1,6})?$"},
    ),
}
_HEADERS: Document = {
    "Location": {"description": "Where the referral stands.", "schema": {**TEXT, "format": "uri-reference"}},
    "Retry-After": {"description": "Seconds to wait before the same message again.", "schema": TEXT},
    "Idempotent-Replayed": {
        "description": "`true`: the first answer to this message, once more.",
        "schema": {"const": "true"},
    },
}
_STATES_OF_CALLBACKS = {
    "referral.accepted": ("accept_pending", "both", {"accepted_by": "Ana Reyes"}),
    "referral.handing_back": ("handing_back", "both", {}),
    "referral.handed_back": ("handed_back", "dispatch", {}),
    "referral.cancelled": ("cancelled", "dispatch", {}),
    "referral.closed": ("closed", "office", {"disposition": "agreement", "disposition_code": "18"}),
}
_SHAPES_OF_CONVEYED = {
    "response": "ConveyanceResponse",
    "requestForService": "ConveyanceRequest",
    "requestAwareness": "ConveyanceNotice",
}


def document(public_url: str) -> Document:
    """The whole contract."""
    paths: Document = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Common Ground: the referral hook",
            "version": "1",
            "description": RULE,
            "license": {
                "name": "See the office's agreement with your centre",
                "identifier": "LicenseRef-Agreement",
            },
        },
        "externalDocs": {"url": f"{public_url}/developers/hook", "description": "The same for people"},
        "servers": [{"url": public_url}],
        "tags": [{"name": "hook", "description": "Signed messages between dispatch and the office."}],
        "security": _SIGNED,
        "paths": paths,
        "webhooks": {
            **{one.type: {"post": _callback(one)} for one in CALLBACKS},
            **{one.key: {"post": _conveyed(one)} for one in CONVEYED},
        },
        "components": {
            "schemas": all_shapes(),
            "parameters": {name: _header(name) for name in _PARAMETERS},
            "headers": _HEADERS,
            "securitySchemes": {_SIGNATURE: _scheme()},
        },
    }


def _scheme() -> Document:
    seconds = int(TOLERANCE.total_seconds())
    return {
        "type": "apiKey",
        "in": "header",
        "name": _SIGNATURE,
        "description": "Standard Webhooks: `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body` with"
        f" the bytes behind `{SECRET}`, or `v1a,` and the base64 of an ed25519 signature over the same."
        " Several signatures stand with a space between them; one that holds is enough. Time within"
        f" {seconds} seconds.",
    }


def _header(name: str) -> Document:
    about, is_needed, schema = _PARAMETERS[name]
    return {"name": name, "in": "header", "description": about, "required": is_needed, "schema": schema}


def _operation(one: Operation) -> Document:
    headers = [name for name in _PARAMETERS if name != DEADLINE_HEADER or one.keeps_deadline]
    parameters = [_argument(argument) for argument in one.arguments]
    parameters += [{"$ref": f"#/components/parameters/{name}"} for name in headers]
    made: Document = {
        "operationId": one.id,
        "tags": ["hook"],
        "summary": one.summary,
        "description": one.about,
        "parameters": parameters,
        "responses": {str(status): _response(one, status) for status in sorted(one.statuses)},
    }
    if one.takes:
        content = {
            media_type: {"schema": ref(shape), "example": examples.BODIES[shape]}
            for media_type, shape in one.takes
        }
        made["requestBody"] = {"required": one.is_body_needed, "content": content}
    return made


def _argument(one: Argument) -> Document:
    schema: Document = TEXT
    if one.name == "limit":
        schema = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE}
    elif one.name == "since":
        schema = {**TEXT, "pattern": "^[0-9a-z]{26}$"}
    elif one.is_in_path:
        schema = {**TEXT, "minLength": 1}
    where = "path" if one.is_in_path else "query"
    return {
        "name": one.name,
        "in": where,
        "description": one.about,
        "required": one.is_in_path,
        "schema": schema,
    }


def _response(operation: Operation, status: int) -> Document:
    reply = next((one for one in operation.replies if one.status == status), None)
    if reply is not None:
        return _good(operation, reply)
    slugs = sorted(slug for code, slug in operation.problems if code == status)
    told = [f"`{slug}`: {PROBLEMS[slug].meaning}" for slug in slugs]
    answer: Document = {
        "description": "\n\n".join(told),
        "content": {PROBLEM: {"schema": ref("Problem")}},
    }
    if status in {409, 429, 503}:
        answer["headers"] = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}
    return answer


def _good(operation: Operation, reply: Reply) -> Document:
    names = ["Location"] if reply.status == 201 else []
    names += ["Idempotent-Replayed"] if operation.method == "POST" and reply.status != 201 else []
    answer: Document = {
        "description": reply.meaning,
        "content": {reply.media_type: {"schema": ref(reply.shape), "example": examples.BODIES[reply.shape]}},
    }
    if names:
        answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
    return answer


def _received(one: Callback | Conveyed) -> Document:
    if not one.settled_by:
        return {"description": "It came."}
    settles = {"type": "object", "properties": {one.settled_by: {"type": "boolean"}}}
    about = f"It came. With `{one.settled_by}` true it is settled; without, only received."
    return {"description": about, "content": {JSON: {"schema": settles}}}


def _callback(one: Callback) -> Document:
    state, custody, facts = _STATES_OF_CALLBACKS[one.type]
    example = examples.callback(one.type, state, custody, facts)
    return _sent(one, one.type.replace("referral.", "on_"), f"{one.type}Callback", example)


def _conveyed(one: Conveyed) -> Document:
    shape = _SHAPES_OF_CONVEYED[one.key]
    return _sent(one, f"on_{one.key}", shape, examples.CONVEYED[one.key])


def _sent(one: Callback | Conveyed, name: str, shape: str, example: Document) -> Document:
    """One message of ours to your callback address."""
    return {
        "operationId": name,
        "tags": ["hook"],
        "summary": one.summary,
        "description": one.about,
        "parameters": [{"$ref": f"#/components/parameters/{n}"} for n in ("webhook-id", "webhook-timestamp")],
        "requestBody": {
            "required": True,
            "content": {JSON: {"schema": ref(shape), "example": example}},
        },
        "responses": {
            "2XX": _received(one),
            "default": {"description": "Anything else, or silence: it comes again."},
        },
    }
