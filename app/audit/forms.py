"""The filter of the trail."""

from flask_babel import lazy_gettext as _l

from app.audit.catalogue import What
from app.audit.labels import WHAT_LABELS
from app.audit.queries import Wanted
from app.foundation.forms import Form, Line, Pick
from app.foundation.i18n import choices


class TrailFilter(Form):
    """One kind of act or look, or one subject by its id. It comes by GET and changes nothing."""

    class Meta:
        csrf = False

    what = Pick(_l("What"), choices=choices({"": _l("Everything"), **WHAT_LABELS}))
    subject = Line(_l("Id of the call, case or account"), 80)

    def wanted(self) -> Wanted:
        """What to look for; nothing of what could not be read."""
        if not self.validate():
            return Wanted()
        return Wanted(What(self.what.data) if self.what.data else None, self.subject.data or "")
