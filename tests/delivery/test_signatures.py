"""Signatures: what is signed by a key we know is taken, and nothing else opens the door."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.delivery.signatures import (
    MOST_SIGNATURES,
    PRIVATE,
    PUBLIC,
    SECRET_BYTES,
    TOLERANCE,
    Algorithm,
    SignatureProblem,
    Signed,
    check,
    checking_key,
    new_key_pair,
    new_secret,
    sign,
)
from app.delivery.signatures import SECRET as PREFIX

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
BODY = b'{"type":"referral.accepted"}'
SECRET = new_secret()
PRIVATE_KEY, PUBLIC_KEY = new_key_pair()
PAIRS = {Algorithm.V1: (SECRET, SECRET), Algorithm.V1A: (PRIVATE_KEY, PUBLIC_KEY)}
"""What signs and what checks."""


def signed(keys: str | list[str] = SECRET, at: datetime = NOW, body: bytes = BODY) -> dict[str, Any]:
    """What `check` is told of a message as it came, received at NOW."""
    headers = sign(keys, "msg_1", at, body)
    return {
        "message_id": headers["webhook-id"],
        "timestamp": headers["webhook-timestamp"],
        "signatures": headers["webhook-signature"],
        "body": body,
        "now": NOW,
    }


@pytest.mark.parametrize("algorithm", Algorithm)
def test_what_we_sign_we_take(algorithm: Algorithm) -> None:
    signing, checking = PAIRS[algorithm]

    assert signed(signing)["signatures"].startswith(f"{algorithm.value},")
    assert check(checking, **signed(signing)) is None


@pytest.mark.parametrize(
    "change",
    [
        {"body": BODY + b" "},
        {"message_id": "msg_2"},
        {"timestamp": str(int(NOW.timestamp()) + 1)},
        {"timestamp": ""},
        {"timestamp": "-5"},
        {"timestamp": "١٢٣"},  # Arabic digits are digits to Python
        {"timestamp": "9" * 13},
        {"signatures": ""},
        {"signatures": "v1,"},
        {"signatures": "v1,é"},
    ],
)
@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_message_that_was_changed_is_refused(change: dict[str, Any], algorithm: Algorithm) -> None:
    signing, checking = PAIRS[algorithm]

    assert check(checking, **(signed(signing) | change)) is SignatureProblem.BAD


@pytest.mark.parametrize("algorithm", Algorithm)
@given(data=st.data())
def test_any_byte_that_is_changed_anywhere_is_refused(algorithm: Algorithm, data: st.DataObject) -> None:
    signing, checking = PAIRS[algorithm]
    body = data.draw(st.binary(min_size=1, max_size=200))
    message = signed(signing, body=body)
    name = data.draw(st.sampled_from(["message_id", "timestamp", "signatures", "body"]))
    before = message[name] if name == "body" else message[name].encode()
    place = data.draw(st.integers(0, len(before) - 1))
    byte = data.draw(st.integers(0, 127 if name != "body" else 255).filter(lambda one: one != before[place]))
    after = before[:place] + bytes([byte]) + before[place + 1 :]
    changed = message | {name: after if name == "body" else after.decode()}

    assert check(checking, **message) is None
    assert check(checking, **changed) is SignatureProblem.BAD


@given(
    message_id=st.text(st.characters()),
    timestamp=st.text(st.characters()) | st.from_regex(r"[0-9]{1,20}", fullmatch=True),
    signatures=st.text(st.characters())
    | st.text("v1a, =+/AZé\ud800").map(lambda text: f"v1a,{text} v1,{text}"),
    body=st.binary(),
)
def test_whatever_a_stranger_writes_is_refused_and_nothing_breaks(
    message_id: str, timestamp: str, signatures: str, body: bytes
) -> None:
    told = {"message_id": message_id, "timestamp": timestamp, "signatures": signatures, "body": body}

    assert check([SECRET, PUBLIC_KEY], now=NOW, **told) is SignatureProblem.BAD


def test_headers_that_are_missing_are_refused() -> None:
    assert not any(checking_key(key).signed(Signed.from_headers({}, BODY)) for key in (SECRET, PUBLIC_KEY))


def test_a_wrong_secret_is_refused() -> None:
    assert check(new_secret(), **signed()) is SignatureProblem.BAD


@pytest.mark.parametrize("scheme", ["v1a", "v2", "V1", "none", ""])
def test_another_scheme_is_no_signature(scheme: str) -> None:
    right = signed()["signatures"].removeprefix("v1,")
    forged = signed() | {"signatures": f"{scheme},{right} {right}"}

    assert check([SECRET, PUBLIC_KEY], **forged) is SignatureProblem.BAD


def test_a_public_key_is_never_a_secret_that_both_sides_know() -> None:
    """Everybody may know it: a message signed with it as if it were a secret is a stranger's."""
    as_secret = PREFIX + PUBLIC_KEY.removeprefix(PUBLIC)
    forged = signed(as_secret)
    renamed = forged | {"signatures": forged["signatures"].replace("v1,", "v1a,")}

    assert [check(PUBLIC_KEY, **told) for told in (forged, renamed)] == [SignatureProblem.BAD] * 2
    for refused in (lambda: sign(PUBLIC_KEY, "msg_1", NOW, BODY), lambda: checking_key(PRIVATE_KEY)):
        with pytest.raises(ValueError, match="whsec_ and base64"):
            refused()


