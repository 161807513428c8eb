"""How a message names the call that it is about: by our id, by dispatch's own number, or by a request."""

from dataclasses import dataclass
from typing import Protocol

from app.referrals import conveyance_rows, queries
from app.referrals.incident_ids import name_of_withdrawn
from app.referrals.models import Referral


class Naming(Protocol):
    """What a message says of which call it is about."""

    def find(self) -> Referral | None:
        """The call that is meant now, if we have one of that name."""

    def means(self, referral: Referral) -> bool:
        """Whether a call of this client goes by that name, now or before."""


@dataclass(frozen=True)
class OurId:
    """The id that our first answer gave."""

    client_id: str
    referral_id: str

    def find(self) -> Referral | None:
        return queries.find_for_client(self.referral_id, self.client_id)

    def means(self, referral: Referral) -> bool:
        return referral.id == self.referral_id


@dataclass(frozen=True)
class Incident:
    """Dispatch's own number as we keep it. The latest referral is meant; a late message was of one before."""

    client_id: str
    incident_id: str

    def find(self) -> Referral | None:
        return queries.find_latest(self.client_id, self.incident_id)

    def means(self, referral: Referral) -> bool:
        return referral.incident_id == self.incident_id


@dataclass(frozen=True)
class Request:
    """The id of a request that passed by conveyance, or was withdrawn before it came."""

    client_id: str
    request_id: str

    def find(self) -> Referral | None:
        request = conveyance_rows.find_request(self.client_id, self.request_id)
        return queries.find_for_client(request.referral_id, self.client_id) if request else None

    def means(self, referral: Referral) -> bool:
        is_withdrawn = referral.incident_id == name_of_withdrawn(self.request_id)
        return is_withdrawn or conveyance_rows.is_of(self.client_id, self.request_id, referral.id)
