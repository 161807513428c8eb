"""The requests that came by conveyance and those we made, kept so that each response finds its own."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import exists, select

from app.accounts.models import DispatchClient
from app.delivery.ladder import HAND_BACK_KIND
from app.foundation import clock, office
from app.foundation.db import db
from app.referrals import conveyance
from app.referrals.conveyance_models import ConveyanceKind, ConveyanceRow
from app.referrals.eido_out import Standing, write_eido
from app.referrals.incident_ids import name_of_withdrawn
from app.referrals.models import Referral
from app.referrals.queries import find_latest

MOST_RESPONSES = 20
_REQUESTS = (ConveyanceKind.THEIR_REQUEST, ConveyanceKind.OUR_REQUEST, ConveyanceKind.OUR_NOTICE)


def keep(
    client_id: str, referral_id: str, request_id: str, kind: ConveyanceKind, *, code: int | None = None
) -> None:
    """Keep a request or a response, dated."""
    db.session.add(
        ConveyanceRow(
            client_id=client_id,
            request_id=request_id,
            referral_id=referral_id,
            kind=kind,
            code=code,
            at=clock.now(),
        )
    )


def find_request(client_id: str, request_id: str) -> ConveyanceRow | None:
    """The newest request under this id, of theirs or of ours to them."""
    wanted = select(ConveyanceRow).where(
        ConveyanceRow.client_id == client_id,
        ConveyanceRow.request_id == request_id,
        ConveyanceRow.kind.in_(_REQUESTS),
    )
    newest = wanted.order_by(ConveyanceRow.at.desc(), ConveyanceRow.id.desc()).limit(1)
    return db.session.scalars(newest).first()


def find_withdrawn(client_id: str, request_id: str) -> Referral | None:
    """What was kept of a withdrawal that came before its request.

    From here to the end of the transaction no other request or early withdrawal of this client
    is decided: of two that come at one moment one sees the other.
    """
    client = select(DispatchClient.id).where(DispatchClient.id == client_id)
    db.session.execute(client.with_for_update(key_share=True))  # messages may still name the client
    return find_latest(client_id, name_of_withdrawn(request_id))


def is_of(client_id: str, request_id: str, referral_id: str) -> bool:
    """Whether a call has, or had, a request of this id."""
    wanted = exists().where(
        ConveyanceRow.client_id == client_id,
        ConveyanceRow.request_id == request_id,
        ConveyanceRow.referral_id == referral_id,
    )
    return bool(db.session.scalar(select(wanted)))


def request_of(referral_id: str) -> str | None:
    """The id of the request that brought this call, if one did; of several, the newest."""
    wanted = select(ConveyanceRow.request_id).where(
        ConveyanceRow.referral_id == referral_id, ConveyanceRow.kind == ConveyanceKind.THEIR_REQUEST
    )
    newest = wanted.order_by(ConveyanceRow.at.desc(), ConveyanceRow.id.desc()).limit(1)
    return db.session.scalars(newest).first()


def requests_of(referral_ids: Sequence[str]) -> dict[str, str]:
    """The same for many calls at once, by call (one query)."""
    wanted = select(ConveyanceRow.referral_id, ConveyanceRow.request_id).where(
        ConveyanceRow.referral_id.in_(referral_ids), ConveyanceRow.kind == ConveyanceKind.THEIR_REQUEST
    )
    oldest_first = wanted.order_by(ConveyanceRow.at, ConveyanceRow.id)
    return dict(db.session.execute(oldest_first).all())


def list_responses(referral_id: str) -> Sequence[ConveyanceRow]:
    """What dispatch responded about a call, newest first."""
    wanted = select(ConveyanceRow).where(
        ConveyanceRow.referral_id == referral_id, ConveyanceRow.kind == ConveyanceKind.THEIR_RESPONSE
    )
    newest = wanted.order_by(ConveyanceRow.at.desc(), ConveyanceRow.id.desc())
    return db.session.scalars(newest.limit(MOST_RESPONSES)).all()


def shaped(referral: Referral, kind: str, facts: dict[str, Any]) -> dict[str, Any] | None:
    """A message to dispatch in the shape of conveyance, for a call that came that way; else None.

    A call that we give back after our yes is a request of our own: dispatch must respond to it
    before our duty ends.
    """
    request_id, client_id = request_of(referral.id), referral.client_id
    if request_id is None or client_id is None:
        return None
    if kind == "referral.accepted":
        return conveyance.our_yes(request_id)
    if kind in _WITH_DOCUMENT:
        row_kind, written = _WITH_DOCUMENT[kind]
        own_id = f"{row_kind}-{referral.id}"
        keep(client_id, referral.id, own_id, row_kind)
        return written(own_id, _eido(referral, facts))
    answer = {"state": referral.state, "custody": referral.custody, "reason": referral.reason}
    return conveyance.response_to(request_id, answer)


# What we tell with the whole document, under an id of our own.
_WITH_DOCUMENT: Mapping[str, tuple[ConveyanceKind, Callable[[str, dict[str, Any]], dict[str, Any]]]] = {
    HAND_BACK_KIND: (ConveyanceKind.OUR_REQUEST, conveyance.written_request),
    "referral.closed": (ConveyanceKind.OUR_NOTICE, conveyance.written_notice),
}


def _eido(referral: Referral, facts: dict[str, Any]) -> dict[str, Any]:
    standing = Standing.of(
        referral,
        our_agency=office.agency_id(),
        changed_at=clock.now(),
        disposition=facts.get("disposition_code"),
    )
    return write_eido(standing)
