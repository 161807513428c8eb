"""Door: the report, as a page and as a table to download."""

from datetime import date

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.access import requires
from app.accounts.permissions import Permission
from app.foundation import clock
from app.foundation.office import LOS_ANGELES
from app.reports.labels import HIDDEN_LABELS, PERIOD_LABELS
from app.reports.queries import make_report
from app.reports.rules import (
    OUR_DOLLARS_PER_HOUR,
    POLICE_DOLLARS_PER_HOUR,
    PROMISED_MINUTES,
    Period,
    last_days,
    usual_periods,
)
from app.reports.tables import told_rows, write_csv
from app.roster.lanes import LANE_LABELS
from app.triage.labels import DECISION_LABELS, REASON_LABELS

bp = Blueprint("reports", __name__, url_prefix="/reports")
LONGEST_DAYS = 3 * 366


@bp.get("/")
@requires(Permission.REPORT_READ)
def show() -> ResponseReturnValue:
    """What came of the calls of a period."""
    period, problem = _asked_period()
    page = render_template(
        "reports/show.html",
        report=make_report(period),
        problem=problem,
        told=told_rows,
        hidden_labels=HIDDEN_LABELS,
        usual=usual_periods(_today()),
        usual_labels=PERIOD_LABELS,
        promised=PROMISED_MINUTES,
        dollars=(OUR_DOLLARS_PER_HOUR, POLICE_DOLLARS_PER_HOUR),
        decision_labels=DECISION_LABELS,
        lane_labels=LANE_LABELS,
        reason_labels=REASON_LABELS,
    )
    return page, 422 if problem else 200


@bp.get("/tables.csv")
@requires(Permission.REPORT_READ)
def download() -> ResponseReturnValue:
    """The same figures as a table, with nothing in it that the page does not show."""
    period, _problem = _asked_period()
    answer = Response(write_csv(make_report(period)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f"attachment; filename=report-{period.first}-{period.last}.csv"
    return answer


def _today() -> date:
    return clock.now().astimezone(LOS_ANGELES).date()


def _asked_period() -> tuple[Period, str]:
    """The period asked for, or the last ninety days; and what was wrong with the question."""
    usual = last_days(_today())
    asked = request.args.get("first"), request.args.get("last")
    if not any(asked):
        return usual, ""
    try:
        first, last = (date.fromisoformat(str(part)) for part in asked)
    except ValueError:
        return usual, _("Write both days as year-month-day.")
    if first > last or (last - first).days > LONGEST_DAYS or not 2000 <= first.year <= last.year <= 2100:
        return usual, _("Choose a first day before the last one, at most three years apart.")
    return Period(first, last), ""
