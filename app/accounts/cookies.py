"""What a person's browser keeps of a sign-in: its secret, that they were here before, and what they read.

Both are signed by us and out of reach of scripts. Everything else about a sign-in is in its row.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Request, Response, after_this_request, current_app, request, session
from itsdangerous import BadSignature, URLSafeSerializer

from app.accounts.device_words import device_words
from app.accounts.models import Account
from app.accounts.notice_models import ReadMark
from app.accounts.sign_in import Origin
from app.foundation.cookies import kept_as
from app.foundation.origins import origin_of
from app.vault.keyring import fingerprint

SECRET = "sign_in"  # noqa: S105 the name under which it is kept
DEVICE_COOKIE = "device"
DEVICE_KEPT = timedelta(days=180)
HOLDS = timedelta(minutes=5)
MOST_PEOPLE = 20
MOST_READERS = 10
"""A browser keeps four thousand letters of a cookie."""
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


def find_kept(name: str, now: datetime) -> str | None:
    """What was kept; None when it was not, or five minutes have passed."""
    kept = session.get(name)
    if not isinstance(kept, dict) or kept.get("until", 0) < now.timestamp():
        return None
    return str(kept["value"])


def origin_for(email: str) -> Origin:
    """Where a try at this name comes from."""
    kept = _device()
    return Origin(origin_of(request.remote_addr), str(kept["id"]) if _print_of(email) in kept["of"] else None)


def is_known_device(account: Account) -> bool:
    """Whether this person has signed in on this device before."""
    return _print_of(account.email) in _device()["of"]


def remember_device(account: Account) -> None:
    """Know this device again: who has signed in here is not shut out by who guesses elsewhere."""
    kept, own = _device(), _print_of(account.email)
    people = [one for one in kept["of"] if one != own]
    _put_device({**kept, "of": [*people, own][-MOST_PEOPLE:]})


def read_mark(account: Account) -> ReadMark:
    """How far this person has read, on this device, what happened to their sign-in."""
    up_to, *but = _device()["read"].get(_print_of(account.email), [""])
    return ReadMark(up_to, tuple(but))


def keep_read(account: Account, mark: ReadMark) -> None:
    """Keep how far they have read. It makes the device known to nobody: reading is no signing in."""
    kept, own = _device(), _print_of(account.email)
    others = [(one, read) for one, read in kept["read"].items() if one != own]
    _put_device({**kept, "read": dict([*others, (own, [mark.up_to, *mark.but])][-MOST_READERS:])})


def device_now() -> str:
    """This browser in words."""
    return device_words(request.headers.get("User-Agent", ""))


def _device() -> dict[str, Any]:
    """What this browser keeps of itself; a new one where it keeps nothing."""
    try:
        kept = _signer().loads(request.cookies.get(kept_as(DEVICE_COOKIE), ""))
    except BadSignature:
        kept = {"id": secrets.token_urlsafe(12)}
    return {"of": [], "read": {}, **kept}


def _put_device(kept: dict[str, Any]) -> None:
    value = _signer().dumps(kept)

    @after_this_request
    def put(answer: Response) -> Response:
        answer.set_cookie(
            kept_as(DEVICE_COOKIE),
            value,
            max_age=DEVICE_KEPT,
            samesite="Lax",
            httponly=True,
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        )
        return answer


def _print_of(email: str) -> str:
    return fingerprint("known_device", email.lower())[:20]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="device")
