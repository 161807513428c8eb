"""Messages as no honest centre sends them: broken, huge, doubled, half written. By a seed, always the same.

Every message is made from one that the hook would take; some stay whole, so that what is kept
can be counted against what was answered.
"""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from random import Random
from typing import Any

from app.referrals.contract import JSON, OPERATIONS, Operation
from app.referrals.eido import MEDIA_TYPE as EIDO
from tests.support.contract import BY_ID
from tests.support.prober import conveyed, eido
from tests.support.referrals import call

SECRET_WORDS = "MrsInventedLivesThere"
DEEP = 3_000
MOST_PLACES = 1_000
WILD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, -0.0, 2**53 + 1, 2**63, 10**400, 1e308),
    *("", " ", SECRET_WORDS, SECRET_WORDS * 500, "\x00", "a\x00b", "\ufeff", "\u202e" + SECRET_WORDS),
    *("\ud800", "\udfff\ud800", "\U0001f9ff" * 30, "e\u0301" * 60, "\u0344" * 100, "2026-02-30T00:00:00Z"),
    *(
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59",
        "yes",
        "NO",
        "live",
        "<p>x</p><script>1</script>",
    ),
    *([], {}, [[]], [None], {"": ""}, {"$ref": "#"}, {"$id": SECRET_WORDS}, [SECRET_WORDS] * 50),
    *(
        {SECRET_WORDS: SECRET_WORDS},
        {"__proto__": {"x": 1}},
        {"constructor": 1},
        ["'; DROP TABLE referrals; --"],
    ),
)
NUMBERS = (b"NaN", b"-Infinity", b"1e999999", b"-", b"0x10", b"01", b"1" * 5_000)
MEDIA_TYPES = (
    *("", "text/plain", "application/xml", "application/json; charset=utf-16", "application/JSON"),
    *(
        "application/json;",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
        EIDO,
        "*/*",
    ),
)
HEADERS: tuple[dict[str, str], ...] = (
    *({"webhook-id": ""}, {"webhook-id": "x" * 121}, {"webhook-id": "\xe9\xa0"}, {"webhook-id": "a b\tc"}),
    *({"webhook-timestamp": "now"}, {"webhook-timestamp": "-1"}, {"webhook-timestamp": "9" * 400}),
    *(
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1," * 500},
        {"webhook-signature": "v1a,AAAA v2,x"},
    ),
    *({"webhook-client": "nobody"}, {"webhook-client": "\xff"}, {"webhook-client": "' OR 1=1 --"}),
    *({"request-deadline": "1"}, {"request-deadline": "9" * 60}, {"request-deadline": "soon"}),
    *(
        {"content-length": "-1"},
        {"content-length": "abc"},
        {"content-length": "99999999999"},
        {"content-length": "3"},
    ),
    *({"transfer-encoding": "chunked"}, {"content-encoding": "gzip"}, {"expect": "100-continue"}),
    *(
        {"accept-language": "zh-Hans-\xff, *;q=x"},
        {"accept": "text/html"},
        {"cookie": "session=x; theme=dark"},
    ),
    *(
        {"x-http-method-override": "DELETE"},
        {"host": "other.example"},
        {"host": "a b"},
        {"range": "bytes=0-1"},
    ),
)


@dataclass(frozen=True)
class Wild:
    """One message to be signed and sent: to which operation, what, as what, with which headers."""

    operation: Operation
    path: str
    body: bytes
    media_type: str
    headers: dict[str, str] = field(default_factory=dict)


def wild_messages(seed: int, count: int, known: Callable[[], str | None]) -> Iterator[Wild]:
    """So many messages. `known` gives the id of a call that is there, if one is."""
    dice = Random(seed)  # noqa: S311 - the same each time, on purpose
    for _ in range(count):
        yield _one(dice, known())


def _one(dice: Random, known: str | None) -> Wild:
    operation = dice.choice((BY_ID["offerCall"], BY_ID["offerCall"], *OPERATIONS))
    value, media_type = _start(dice, operation)
    for _ in range(dice.choice((0, 0, 1, 1, 2, 4))):
        value = _changed(dice, value)
    body = _written(dice, value) if operation.takes or dice.random() < 0.1 else b""
    if dice.random() < 0.25:
        body = dice.choice(BYTES)(dice, body)
    if dice.random() < 0.08:
        media_type = dice.choice(MEDIA_TYPES)
    headers = dice.choice(HEADERS) if dice.random() < 0.12 else {}
    return Wild(operation, _path(dice, operation, known), body[:200_000], media_type, headers)


