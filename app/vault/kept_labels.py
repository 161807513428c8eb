"""Words for what is kept and for how long; residents read them too."""

from datetime import timedelta

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from app.vault.retention import Kind, Then

KIND_LABELS: dict[Kind, LazyString] = {
    Kind.CALL_TOLD: _l("What was told in a call: the words, the number, the address"),
    Kind.CALLBACK_FINGERPRINT: _l("A fingerprint of the number, to know a repeat call without the number"),
    Kind.CALLBACK_KEY: _l("The key of three months, by which such a fingerprint is made and found"),
    Kind.MESSAGE_DIGEST: _l("A checksum of each message from dispatch"),
    Kind.CASE: _l("A case: where, what was said and promised"),
    Kind.PARTY: _l("Who the people of a case are, and how to reach them"),
    Kind.FOLLOW_UP: _l("The same, of a person who said yes to being asked again after that"),
    Kind.FIELD_LOG: _l("What a conflict interrupter wrote after a contact"),
    Kind.CASE_PHOTO: _l("A picture in a case: a signed paper, a place, damage"),
    Kind.FIELD_PHOTO: _l("A picture that a conflict interrupter took"),
    Kind.HANDOFF: _l("What we share with a service, with consent"),
    Kind.INPUT_SET_ASIDE: _l("Your own words to us, when we set them aside"),
    Kind.INPUT_WORDS: _l("Your own words to us, and where you said it is"),
    Kind.MESSAGE_OUT: _l("Messages to dispatch: states and times of a call"),
    Kind.FAILED_ATTEMPT: _l("A failed sign-in or a wrong receipt"),
    Kind.SIGN_IN_NOTICE: _l("What people who work here are told about their own sign-in"),
    Kind.SIGN_IN: _l("When people who work here signed in, and on what kind of device"),
    Kind.RECOVERY_REQUEST: _l("That one of them showed a recovery code and waited for an admin"),
    Kind.INVITATION: _l("That one of them was invited to set up how they sign in"),
    Kind.AUDIT: _l("The trail: by whom something was done or seen (what was done, and when, stays)"),
}
CLOCK_LABELS: dict[Kind, LazyString] = {
    Kind.CALL_TOLD: _l("from our yes; when nobody says yes, from the end of the call"),
    Kind.CALLBACK_FINGERPRINT: _l("from the call"),
    Kind.CALLBACK_KEY: _l("from the end of the three months"),
    Kind.MESSAGE_DIGEST: _l("from the message"),
    Kind.CASE: _l("from the day the case is closed"),
    Kind.PARTY: _l("from the day the case is closed"),
    Kind.FOLLOW_UP: _l(
        "from the day the case is closed, or shorter when they chose so; at once when they take it back,"
        " but not before the others of the case"
    ),
    Kind.FIELD_LOG: _l("from the day it was written"),
    Kind.CASE_PHOTO: _l("from the day the case is closed; at once when it is taken away"),
    Kind.FIELD_PHOTO: _l("from the day it was added; at once when it is taken away"),
    Kind.HANDOFF: _l("from the day it is closed; at once when you take your consent back"),
    Kind.INPUT_SET_ASIDE: _l("from that day; at once when you delete it"),
    Kind.INPUT_WORDS: _l("from our last answer; at once when you delete it"),
    Kind.MESSAGE_OUT: _l("from the moment it arrived"),
    Kind.FAILED_ATTEMPT: _l("from that moment"),
    Kind.SIGN_IN_NOTICE: _l("from that moment"),
    Kind.SIGN_IN: _l("from that moment"),
    Kind.RECOVERY_REQUEST: _l("from that moment"),
    Kind.INVITATION: _l("from that moment"),
    Kind.AUDIT: _l("from the end of that month"),
}
THEN_LABELS: dict[Then, LazyString] = {
    Then.KEY_DESTROYED: _l("its key is destroyed: nobody can read it again, not from a backup either"),
    Then.CLEARED: _l("it is emptied"),
    Then.DELETED: _l("it is deleted"),
}


def period_in_words(period: timedelta) -> str:
    """How long, as one says it: hours up to a day, then days, months or years."""
    days = period.days
    if days <= 1:
        return str(ngettext("%(num)s hour", "%(num)s hours", round(period / timedelta(hours=1))))
    if days % 365 == 0:
        return str(ngettext("%(num)s year", "%(num)s years", days // 365))
    return str(ngettext("%(num)s day", "%(num)s days", days))
