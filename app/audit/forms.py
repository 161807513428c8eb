"""The filter of the trail, and the mark on a look of the weekly sample."""

from flask_babel import lazy_gettext as _l

from app.audit.catalogue import What
from app.audit.labels import VERDICT_LABELS, WHAT_LABELS
from app.audit.queries import Wanted
from app.foundation.forms import Choice, Day, Form, Line, Pick
from app.foundation.i18n import choices

REASON_MAX = 300


class TrailFilter(Form):
    """One kind of act or look, one subject, one person, one day. It comes by GET and changes nothing."""

    class Meta:
        csrf = False

    what = Pick(_l("What"), choices=choices({"": _l("Everything"), **WHAT_LABELS}))
    person = Line(_l("Id of the person"), 80)
    subject = Line(_l("Id of the call, case or account"), 80)
    day = Day(_l("Day"))

    def wanted(self) -> Wanted:
        """What to look for; nothing of what could not be read."""
        if not self.validate():
            return Wanted()
        return Wanted(
            What(self.what.data) if self.what.data else None,
            self.subject.data or "",
            self.person.data or "",
            self.day.data,
        )


class MarkForm(Form):
    """What the auditor thinks of one look, and why."""

    verdict = Choice(_l("Does this look fit the work?"), choices(VERDICT_LABELS))
    reason = Line(_l("Why?"), REASON_MAX, missing=_l("Write why, in one sentence."))
