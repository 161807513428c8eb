"""The served contract is a valid document, says what the code does, and its examples are true to it."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from app.delivery.signatures import SignatureProblem
from app.developers.examples import BODIES, EIDO
from app.developers.openapi import document
from app.developers.shapes import NEEDED_IN_EIDO
from app.developers.tables import repeats
from app.foundation import clock
from app.foundation.http import _SLUGS
from app.referrals.callbacks import CALLBACKS, CONVEYED
from app.referrals.contract import OPERATIONS, slugs_answered
from app.referrals.eido import read_eido
from app.referrals.models import Custody, State
from app.referrals.payloads import InvalidPayload, read_referral
from app.referrals.problems import PROBLEMS
from app.referrals.updates import read_update
from tests.support.contract import DOCUMENT, bare, shape_errors, signed_routes
from tests.support.people import PersonClient
from tests.support.schemas import require_eido

pytestmark = pytest.mark.one_database

ROOT = Path(__file__).parents[2]
# Where a problem of the hook can be born, besides the numbers of HTTP itself.
BORN_IN = ("app/referrals", "app/accounts/clients.py", "app/journey.py", "app/foundation/errors.py")
SLUG = re.compile(r"[a-z]+(-[a-z]+)+")
NOT_OF_THE_HOOK = {
    "not-possible-now": "the fallback of pages; the hook names its own each time",
}


def test_it_is_a_valid_openapi_document() -> None:
    assert [str(error) for error in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()] == []


def test_an_invalid_document_is_seen() -> None:
    broken = {**document("http://localhost"), "paths": {"/x": {"get": {"responses": {"200": {}}}}}}

    assert list(OpenAPIV31SpecValidator(broken).iter_errors()) != []


def test_every_operation_has_one_name_and_says_what_it_is_for() -> None:
    operations = [one for path in DOCUMENT["paths"].values() for one in path.values()]
    operations += [one["post"] for one in DOCUMENT["webhooks"].values()]
    names = [one["operationId"] for one in operations]

    assert len(set(names)) == len(names) == len(OPERATIONS) + len(CALLBACKS) + len(CONVEYED)
    assert all(one["summary"] and one["description"] and one["responses"] for one in operations)


def test_every_signed_route_is_in_it_and_nothing_else(app: Flask) -> None:
    documented = {(one.method, bare(one.path)) for one in OPERATIONS}

    assert documented == signed_routes(app)


def test_every_example_fits_its_shape() -> None:
    found = {
        f"{where} {schema['$ref']}": errors
        for where, schema, example in examples_in(DOCUMENT, "")
        if (errors := shape_errors(schema, example))
    }

    assert found == {}


def examples_in(value: object, where: str) -> Iterator[tuple[str, dict, object]]:
    if isinstance(value, dict):
        if "example" in value and "schema" in value:
            yield where, value["schema"], value["example"]
        for name, inner in value.items():
            yield from examples_in(inner, f"{where}/{name}")


def test_a_wrong_example_is_seen() -> None:
    standing = {"$ref": "#/components/schemas/Standing"}

    assert shape_errors(standing, {**BODIES["Standing"], "custody": "nobody"}) != []
    assert shape_errors(standing, {"id": "1"}) != []


def test_our_examples_are_read_as_calls() -> None:
    now = clock.now()
    old = BODIES["Eido"] | {"lastUpdateTimeStamp": "2026-01-01T00:00:00Z"}

    eido = read_eido(as_bytes(old), now=now)
    assert (eido.to_return, eido.to_review) == ((), ())
    require_eido(old)
    assert read_referral(as_bytes(BODIES["Referral"]), now=now).incident_id
    assert read_update(as_bytes(BODIES["Update"]), now=now).version == 2


def as_bytes(body: object) -> bytes:
    return json.dumps(body).encode()


@pytest.mark.parametrize("name", NEEDED_IN_EIDO)
def test_what_an_eido_is_said_to_need_it_needs(name: str) -> None:
    without = {key: value for key, value in EIDO.items() if key != name}

    with pytest.raises(InvalidPayload):
        read_eido(as_bytes(without), now=clock.now())


def test_states_and_owners_are_the_code_s() -> None:
    shapes = DOCUMENT["components"]["schemas"]

    assert shapes["State"]["enum"] == [one.value for one in State]
    assert shapes["Custody"]["enum"] == [one.value for one in Custody]


def test_every_problem_that_the_code_can_answer_has_its_row_and_every_row_its_problem() -> None:
    raised = slugs_of_the_code() - set(NOT_OF_THE_HOOK)

    assert raised == set(PROBLEMS)


def test_every_problem_of_an_operation_is_a_row_with_that_status() -> None:
    found = [
        (one.id, status, slug)
        for one in OPERATIONS
        for status, slug in one.problems
        if slug not in PROBLEMS or status not in PROBLEMS[slug].statuses
    ]

    assert found == []
    assert set(PROBLEMS) - set(slugs_answered()) == {
        "method-not-allowed"
    }  # of an address, not of an operation


def slugs_of_the_code() -> set[str]:
    """Every name of a problem that the hook's code writes: in a call, as a default, as a code of an error."""
    found = set(_SLUGS.values()) | set(SignatureProblem)
    for place in BORN_IN:
        path = ROOT / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            if file.name not in {"problems.py", "contract.py"}:
                found |= set(slugs_in(ast.parse(file.read_text(encoding="utf-8"))))
    return found


