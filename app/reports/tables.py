"""The figures as tables: what may be told in each, and all of them as one CSV."""

import csv
import io
from collections.abc import Sequence

from app.reports.queries import Report
from app.reports.rules import Hidden, Spread, told_together

Row = list[object]
_SAID = {Hidden.FEW: "fewer than 11", Hidden.BESIDE: "not shown"}
_FORMULA_STARTS = frozenset("=+-@\t\r")


def told_rows(rows: Sequence[tuple[str, int]]) -> list[tuple[str, int | Hidden]]:
    """Named counts with the small ones hidden."""
    told = told_together([count for _, count in rows])
    return [(name, count) for (name, _), count in zip(rows, told, strict=True)]


def write_csv(report: Report) -> str:
    """Every table of the report in one: table, what, measure, value."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["table", "what", "measure", "value"])
    writer.writerows([_plain_cell(cell) for cell in row] for row in _rows(report))
    return out.getvalue()


def _rows(report: Report) -> list[Row]:
    rows: list[Row] = [["all", "", "calls", report.call_count]]
    rows += [["decision", decision.value, "calls", n] for decision, n in report.by_decision.items()]
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


def _plain_cell(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in _FORMULA_STARTS else cell
