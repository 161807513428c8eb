"""The served document as a test reads it: which operation a route is, and whether an answer is as it says."""

import re
from typing import Any

from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker
from werkzeug.test import TestResponse

from app.accounts.access import SIGNED
from app.developers.openapi import document
from app.referrals.contract import OPERATIONS, Operation

DOCUMENT = document("http://localhost")
BY_ID = {one.id: one for one in OPERATIONS}


def signed_routes(app: Flask) -> set[tuple[str, str]]:
    """Method and address of every door that asks for a signature; names in an address do not matter."""
    return {
        (method, bare(str(rule)))
        for rule in app.url_map.iter_rules()
        if getattr(app.view_functions[rule.endpoint], "permission", None) == SIGNED
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def bare(path: str) -> str:
    return re.sub(r"<[^>]*>|\{[^}]*\}", "*", path)


def shape_errors(schema: dict[str, Any], body: Any) -> list[str]:
    """What of a body is not as its schema says."""
    whole = {**schema, "components": DOCUMENT["components"]}
    found = Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(body)
    return [f"{list(one.path)}: {one.message}" for one in found]


def not_as_documented(operation: Operation, answer: TestResponse) -> list[str]:
    """What of an answer the document does not say: its status, its media type, its shape, its headers."""
    method = DOCUMENT["paths"][operation.path][operation.method.lower()]
    said = method["responses"].get(str(answer.status_code))
    if said is None:
        return [f"{operation.id}: {answer.status_code} is not documented"]
    content = said["content"].get(answer.content_type)
    if content is None:
        return [f"{operation.id} {answer.status_code}: {answer.content_type} is not documented"]
    if answer.status_code >= 400:
        slug = answer.json["type"].rpartition("/")[2]
        if (answer.status_code, slug) not in operation.problems:
            return [f"{operation.id} {answer.status_code}: {slug} is not documented"]
    return shape_errors(content["schema"], answer.get_json(force=True))
