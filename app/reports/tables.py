"""The figures as tables: what may be told in each, and all of them as one CSV."""

import io
from collections.abc import Sequence
from dataclasses import asdict

from app.foundation.spreadsheets import SheetWriter
from app.reports.queries import Report
from app.reports.rules import Hidden, Spread, told_together

Row = list[object]
_SAID = {Hidden.FEW: "fewer than 11", Hidden.BESIDE: "not shown"}


def told_rows(rows: Sequence[tuple[str, int]]) -> list[tuple[str, int | Hidden]]:
    """Named counts with the small ones hidden."""
    told = told_together([count for _, count in rows])
    return [(name, count) for (name, _), count in zip(rows, told, strict=True)]


def write_csv(report: Report) -> str:
    """Every table of the report in one: table, what, measure, value."""
    out = io.StringIO()
    sheet = SheetWriter(out)
    sheet.write(["table", "what", "measure", "value"])
    for row in _rows(report):
        sheet.write(row)
    return out.getvalue()


def _rows(report: Report) -> list[Row]:
    rows: list[Row] = [["all", "", "calls", report.call_count]]
    for decision, screened in report.by_decision.items():
        rows += [["decision", decision.value, measure, n] for measure, n in asdict(screened).items()]
    rows += [["lane", lane.value, "calls", n] for lane, n in report.by_lane.items()]
    rows += [["area", name, "calls", _said(n)] for name, n in told_rows(report.by_area)]
    rows += [["handed back", reason, "calls", _said(n)] for reason, n in told_rows(report.by_reason)]
    rows += [["month", month.first.isoformat()[:7], "calls", n] for month, n in report.by_month]
    for spread in (report.response, *report.response_by_area):
        rows += _spread_rows(spread)
    rows.append(["minutes to arrive", "", "missing", report.response_missing])
    for name, share in report.without_police.items():
        rows.append(["without police", name, "closed by us", share.part])
        rows.append(["without police", name, "n", share.whole])
    rows += [["cost", "", "hours", report.cost.hours], ["cost", "", "dollars, ours", report.cost.ours]]
    rows += [["cost", "", "dollars, patrol", report.cost.police], ["cost", "", "n", report.cost_count]]
    return [*rows, ["cost", "", "missing", report.cost_missing]]


def _spread_rows(spread: Spread) -> list[Row]:
    if spread.middle is None:
        return [["minutes to arrive", spread.label, "n", _SAID[Hidden.FEW]]]
    measures = {"n": spread.count, "p25": spread.low, "p50": spread.middle, "p75": spread.high}
    measures |= {"p90": spread.ninety}
    return [["minutes to arrive", spread.label, measure, value] for measure, value in measures.items()]


def _said(count: int | Hidden) -> object:
    return _SAID[count] if isinstance(count, Hidden) else count
