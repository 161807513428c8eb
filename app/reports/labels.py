"""Words on the screen for the report."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.reports.rules import Hidden

HIDDEN_LABELS: dict[Hidden, LazyString] = {
    Hidden.FEW: _l("fewer than 11"),
    Hidden.BESIDE: _l("not shown"),
}
PERIOD_LABELS: dict[str, LazyString] = {
    "days": _l("Last 90 days"),
    "month": _l("This month"),
    "month_before": _l("Last month"),
    "quarter": _l("This quarter"),
    "quarter_before": _l("Last quarter"),
}
