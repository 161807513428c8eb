"""Words on the screen for what a case can be."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.cases.agreement_models import Said
from app.cases.consent_models import SaidHow
from app.cases.contact_models import FollowUpKind, Heat, How, Result
from app.cases.emergency_models import EmergencyReason
from app.cases.models import CaseState, Chance, Outcome, Payback, Side, WeaponAsked
from app.cases.photo_models import PhotoKind

STATE_LABELS: dict[CaseState, LazyString] = {
    CaseState.OPEN: _l("Open"),
    CaseState.AGREED: _l("Agreement reached, watching"),
    CaseState.CLOSED: _l("Closed"),
}

OUTCOME_LABELS: dict[Outcome, LazyString] = {
    Outcome.AGREEMENT: _l("They agreed"),
    Outcome.CALMED: _l("It calmed down"),
    Outcome.CONNECTED_TO_SERVICE: _l("We connected someone to a service"),
    Outcome.NO_AGREEMENT: _l("They talked, and did not agree"),
    Outcome.NOT_FOUND: _l("We found nobody"),
    Outcome.REFUSED: _l("They did not want us"),
    Outcome.HANDED_BACK: _l("Given back to dispatch"),
}

SIDE_LABELS: dict[Side, LazyString] = {
    Side.ASKED: _l("asked for help"),
    Side.OTHER: _l("other side"),
    Side.SUPPORT: _l("support of a side"),
}

HOW_LABELS: dict[How, LazyString] = {
    How.VISIT: _l("We went there"),
    How.PHONE: _l("By phone"),
    How.MESSAGE: _l("By message"),
    How.JOINT_SESSION: _l("Joint session"),
    How.CIRCLE: _l("Circle"),
}

SAID_HOW_LABELS: dict[SaidHow, LazyString] = {
    SaidHow.IN_PERSON: _l("In person"),
    SaidHow.BY_PHONE: _l("By phone"),
    SaidHow.IN_WRITING: _l("In writing"),
}

RESULT_LABELS: dict[Result, LazyString] = {
    Result.TALKED: _l("We talked"),
    Result.NOBODY_THERE: _l("Nobody there"),
    Result.SAID_NO: _l("They said no"),
    Result.LEFT_NOT_SAFE: _l("We left, not safe"),
}

HEAT_LABELS: dict[Heat, LazyString] = {
    Heat.CALMER: _l("Calmer"),
    Heat.SAME: _l("The same"),
    Heat.HOTTER: _l("Hotter"),
}

FOLLOW_UP_LABELS: dict[FollowUpKind, LazyString] = {
    FollowUpKind.AFTER_72_HOURS: _l("72 hours after the agreement: is it holding?"),
    FollowUpKind.AFTER_7_DAYS: _l("7 days after the agreement: is it holding?"),
    FollowUpKind.AFTER_30_DAYS: _l("30 days after the agreement: is it holding?"),
    FollowUpKind.AFTER_90_DAYS: _l("90 days after the agreement: is it holding?"),
    FollowUpKind.BY_HAND: _l("Look again"),
}

SAID_LABELS: dict[Said, LazyString] = {
    Said.KEPT: _l("Kept"),
    Said.PARTLY: _l("Partly kept"),
    Said.NOT_KEPT: _l("Not kept"),
}

CHANCE_LABELS: dict[Chance, LazyString] = {
    Chance.VERY_LIKELY: _l("very likely"),
    Chance.LIKELY: _l("likely"),
    Chance.EVEN: _l("about even"),
    Chance.UNLIKELY: _l("unlikely"),
    Chance.VERY_UNLIKELY: _l("very unlikely"),
}

PAYBACK_LABELS: dict[Payback, LazyString] = {
    Payback.NOT_ASKED: _l("not asked yet"),
    Payback.NO_SIGN: _l("no sign"),
    Payback.TALKED_OF: _l("someone speaks of it"),
}

WEAPON_LABELS: dict[WeaponAsked, LazyString] = {
    WeaponAsked.NOT_ASKED: _l("not asked yet"),
    WeaponAsked.NONE: _l("asked, none"),
    WeaponAsked.SAID_YES: _l("asked, yes"),
}

PHOTO_LABELS: dict[PhotoKind, LazyString] = {
    PhotoKind.PAPER: _l("A paper"),
    PhotoKind.PLACE: _l("A place"),
    PhotoKind.DAMAGE: _l("Damage"),
    PhotoKind.OTHER: _l("Something else"),
}

LANGUAGE_LABELS: dict[str, LazyString] = {
    "en": _l("English"),
    "es": _l("Spanish"),
    "ko": _l("Korean"),
    "hy": _l("Armenian"),
    "tl": _l("Tagalog"),
    "zh": _l("Chinese"),
    "fa": _l("Farsi"),
    "vi": _l("Vietnamese"),
    "ru": _l("Russian"),
    "ar": _l("Arabic"),
    "ase": _l("American Sign Language"),
}
PART_LABELS: dict[str, LazyString] = {
    "now": _l("Now"),
    "people": _l("People"),
    "contacts": _l("Contacts"),
    "agreement": _l("Agreement"),
    "photos": _l("Pictures"),
    "looks": _l("Who looked"),
    "map": _l("Map"),
}

EMERGENCY_LABELS: dict[EmergencyReason, LazyString] = {
    EmergencyReason.RESPONDER_SILENT: _l("A responder does not answer, and we must know where they are"),
    EmergencyReason.PARTY_IN_DANGER: _l("A person in the case is in danger"),
    EmergencyReason.THREAT_TO_STAFF: _l("Somebody threatens our staff"),
    EmergencyReason.MEDICAL: _l("Somebody needs medical help, and we must say who and where"),
}
