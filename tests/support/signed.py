"""Messages as a client signs them, and what the door makes of them."""

from datetime import datetime

from app.accounts.clients import SignedMessage, read_signature
from app.accounts.purposes import Asked
from app.delivery.signatures import sign
from app.foundation import clock

BODY = b'{"incident_id":"L-1"}'


def read_signed(
    keys: str | list[str],
    *,
    client_id: str | None = None,
    asked: Asked = Asked.TELL,
    at: datetime | None = None,
) -> SignedMessage:
    """What the door says of a message that these keys sign, now or at a moment."""
    moment = at or clock.now()
    named = {"webhook-client": client_id} if client_id else {}
    return read_signature(sign(keys, "msg_1", moment, BODY) | named, BODY, moment, asked)
