"""Door: the contract for people and for machines, open to anybody."""

import re
from functools import cache
from hashlib import sha256
from typing import Any

import orjson
from flask import Blueprint, Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.access import public
from app.developers import examples
from app.developers.drawing import draw
from app.developers.openapi import document
from app.developers.scripts import SCRIPTS
from app.developers.tables import clocks, repeats
from app.referrals import rules
from app.referrals.callbacks import CALLBACKS, CONVEYED
from app.referrals.contract import JSON, OPERATIONS, usual_problems
from app.referrals.problems import PROBLEMS
from app.referrals.transitions import FIRST_STATES
from app.triage.needs import MOST_ASKED
from app.triage.signs import QUESTIONS

bp = Blueprint("developers", __name__)

AN_HOUR = "public, max-age=3600"
_SECTIONS = {
    "rule": "The one rule",
    "try": "Try it",
    "states": "States",
    "clocks": "Clocks",
    "messages": "Messages",
    "problems": "Problems",
    "callbacks": "Callbacks",
    "reconciliation": "Both books",
    "health": "Health",
    "signatures": "Signatures",
    "bodies": "EIDO and JSON",
    "checklist": "Before you go live",
}
_CODE = re.compile("`([^`]*)`")


@bp.get("/developers/hook")
@public
def hook() -> ResponseReturnValue:
    """All that a maker of dispatch systems needs, on one page."""
    callback = examples.callback("referral.accepted", "accept_pending", "both", {"accepted_by": "Ana Reyes"})
    return render_template(
        "developers/hook.html",
        sections=_SECTIONS.items(),
        picture=draw(),
        first_states=FIRST_STATES,
        clocks=clocks(),
        dead_man={kind.value: one.dead_man_seconds for kind, one in rules.DEFAULTS.items()},
        margin=rules.MARGIN_SECONDS,
        operations=OPERATIONS,
        usual={method: usual_problems(method) for method in ("POST", "GET")},
        problems=PROBLEMS.values(),
        callbacks=CALLBACKS,
        conveyed=CONVEYED,
        repeats=repeats(),
        scripts=SCRIPTS,
        standing=_written_out(examples.STANDING),
        read_first=_written_out(examples.READ_FIRST),
        answers=QUESTIONS,
        most_asked=MOST_ASKED,
        callback=_written_out(callback),
        ours=_written_out(examples.FENCE),
        worked=examples.worked_digest(),
        code=as_code,
    )


def _written_out(body: dict[str, Any]) -> str:
    return orjson.dumps(body, option=orjson.OPT_INDENT_2).decode()


def as_code(text: str) -> Markup:
    """A text of the tables, what stands between backticks as code."""
    parts = _CODE.split(text)
    shown = (
        Markup("<code>{}</code>").format(part) if n % 2 else Markup("{}").format(part)
        for n, part in enumerate(parts)
    )
    return Markup("").join(shown)


@bp.get("/api/v1/openapi.json")
@public
def openapi() -> ResponseReturnValue:
    """The contract as OpenAPI 3.1."""
    written = _written(current_app.extensions["settings"].public_url)
    answer = Response(written, content_type=JSON)
    answer.headers["Cache-Control"] = AN_HOUR
    answer.set_etag(sha256(written).hexdigest()[:32])
    return answer.make_conditional(request)


@cache
def _written(public_url: str) -> bytes:
    return orjson.dumps(document(public_url), option=orjson.OPT_INDENT_2)


@bp.get("/problems/<slug>")
@public
def problem(slug: str) -> ResponseReturnValue:
    """What one problem means, who has the call, and what to do next."""
    row = PROBLEMS.get(slug) or abort(404)
    return render_template("developers/problem.html", problem=row, code=as_code)
