"""The nature of a call: what kind of trouble it is, in the few words that lanes are chosen by."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString


class Nature(StrEnum):
    """A kind of call (triage.md 5.3). `OTHER` is everything we have no word for: a person reads it."""

    NEIGHBOR = "neighbor"
    NOISE = "noise"
    ROOMMATE = "roommate"
    FAMILY = "family"
    LANDLORD_TENANT = "landlord_tenant"
    CUSTOMER_BUSINESS = "customer_business"
    YOUTH = "youth"
    PAST_HARM = "past_harm"
    MENTAL_DISTRESS = "mental_distress"
    INTOXICATED = "intoxicated"
    WELFARE = "welfare"
    UNHOUSED = "unhoused"
    SERVICE_NEED = "service_need"
    TENSION = "tension"
    PARTNER = "partner"
    DANGER = "danger"
    OTHER = "other"


NATURE_LABELS: dict[Nature, LazyString] = {
    Nature.NEIGHBOR: _l("Neighbor dispute"),
    Nature.NOISE: _l("Noise"),
    Nature.ROOMMATE: _l("Roommate dispute"),
    Nature.FAMILY: _l("Family argument"),
    Nature.LANDLORD_TENANT: _l("Landlord and tenant"),
    Nature.CUSTOMER_BUSINESS: _l("Customer and business"),
    Nature.YOUTH: _l("Young people"),
    Nature.PAST_HARM: _l("Harm, now over"),
    Nature.MENTAL_DISTRESS: _l("Person in distress"),
    Nature.INTOXICATED: _l("Person drunk or high"),
    Nature.WELFARE: _l("Welfare check"),
    Nature.UNHOUSED: _l("Person without a home"),
    Nature.SERVICE_NEED: _l("Needs a service"),
    Nature.TENSION: _l("Tension between groups"),
    Nature.PARTNER: _l("Couple"),
    Nature.DANGER: _l("Danger"),
    Nature.OTHER: _l("Not yet clear"),
}
