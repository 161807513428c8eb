"""Requests to the hook, made and signed before they are sent: one invented quarrel after another."""

import json
from datetime import UTC, datetime
from uuid import uuid4

from app.delivery.signatures import sign
from bench.rig.calls import NARRATIVE, SAFE


def body_of(number: int, mark: str) -> bytes:
    """One invented call: a neighbors' quarrel that our people may answer."""
    call = {
        "incident_id": f"BENCH-{mark}-{number}",
        "event_time": datetime.now(UTC).isoformat(),
        "kind": "live",
        "nature": "neighbor",
        "call_type": {"code": "415N", "text": "Neighbor dispute"},
        "narrative": NARRATIVE,
        "location": {"lat": 34.05 + number % 200 / 10_000, "lon": -118.25, "address": "100 Example St"},
        "callback": f"555-01{number % 100:02}",
        "language": "en",
        "answers": SAFE,
    }
    return json.dumps(call).encode()


def signed_requests(count: int, path: str, secret: str, client_id: str) -> list[bytes]:
    """Requests ready to send, each with an id of its own."""
    mark, now = uuid4().hex[:8], datetime.now(UTC)
    requests = []
    for number in range(count):
        body = body_of(number, mark)
        headers = {
            "host": "localhost",
            "content-type": "application/json",
            "content-length": str(len(body)),
            "webhook-client": client_id,
            **sign(secret, f"msg_{mark}_{number}", now, body),
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        requests.append(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body)
    return requests
