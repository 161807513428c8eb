"""What a person's browser keeps of a sign-in: its secret, and that they were on this device before.

Both are signed by us and out of reach of scripts. Everything else about a sign-in is in its row.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Request, Response, after_this_request, current_app, request, session
from itsdangerous import BadSignature, URLSafeSerializer

from app.accounts.device_words import device_words
from app.accounts.models import Account
from app.accounts.sign_in import Origin
from app.vault.keyring import fingerprint

SECRET = "sign_in"  # noqa: S105 the name under which it is kept
DEVICE_COOKIE = "device"
DEVICE_KEPT = timedelta(days=180)
HOLDS = timedelta(minutes=5)
MOST_PEOPLE = 20
_TOKEN = "csrf_token"  # noqa: S105 Flask-WTF's name for it


def secret_of(request: Request) -> str | None:
    """The secret of the sign-in that this browser says it has."""
    secret = session.get(SECRET)
    return secret if isinstance(secret, str) else None


def keep_secret(secret: str, *, is_same_person: bool) -> None:
    """Begin anew with this secret. A page that the same person had open can still be sent."""
    token = session.get(_TOKEN) if is_same_person else None
    session.clear()
    session[SECRET] = secret
    if token:
        session[_TOKEN] = token


def forget_secret() -> None:
    """Leave nothing of the sign-in in the browser."""
    session.clear()


def keep_for_five_minutes(name: str, value: str, now: datetime) -> None:
    """Keep a step that is half done, such as "the password was right"."""
    session[name] = {"value": value, "until": (now + HOLDS).timestamp()}


def take_kept(name: str, now: datetime, *, is_last: bool = True) -> str | None:
    """What was kept; None when it was not, or five minutes have passed."""
    kept = session.pop(name, None) if is_last else session.get(name)
    if not isinstance(kept, dict) or kept.get("until", 0) < now.timestamp():
        return None
    return str(kept["value"])


def origin_for(email: str) -> Origin:
    """Where a try at this name comes from."""
    kept = _read_device()
    is_known = kept is not None and _print_of(email) in kept["of"]
    return Origin(request.remote_addr or "", str(kept["id"]) if kept and is_known else None)


def is_known_device(account: Account) -> bool:
    """Whether this person has signed in on this device before."""
    kept = _read_device()
    return kept is not None and _print_of(account.email) in kept["of"]


def remember_device(account: Account) -> None:
    """Know this device again: who has signed in here is not shut out by who guesses elsewhere."""
    kept = _read_device() or {"id": secrets.token_urlsafe(12), "of": []}
    people = [one for one in kept["of"] if one != _print_of(account.email)]
    value = _signer().dumps({"id": kept["id"], "of": [*people, _print_of(account.email)][-MOST_PEOPLE:]})

    @after_this_request
    def put(answer: Response) -> Response:
        answer.set_cookie(
            DEVICE_COOKIE,
            value,
            max_age=DEVICE_KEPT,
            samesite="Lax",
            httponly=True,
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        )
        return answer


def device_now() -> str:
    """This browser in words."""
    return device_words(request.headers.get("User-Agent", ""))


def _read_device() -> dict[str, Any] | None:
    try:
        kept = _signer().loads(request.cookies.get(DEVICE_COOKIE, ""))
    except BadSignature:
        return None
    return kept if isinstance(kept, dict) else None


def _print_of(email: str) -> str:
    return fingerprint("known_device", email.lower())[:20]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="device")
