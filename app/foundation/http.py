"""How every answer leaves: headers, a policy against foreign scripts, and errors in one shape."""

import secrets
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any

import orjson
from flask import (
    Flask,
    Request,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException

from app.foundation.db import db, only_reads
from app.foundation.errors import DomainError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

API_PREFIXES = ("/api/", "/EIDO/")
NOT_TAKEN = {"custody": "dispatch"}
"""In every problem that a machine gets: what was not done here is still with whoever asked."""
JSON = "application/json"
MAX_FORM_BYTES = 1_000_000

ONLY_BY_TLS = {"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}
"""A browser that has been here once comes by https alone, for two years."""

_FIXED_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(self), microphone=()",
}
_MACHINE_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


_PICTURE_HEADERS = {
    "Content-Disposition": 'inline; filename="photo.jpg"',
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
}
"""The browser shows it as a picture or not at all; kept on a device, its name tells nothing."""


def as_picture(jpeg: bytes) -> Response:
    """The answer that is a picture and nothing else."""
    return Response(jpeg, content_type="image/jpeg", headers=_PICTURE_HEADERS)


def csp_nonce() -> str:
    """This answer's nonce: scripts without it do not run."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


class RequestInMemory(Request):
    """A request whose files stay in memory: what is to be sealed must not lie open on a disk before."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()  # no larger than the door lets a request be


class MachineAnswer(Response):
    """JSON for a machine. Its headers are complete from the start: nothing is worked out as it leaves.

    A browser that is led here runs and frames nothing of it. Keys are in order, so that equal
    answers are equal bytes.
    """

    def __init__(self, status: int, members: Any, *, content_type: str = JSON, **headers: str) -> None:
        body = orjson.dumps(members, option=orjson.OPT_SORT_KEYS)
        fixed = {"Content-Length": str(len(body)), **_MACHINE_HEADERS, **_tls_headers()}
        super().__init__(body, status, fixed | headers, content_type=content_type)

    def get_wsgi_headers(self, environ: "WSGIEnvironment") -> Headers:
        return self.headers


def _tls_headers() -> dict[str, str]:
    return ONLY_BY_TLS if current_app.extensions["settings"].secure_cookies else {}


def add_headers(answer: Response) -> Response:
    """Nothing from another origin, nothing inline without the nonce, nothing kept in caches."""
    if isinstance(answer, MachineAnswer):
        return answer
    answer.headers.setdefault("Cache-Control", "no-store")
    for name, value in (_FIXED_HEADERS | _tls_headers()).items():
        answer.headers.setdefault(name, value)  # a page may say less of where one comes from
    if "Content-Security-Policy" not in answer.headers:  # what is no page of ours allows itself less
        answer.headers["Content-Security-Policy"] = (
            f"default-src 'none'; script-src 'self' 'nonce-{csp_nonce()}'; "
            f"style-src 'self' 'nonce-{csp_nonce()}'; img-src 'self' data:; connect-src 'self'; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
    return answer


def is_api_request() -> bool:
    return request.path.startswith(API_PREFIXES)


def problem(status: int, slug: str, title: str, **members: Any) -> Response:
    """An RFC 9457 problem. Nothing of what was sent is in it."""
    public_url = current_app.extensions["settings"].public_url
    about = {"type": f"{public_url}/problems/{slug}", "title": title, "status": status}
    return MachineAnswer(status, about | members, content_type="application/problem+json")


def show_domain_error(error: DomainError) -> ResponseReturnValue:
    """The rules of the work said no: shown as it is, on a page or as a problem."""
    db.session.rollback()
    if is_api_request():
        return problem(error.status, error.code, str(error), **NOT_TAKEN)
    page = render_template(
        "errors/page.html",
        code=error.status,
        title=str(error),
        detail="",
        next_step=_next_step(error.status),
    )
    return page, error.status


def show_http_error(error: HTTPException) -> ResponseReturnValue:
    """Wrong address, wrong method, too large, not signed in: each says what to do next."""
    db.session.rollback()
    code = error.code or 500
    if error.response is not None:
        return error.response
    if is_api_request():
        answer = problem(code, _SLUGS.get(code, "invalid-request"), error.name, **NOT_TAKEN)
        answer.headers.extend(
            [(key, value) for key, value in error.get_headers() if key in {"Allow", "Retry-After"}]
        )
        return answer
    if code == 401:
        return redirect(
            url_for("accounts.sign_in", next=request.full_path if request.method == "GET" else None)
        )
    page = render_template(
        "errors/page.html", code=code, title=_title(code), detail="", next_step=_next_step(code)
    )
    return page, code


def show_forgery_error(error: CSRFError) -> ResponseReturnValue:
    """The page is of another session, such as one before the browser was closed, or was not ours."""
    page = render_template(
        "errors/page.html",
        code=400,
        title=_("This page cannot be sent any more"),
        detail="",
        next_step=_("Go back, load the page again, and send it once more. Copy your words first."),
    )
    return page, 400


def show_database_error(error: DBAPIError) -> ResponseReturnValue:
    """Nothing was kept, and we say so: never a success that is not durable."""
    db.session.rollback()
    g.is_database_away = True  # the page must not ask it again who is looking
    if is_api_request():
        answer = problem(503, "not-accepted", "Not stored. Keep the call.", **NOT_TAKEN)
    else:
        answer = Response(
            render_template(
                "errors/page.html",
                code=503,
                title=_("Nothing was kept"),
                detail="",
                next_step=_("Our database does not answer. Try again in a minute."),
            ),
            503,
        )
    answer.headers["Retry-After"] = "2"
    return answer


_SLUGS = {
    401: "unknown-key",
    403: "not-permitted",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    415: "unsupported-media-type",
    429: "slow-down",
    500: "not-accepted",
    503: "not-accepted",
}


def _title(code: int) -> str:
    titles = {
        403: _("Your role does not do this"),
        404: _("There is nothing here for you"),
        405: _("This page does not do that"),
        413: _("That is too much at once"),
        429: _("Too many tries"),
    }
    return str(titles.get(code) or _("Something went wrong"))


def _next_step(code: int) -> str:
    steps = {
        403: _("If your work needs it, ask your lead."),
        404: _("Check the address, or start again from the first page."),
        409: _("Go back and look at how it stands now."),
        413: _("Send less at once."),
        429: _("Wait 15 minutes, then try again."),
    }
    return str(steps.get(code) or _("Go back and try again. Nothing was half kept."))


def refuse_hidden_bytes() -> None:
    """An address with a null byte names nothing here; PostgreSQL would not even take the question."""
    if "\x00" in request.path or b"%00" in request.query_string:
        abort(404)


def require_tls() -> ResponseReturnValue | None:
    """What our proxy says came without TLS: who looks is sent on, everything else is refused.

    A machine that were sent on would go on writing in the clear and never notice.
    """
    settings = current_app.extensions["settings"]
    said = request.headers.get("X-Forwarded-Proto", "").split(",")
    count = settings.trusted_proxies
    if not settings.secure_cookies or not 0 < count <= len(said) or said[-count].strip() != "http":
        return None
    if is_api_request() or request.method not in {"GET", "HEAD"}:
        abort(403)
    return redirect(settings.public_url + request.full_path.rstrip("?"), 308)


def _forget_request(_: BaseException | None = None) -> None:
    only_reads.set(False)


def prepare_http(app: Flask) -> None:
    """Hang headers, the nonce and the error pages into the app."""
    app.request_class = RequestInMemory
    app.config["MAX_CONTENT_LENGTH"] = MAX_FORM_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_FORM_BYTES
    app.url_map.merge_slashes = False  # a machine is never sent elsewhere for a slash too many
    app.before_request(require_tls)
    app.before_request(refuse_hidden_bytes)
    app.after_request(add_headers)
    app.teardown_request(_forget_request)
    app.register_error_handler(DomainError, show_domain_error)
    app.register_error_handler(CSRFError, show_forgery_error)
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(DBAPIError, show_database_error)
    app.jinja_env.globals.update(csp_nonce=csp_nonce)
