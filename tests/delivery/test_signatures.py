"""Signatures: the published vectors hold, and nothing else opens the door."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.delivery.signatures import PREFIX, TOLERANCE, SignatureProblem, check, new_secret, sign

VECTORS = Path(__file__).parents[3] / "shared" / "standards" / "webhooks" / "test-vectors.json"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
BODY = b'{"type":"referral.accepted"}'
SECRET = new_secret()


def signed(secret: str = SECRET, at: datetime = NOW, body: bytes = BODY) -> dict[str, Any]:
    """What `check` is told of a message as it came, received at NOW."""
    headers = sign(secret, "msg_1", at, body)
    return {
        "message_id": headers["webhook-id"],
        "timestamp": headers["webhook-timestamp"],
        "signatures": headers["webhook-signature"],
        "body": body,
        "now": NOW,
    }


def test_the_published_vectors_hold() -> None:
    if not VECTORS.exists():
        pytest.skip(f"{VECTORS} is kept outside the repository and is not here")
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    assert vectors
    for vector in vectors:
        at = datetime.fromtimestamp(vector["webhook-timestamp"], UTC)
        made = sign(vector["secret"], vector["webhook-id"], at, vector["body"].encode())
        assert made["webhook-signature"] == vector["webhook-signature"]
        assert made["webhook-timestamp"] == str(vector["webhook-timestamp"])


def test_the_vector_of_the_specification_holds_here_too() -> None:
    made = sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        b'{"test": 2432232314}',
    )
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_we_sign_we_take() -> None:
    assert check(SECRET, **signed()) is None


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
def test_a_message_that_was_changed_is_refused(change: dict[str, Any]) -> None:
    assert check(SECRET, **(signed() | change)) is SignatureProblem.BAD


def test_a_wrong_secret_is_refused() -> None:
    assert check(new_secret(), **signed()) is SignatureProblem.BAD


def test_another_scheme_is_no_signature() -> None:
    right = signed()["signatures"].removeprefix("v1,")
    assert check(SECRET, **(signed() | {"signatures": f"v1a,{right} {right}"})) is SignatureProblem.BAD


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


def test_secrets_are_fresh_and_long() -> None:
    assert new_secret() != new_secret()
    assert new_secret().startswith(PREFIX)
    assert len(new_secret()) >= len(PREFIX) + 43


def test_a_secret_that_is_none_is_said_to_be_none_without_its_text() -> None:
    with pytest.raises(ValueError, match="whsec_ and base64") as caught:
        sign("whsec_not*base64", "msg_1", NOW, BODY)
    assert "not*base64" not in str(caught.value)
