"""The form by which a resident asks for a mediator."""

from hashlib import sha256

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import HiddenField
from wtforms.validators import Regexp

from app.cases.labels import LANGUAGE_LABELS
from app.foundation.forms import Choice, Form, Line, Pick, Words
from app.foundation.i18n import choices, current_language
from app.foundation.ids import new_id
from app.places.models import Area
from app.referrals.natures import Nature
from app.referrals.payloads import NewRequest

WORDS_MAX, PLACE_MAX, REACH_MAX, WHEN_MAX = 4_000, 300, 60, 200
FLOOD_LIMIT = 20
"""From one address within a quarter of an hour; of what comes beyond, a person reads each one first."""

ABOUT: dict[Nature, LazyString] = {
    Nature.NEIGHBOR: _l("A neighbor"),
    Nature.NOISE: _l("Noise"),
    Nature.ROOMMATE: _l("People who share a home"),
    Nature.FAMILY: _l("Family"),
    Nature.LANDLORD_TENANT: _l("Landlord and tenant"),
    Nature.CUSTOMER_BUSINESS: _l("A shop or a business"),
    Nature.YOUTH: _l("Young people"),
    Nature.PAST_HARM: _l("Something that happened and still hurts"),
    Nature.TENSION: _l("Tension between groups"),
    Nature.OTHER: _l("Something else"),
}
YES_NO: dict[str, LazyString] = {"yes": _l("Yes"), "no": _l("No"), "unknown": _l("Not sure")}
_ANSWER = _l("Choose yes, no or not sure.")


class YesNo(Choice):
    """A question of danger. Not sure is an answer; nothing chosen is not."""

    def __init__(self, label: LazyString, **kwargs: object) -> None:
        super().__init__(label, choices(YES_NO), missing=_ANSWER, **kwargs)


class AskForm(Form):
    """What it is about, where, how to reach you safely, and five questions about danger."""

    form_id = HiddenField(
        default=new_id,
        validators=[Regexp(r"^[0-9a-z]{26}$", message=_l("Load the page again. Copy your words first."))],
    )
    nature = Choice(_l("What is it about?"), choices(ABOUT), missing=_l("Choose what is nearest."))
    words = Words(
        _l("What is going on?"),
        WORDS_MAX,
        missing=_l("Write a few words about what is going on."),
        description=_l("Write as you speak. You can leave out names."),
    )
    weapons = YesNo(_l("Did anyone see a weapon, or talk of one?"))
    injuries = YesNo(_l("Is anyone hurt?"))
    threats = YesNo(_l("Did anyone threaten to hurt someone?"))
    couple = YesNo(_l("Is it between a couple, or people who were a couple?"))
    children_at_risk = YesNo(_l("Are children in danger?"))
    place = Line(
        _l("Where is it?"),
        PLACE_MAX,
        missing=_l("Write a corner or a known place."),
        description=_l("A corner, a building or an address. Only those who help you read it."),
    )
    reach = Line(
        _l("How do we reach you?"),
        REACH_MAX,
        missing=_l("Write a phone number or another way to reach you."),
        description=_l("A phone number, or another way. We call from a number with no name."),
    )
    when = Line(
        _l("When and how is it safe to reach you?"),
        WHEN_MAX,
        description=_l("For example: only after 6, no voice messages."),
    )
    language = Pick(
        _l("In which language shall we talk?"), choices(LANGUAGE_LABELS), default=current_language
    )

    def request_in(self, area: Area | None) -> NewRequest:
        """The request as the form tells it."""
        return NewRequest(
            request_id=self.fingerprint(),
            area_id=area.id if area else None,
            nature=Nature(self.nature.data),
            words=self.words.data or "",
            place_text=self.place.data or "",
            lat=None,
            lon=None,
            callback=self.reach.data or "",
            safe_to_call=self.when.data or "",
            language=self.language.data or current_language(),
            answers=self.answers(),
        )

    def answers(self) -> dict[str, str]:
        """The five questions as the screening reads them."""
        asked = ("weapons", "injuries", "threats", "children_at_risk")
        relation = "partners" if self.couple.data == "yes" else "unknown"
        return {name: self[name].data for name in asked} | {"relation": relation, "wish": "mediator"}

    def fingerprint(self) -> str:
        """The same form sent twice is one request; changed and sent again it is another.

        So a danger that somebody adds after going back is never dropped as a repetition.
        """
        said = [str(field.data) for field in self if field.name != "csrf_token"]
        return sha256("\x1f".join(said).encode()).hexdigest()[:32]