def slugs_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            texts = node.args[1:2] if called in {"Refused", "problem"} else []
            texts = [*texts, *(one.value for one in node.keywords if one.arg in {"slug", "code"})]
            yield from (text for one in texts if (text := _slug(one)))
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = {getattr(one, "id", "") for one in targets}
            if names & {"code", "UNKNOWN_KEY", "NOT_PERMITTED"} and (text := _slug(node.value)):
                yield text
        elif isinstance(node, ast.FunctionDef):
            yield from (text for one in node.args.kw_defaults if one is not None and (text := _slug(one)))


def _slug(node: ast.AST) -> str | None:
    value = getattr(node, "value", None)
    return value if isinstance(value, str) and SLUG.fullmatch(value) else None


def test_a_new_problem_in_the_code_is_seen() -> None:
    source = 'raise Refused(409, "too-early", "Wait.")\nclass X:\n    code = "too-soon"\nf(slug="too-bad")'

    assert set(slugs_in(ast.parse(source))) == {"too-early", "too-soon", "too-bad"}


def test_it_is_served_to_anybody_and_may_be_kept_for_a_while(public_client: PersonClient) -> None:
    answer = public_client.get("/api/v1/openapi.json")

    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert answer.json["openapi"] == "3.1.0"
    assert "max-age" in answer.headers["Cache-Control"]
    again = public_client.get("/api/v1/openapi.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_every_callback_that_the_code_sends_is_in_it() -> None:
    sent = {
        text
        for file in (ROOT / "app").rglob("*.py")
        if "developers" not in file.parts and file.name != "callbacks.py"
        for text in re.findall(r'"(referral\.[a-z_]+)"', file.read_text(encoding="utf-8"))
    }
    sent -= {
        "referral.lapse",
        "referral.confirm_due",
        "referral.contact_due",
        "referral.phone_due",
    }  # clocks of ours

    assert {one.type for one in CALLBACKS} <= sent
    assert {one for one in sent if one.rpartition(".")[2] in set(State)} <= set(DOCUMENT["webhooks"])


def test_the_page_says_when_a_callback_comes_again() -> None:
    said = repeats()

    back, live, others = said.values()
    assert back.startswith("2 s, 4 s, 8 s, 15 s")
    assert live.startswith("1 s, 2 s, 4 s, 8 s, 15 s, 1 min")
    assert others.startswith("5 s, 15 s, 1 min, 5 min, 30 min, 2 h")