def test_five_minutes_are_five_minutes() -> None:
    assert timedelta(seconds=300) == TOLERANCE


@pytest.mark.parametrize("late", [TOLERANCE, -TOLERANCE, timedelta()])
def test_five_minutes_either_way_are_in_time(late: timedelta) -> None:
    assert check(SECRET, **signed(at=NOW - late)) is None


@pytest.mark.parametrize("late", [TOLERANCE + timedelta(seconds=1), -TOLERANCE - timedelta(seconds=1)])
def test_an_old_or_a_future_message_is_stale(late: timedelta) -> None:
    assert check(SECRET, **signed(at=NOW - late)) is SignatureProblem.STALE


def test_an_old_message_with_a_wrong_signature_is_told_nothing_of_our_clock() -> None:
    assert check(new_secret(), **signed(at=NOW - timedelta(days=1))) is SignatureProblem.BAD


@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_right_signature_of_several_is_enough(place: int) -> None:
    given = [signed(new_secret())["signatures"] for _ in range(2)]
    given.insert(place, signed()["signatures"])

    assert check(SECRET, **(signed() | {"signatures": " ".join(given)})) is None


def test_while_keys_are_changed_one_of_several_is_enough_on_either_side() -> None:
    old, new = new_secret(), new_secret()
    both = signed([old, new, PRIVATE_KEY])

    assert len(both["signatures"].split(" ")) == 3
    for known in ([old], [new], [PUBLIC_KEY], [new_secret(), new], [new_secret(), PUBLIC_KEY]):
        assert check(known, **both) is None
    assert check([new_secret(), new_key_pair()[1]], **both) is SignatureProblem.BAD
    assert check([], **both) is SignatureProblem.BAD


@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_signature_has_one_way_to_be_written(algorithm: Algorithm) -> None:
    """Base64 has bits to spare at its end: other letters there would stand for the same bytes."""
    signing, checking = PAIRS[algorithm]
    message = signed(signing)
    right = message["signatures"]
    last = right.index("=") - 1
    others = [right[:last] + letter + right[last + 1 :] for letter in LETTERS]
    start = len(algorithm.value) + 1
    raw = base64.b64decode(right[start:])
    same = [other for other in others if other != right and base64.b64decode(other[start:]) == raw]

    assert same
    assert all(check(checking, **(message | {"signatures": other})) is SignatureProblem.BAD for other in same)


def test_more_signatures_than_an_honest_sender_needs_are_not_even_read() -> None:
    right = signed()["signatures"]
    most, more = " ".join([right] * MOST_SIGNATURES), " ".join([right] * (MOST_SIGNATURES + 1))

    assert check(SECRET, **(signed() | {"signatures": most})) is None
    assert check(SECRET, **(signed() | {"signatures": more})) is SignatureProblem.BAD


def test_secrets_are_fresh_and_long() -> None:
    assert new_secret() != new_secret()
    assert new_secret().startswith(PREFIX)
    assert len(new_secret()) >= len(PREFIX) + 43


def test_pairs_are_fresh_and_raw() -> None:
    private, public = new_key_pair()

    assert (private, public) != new_key_pair()
    assert [len(base64.b64decode(key[5:])) for key in (private, public)] == [32, 32]


@pytest.mark.parametrize(
    "key",
    [
        "whsec_not*letters",
        "whsec_",
        "whsec_" + base64.b64encode(bytes(SECRET_BYTES.start - 1)).decode(),
        "whsec_" + base64.b64encode(bytes(SECRET_BYTES.stop)).decode(),
        base64.b64encode(bytes(32)).decode(),
        "whsec_é",
        "whpk_not*letters",
        "whpk_" + base64.b64encode(bytes(31)).decode(),
        "whpk_" + base64.b64encode(bytes(64)).decode(),
    ],
)
def test_a_key_that_is_none_is_said_to_be_none_without_its_text(key: str) -> None:
    with pytest.raises(ValueError, match="base64") as caught:
        checking_key(key)
    assert len(key) < 10 or key[-6:] not in str(caught.value)


@pytest.mark.parametrize("raw", [bytes(31), bytes(64), bytes(33)])
def test_a_private_key_that_is_none_signs_nothing(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"whsk_|do not belong together"):
        sign(PRIVATE + base64.b64encode(raw).decode(), "msg_1", NOW, BODY)