def _start(dice: Random, operation: Operation) -> tuple[Any, str]:
    shape = dict(operation.takes)
    if EIDO in shape and dice.random() < 0.4:
        return _loose(eido()), EIDO
    name = shape.get(JSON, "Nothing")
    starts: dict[str, Callable[[], Any]] = {
        "Referral": lambda: _unusable() if dice.random() < 0.1 else call(),
        "Update": lambda: {"version": dice.randint(1, 9), "narrative": "x", "answers": {"weapons": "no"}},
        "Conveyance": conveyed,
        "Nothing": dict,
    }
    return _loose(starts[name]()), JSON


def _unusable() -> dict[str, Any]:
    """A call that says neither where nor whom to call back."""
    return {name: value for name, value in call().items() if name not in {"location", "callback"}}


def _loose(value: Any) -> Any:
    """A copy with no part in two places."""
    return json.loads(json.dumps(value))


def _path(dice: Random, operation: Operation, known: str | None) -> str:
    names = (
        known or "1" * 26,
        "1" * 26,
        "..",
        "a%2Fb",
        "%00",
        "%ff%fe",
        "L-1",
        "x" * 300,
        "%F0%9F%A7%BF",
        "a%0Ab",
    )
    name = names[0] if dice.random() < 0.7 else dice.choice(names)
    path = operation.path.replace("{id}", name).replace("{incident_id}", name)
    asked = (
        "",
        "",
        "?since=%00",
        "?limit=0",
        "?limit=9999999",
        "?since=" + "z" * 26,
        "?since=' OR 1",
        "?a=%ff",
    )
    return path + dice.choice(asked)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every member and item, with what holds it."""
    found: list[tuple[Any, Any]] = []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        found += [(value, key), *_places(one)]
    return found


def _changed(dice: Random, value: Any) -> Any:
    """The same with one place changed."""
    places = _places(value)
    if not places or dice.random() < 0.03:
        return deepcopy(dice.choice(WILD))
    holder, key = dice.choice(places)
    act = dice.randrange(6)
    if act == 0:
        del holder[key]
    elif act == 1 and isinstance(holder, dict):
        holder[f"{key}{dice.choice(('', ' ', chr(0), 'x', chr(0x2024)))}"] = holder.pop(key)
    elif act == 2:
        holder[key] = [holder[key]]
    elif act == 3:
        holder[key] = deepcopy(dice.choice(places)[0]) if len(places) < MOST_PLACES else None
    else:
        holder[key] = deepcopy(dice.choice(WILD))
    return value


def _written(dice: Random, value: Any) -> bytes:
    try:
        text = json.dumps(value, ensure_ascii=dice.random() < 0.5)
    except (ValueError, RecursionError):
        text = '{"incident_id": ' * 50
    return text.encode("utf-8", "surrogatepass")


def _flip(dice: Random, body: bytes) -> bytes:
    made = bytearray(body or b"{}")
    for _ in range(dice.randint(1, 8)):
        made[dice.randrange(len(made))] ^= 1 << dice.randrange(8)
    return bytes(made)


def _doubled(dice: Random, body: bytes) -> bytes:
    """A key twice, at some depth."""
    at = [n for n, byte in enumerate(body) if byte == ord("{")]
    where = dice.choice(at) + 1 if at else 0
    return (
        body[:where] + b'"incident_id": "a", "incident_id": "b", "answers": {"weapons": "no"},' + body[where:]
    )


def _number(dice: Random, body: bytes) -> bytes:
    return body.replace(b": 1", b": " + dice.choice(NUMBERS)).replace(b"33.94", dice.choice(NUMBERS))


def _deep(dice: Random, body: bytes) -> bytes:
    opening, closing = dice.choice(((b"[", b"]"), (b'{"a":', b"}")))
    deep = opening * DEEP + b"1" + closing * (DEEP if dice.random() < 0.5 else 0)
    return (
        body.replace(b'"narrative"', b'"deeper": ' + deep + b', "narrative"', 1)
        if dice.random() < 0.5
        else deep
    )


BYTES: tuple[Callable[[Random, bytes], bytes], ...] = (
    _flip,
    _doubled,
    _number,
    _deep,
    lambda dice, body: body[: dice.randrange(len(body) + 1)],
    lambda _, body: body[: len(body) // 2] + b"\xe2\x82",
    lambda _, body: b"\xef\xbb\xbf" + body,
    lambda _, body: body.replace(b'"', b'"\xff', 1),
    lambda _, body: body.decode("utf-8", "replace").encode("utf-16"),
    lambda _, body: gzip.compress(body, mtime=0),
    lambda _, body: zlib.compress(b" " * 10_000_000 + body)[:60_000],
    lambda _, body: body + body,
    lambda _, body: body + b"\x00" * 100,
    lambda _, body: body + b" " * 70_000,
    lambda dice, _: dice.randbytes(dice.randrange(2_000)),
    lambda _, __: b"",
)
