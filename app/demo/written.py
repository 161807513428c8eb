"""Writing what the invented centre sends, in the forms that the hook takes."""

import json
from datetime import datetime
from typing import Any

from app.demo.calls import InventedCall
from app.demo.written_eido import incident_urn, write_eido


def incident_id_of(call: InventedCall, *, has_others: bool = False) -> str:
    """The id under which the office will know the incident; others may tell of it in the other form."""
    return incident_urn(call.number) if call.is_eido or has_others else call.number


def version_at(now: datetime) -> int:
    """Versions are times, as in an EIDO, so that both forms of one incident count alike."""
    return int(now.timestamp() * 1000)


def write_call(call: InventedCall, now: datetime, incident_id: str = "") -> bytes:
    """The first message of a call, in the form that this call has."""
    document = write_eido(call, now) if call.is_eido else _as_json(call, now, incident_id or call.number)
    return json.dumps(document, ensure_ascii=False).encode()


def write_update(words: str, version: int) -> bytes:
    """A later message: what the caller says now."""
    return json.dumps({"version": version, "narrative": words}, ensure_ascii=False).encode()


def _as_json(call: InventedCall, now: datetime, incident_id: str) -> dict[str, Any]:
    place: dict[str, Any] = {"address": call.corner} if call.corner else {}
    if call.spot:
        place |= {"lat": call.spot.lat, "lon": call.spot.lon}
    written: dict[str, Any] = {
        "incident_id": incident_id,
        "version": version_at(now),
        "event_time": now.isoformat(),
        "kind": "live" if call.is_live else "callback",
        "nature": call.story.nature.value,
        "call_type": {"code": call.story.code, "text": call.story.text},
        "priority": "3",
        "narrative": call.story.words,
        "callback": call.callback,
        "language": call.story.language,
        "answers": call.answers,
    }
    return written | ({"location": place} if place else {})
