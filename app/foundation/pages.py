"""Small pages that every reader needs: the look, the map library, language and light."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, redirect, request, send_file
from flask.typing import ResponseReturnValue

from app.foundation import assets
from app.foundation.cookies import ONE_YEAR, keep_choice, kept_as
from app.foundation.i18n import LANGUAGE_COOKIE, RESIDENT_LANGUAGES

THEME_COOKIE = "theme"
THEMES = ("light", "dark")
FOR_GOOD = f"public, max-age={ONE_YEAR}, immutable"


def safe_next(fallback: str = "/") -> str:
    """Where to go back to: a page of ours, never another site."""
    wanted = request.values.get("next", "")
    parts = urlsplit(wanted)
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.netloc
    return wanted if is_ours else fallback


def theme() -> str:
    """The light the person chose for themselves; empty follows their system."""
    chosen = request.cookies.get(kept_as(THEME_COOKIE), "")
    return chosen if chosen in THEMES else ""


def make_blueprint() -> Blueprint:
    """The pages, without their marks: who may come in is said where access is known."""
    bp = Blueprint("pages", __name__)

    @bp.get("/look/<digest>.css")
    def stylesheet(digest: str) -> ResponseReturnValue:
        answer = Response(assets.stylesheet(), mimetype="text/css")
        answer.headers["Cache-Control"] = FOR_GOOD
        return answer

    @bp.get("/library/<package>/<path:name>")
    def library(package: str, name: str) -> ResponseReturnValue:
        path = assets.package_file(package, name) or abort(404)
        answer = send_file(path, max_age=ONE_YEAR)
        answer.headers["Cache-Control"] = FOR_GOOD
        return answer

    @bp.get("/language/<code>")
    def set_language(code: str) -> ResponseReturnValue:
        if code not in RESIDENT_LANGUAGES:
            abort(404)
        return _keep(LANGUAGE_COOKIE, code)

    @bp.post("/theme")
    def set_theme() -> ResponseReturnValue:
        wanted = request.form.get("theme", "")
        return _keep(THEME_COOKIE, wanted if wanted in THEMES else "")

    return bp


def _keep(cookie: str, value: str) -> ResponseReturnValue:
    answer = redirect(safe_next())
    keep_choice(answer, cookie, value)
    return answer
