"""Signatures: what others have published holds here too."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.delivery.signatures import PRIVATE, PUBLIC, SignatureProblem, check, new_key_pair, sign

VECTORS = Path(__file__).parents[3] / "shared" / "standards" / "webhooks" / "test-vectors.json"
# Test keys of RFC 8032, 7.1: the raw private key and its public key.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    ),
]


def written(start: str, raw: str) -> str:
    return start + base64.b64encode(bytes.fromhex(raw)).decode()


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


def test_the_example_of_the_specification_for_public_keys_holds() -> None:
    """Its private key is written with the public one behind it, as libsodium keeps them."""
    key = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=="
    at = datetime.fromtimestamp(1614265330, UTC)
    made = sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
    assert made["webhook-signature"] == (
        "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="
    )
    public = PUBLIC + base64.b64encode(base64.b64decode(key[5:])[32:]).decode()
    told = {"message_id": made["webhook-id"], "timestamp": made["webhook-timestamp"], "now": at}
    assert check(public, signatures=made["webhook-signature"], body=b'{"test": 2432232314}', **told) is None


@pytest.mark.parametrize(("private", "public"), RFC_8032)
def test_keys_of_the_standard_of_ed25519_sign_and_check(private: str, public: str) -> None:
    body, at = b"{}", datetime(2026, 11, 21, 12, tzinfo=UTC)
    made = sign(written(PRIVATE, private), "msg_1", at, body)
    told = {"message_id": "msg_1", "timestamp": made["webhook-timestamp"], "body": body, "now": at}

    assert check(written(PUBLIC, public), signatures=made["webhook-signature"], **told) is None
    assert check(new_key_pair()[1], signatures=made["webhook-signature"], **told) is SignatureProblem.BAD


def test_our_own_vector_of_a_public_key_holds() -> None:
    """Made once with the first key of RFC 8032, so that no later change signs another text."""
    at = datetime.fromtimestamp(1748801111, UTC)
    made = sign(written(PRIVATE, RFC_8032[0][0]), "msg_2OVPdemo0000000000000001", at, b'{"test": 1}')
    assert (
        made["webhook-signature"]
        == "v1a,LFgtDScr3MZRwbT8wRcT/x1uAWgLiv8HY3YwssZxkCaVe96ZnJ6ryiZoQ+I68+6/qQCM3QOoey6yHEcphgyRDw=="
    )
