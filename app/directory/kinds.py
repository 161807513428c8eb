"""What a service is about, in the few words a person searches by."""

import re
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString


class ServiceKind(StrEnum):
    """The one kind a service is listed under. `OTHER` is everything we have no word for."""

    MEDIATION = "mediation"
    SHELTER = "shelter"
    HOUSING = "housing"
    FOOD = "food"
    COUNSELING = "counseling"
    LEGAL = "legal"
    HEALTH = "health"
    JOBS = "jobs"
    YOUTH = "youth"
    MONEY = "money"
    OTHER = "other"


KIND_LABELS: dict[ServiceKind, LazyString] = {
    ServiceKind.MEDIATION: _l("Mediation"),
    ServiceKind.SHELTER: _l("Shelter"),
    ServiceKind.HOUSING: _l("Housing"),
    ServiceKind.FOOD: _l("Food"),
    ServiceKind.COUNSELING: _l("Counseling"),
    ServiceKind.LEGAL: _l("Legal help"),
    ServiceKind.HEALTH: _l("Health"),
    ServiceKind.JOBS: _l("Work and training"),
    ServiceKind.YOUTH: _l("Young people"),
    ServiceKind.MONEY: _l("Money and benefits"),
    ServiceKind.OTHER: _l("Other help"),
}

# The first that fits, in this order: a legal clinic about evictions is legal help.
_SIGNS: tuple[tuple[ServiceKind, str], ...] = (
    (ServiceKind.MEDIATION, r"mediat|dispute resolution"),
    (ServiceKind.LEGAL, r"legal|law\b|lawyer|attorney|court|divorce|eviction defen|pro bono"),
    (ServiceKind.SHELTER, r"shelter|emergency bed|safe house"),
    (ServiceKind.FOOD, r"food|meal|pantry|soup kitchen|nutrition|groceries"),
    (ServiceKind.COUNSELING, r"counsel|mental health|therap|crisis line|grief|support group"),
    (ServiceKind.HOUSING, r"housing|rent\b|tenant|eviction|homeless"),
    (ServiceKind.JOBS, r"\bjobs?\b|employment|career|training|workforce"),
    (ServiceKind.HEALTH, r"health|medical|clinic|dental"),
    (ServiceKind.YOUTH, r"youth|teen|after.school|child"),
    (ServiceKind.MONEY, r"benefit|financial|tax|cash|utility|debt"),
)


def kind_of(*words: str | None) -> ServiceKind:
    """The kind that words about a service point to; earlier words weigh more than later ones."""
    for text in words:
        for kind, sign in _SIGNS:
            if text and re.search(sign, text, re.IGNORECASE):
                return kind
    return ServiceKind.OTHER
