"""The charts of a report, as Vega-Lite describes charts. Pure.

The colours are four of Okabe and Ito's, which people with every kind of colour blindness can tell apart.
"""

from typing import Any

from saleshandy_mcp.features.reports.drawing import Chart
from saleshandy_mcp.features.reports.mail_numbers import COMPARABLE
from saleshandy_mcp.features.reports.rates import Rate, percent
from saleshandy_mcp.features.reports.report_view import Report
from saleshandy_mcp.untrusted.one_line import one_line

_WIDE, _LONGEST, _ROWS = 360, 24, 12
SENT, _REPLIED, BOUNCED, _BEFORE = "#56B4E9", "#009E73", "#D55E00", "#999999"
CONFIG: dict[str, Any] = {
    "font": "Inter, Helvetica, Arial, sans-serif",
    "view": {"stroke": None},
    "axis": {"labelFontSize": 12, "titleFontSize": 12, "gridColor": "#e6e6e6", "domainColor": "#999999"},
    "title": {"fontSize": 14, "anchor": "start", "frame": "group", "fontWeight": 600},
    "legend": {"labelFontSize": 12, "title": None, "orient": "top"},
}


def overview(report: Report) -> Chart:
    """All charts of a report in one picture, under its title."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": {"text": report.title, "fontSize": 16, "anchor": "start", "frame": "bounds", "offset": 18},
        "description": f"{report.title}. {report.total.line()}",
        "background": "white",
        "padding": 20,
        "vconcat": [_without_head(chart) for _, chart in charts(report)],
        "spacing": 28,
        "resolve": {"legend": {"color": "independent"}},
        "config": CONFIG,
    }


def charts(report: Report) -> list[tuple[str, Chart]]:
    """The charts that a report has numbers for, each with its name; a report without a mail has none."""
    found: dict[str, Chart | None] = {
        "funnel": _funnel(report),
        "days": _days(report),
        "rates": _rates(report),
        "outcomes": _outcomes(report),
    }
    return [(name, chart) for name, chart in found.items() if chart]


def _chart(title: str, description: str, values: list[dict[str, Any]], **parts: Any) -> Chart:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": title,
        "description": f"{title}: {description}",
        "width": _WIDE,
        "data": {"values": values},
        "config": CONFIG,
        **parts,
    }


def _without_head(chart: Chart) -> Chart:
    return {name: value for name, value in chart.items() if name not in ("$schema", "config")}


def _funnel(report: Report) -> Chart | None:
    total = report.total
    if not total.sent:
        return None
    stages = {
        "sent": total.sent,
        "delivered": total.sent - total.bounced,
        "opened": total.opened,
        "replied": total.replied,
        "positive": total.positive,
    }
    rows = [
        {"stage": name, "count": count, "told": f"{count:,} ({percent(Rate(count, total.sent).share)} %)"}
        for name, count in stages.items()
    ]
    return _bars_with_words("From mail to interest", rows, "stage", SENT)


def _outcomes(report: Report) -> Chart | None:
    outcomes = list(report.outcomes.items())[:_ROWS]
    names = _unlike([_short(name) for name, _ in outcomes])
    rows = [{"outcome": name, "count": n, "told": f"{n:,}"} for name, (_, n) in zip(names, outcomes, strict=True)]
    return _bars_with_words("People who replied, by outcome", rows, "outcome", _REPLIED) if rows else None


def _bars_with_words(title: str, rows: list[dict[str, Any]], name: str, colour: str) -> Chart:
    """A bar for each row with its number beside it."""
    place = {"field": name, "type": "nominal", "sort": None, "title": None}
    most = max(row["count"] for row in rows)
    length = {"field": "count", "type": "quantitative", "axis": None, "scale": {"domain": [0, most * 1.25 or 1]}}
    return _chart(
        title,
        ", ".join(f"{row[name]} {row['told']}" for row in rows),
        rows,
        height={"step": 26},
        encoding={"y": {**place, "axis": {"ticks": False, "domain": False}}, "x": length},
        layer=[
            {"mark": {"type": "bar", "color": colour, "height": 18}},
            {
                "mark": {"type": "text", "align": "left", "dx": 5, "fontSize": 12},
                "encoding": {"text": {"field": "told"}},
            },
        ],
    )


def _days(report: Report) -> Chart | None:
    if not report.total.sent or len(report.spans) < 2:
        return None
    weeks = (report.spans[1].first - report.spans[0].first).days > 1
    words = {"sent": "sent", "replied": "of them replied to", "bounced": "of them bounced"}
    rows = [
        {"day": it.first.isoformat(), "what": said, "count": getattr(it, word)}
        for it in report.spans
        for word, said in words.items()
    ]
    busiest = max(report.spans, key=lambda it: it.sent)
    return _chart(
        f"Mails by {'week' if weeks else 'day'} of sending",
        f"most on {busiest.first}, {busiest.sent:,} mails",
        rows,
        height=150,
        mark={"type": "bar"},
        encoding={
            "x": {"field": "day", "type": "ordinal", "timeUnit": "utcyearmonthdate", "title": None,
                  "axis": {"format": "%d %b", "labelAngle": -45, "labelOverlap": True}},
            "y": {"field": "count", "type": "quantitative", "title": "mails", "stack": None,
                  "axis": {"tickMinStep": 1}},
            "color": {"field": "what", "type": "nominal", "sort": None,
                      "scale": {"domain": [*words.values()], "range": [SENT, _REPLIED, BOUNCED]}},
        },
    )  # fmt: skip


def _rates(report: Report) -> Chart | None:
    """The share of replies of each row with the interval of chance, and the one before."""
    rows = report.steps if report.kind == "sequence" else report.sequences
    rated = [row for row in rows if row.numbers.sent >= COMPARABLE][:_ROWS]
    if not rated:
        return None
    bars: list[dict[str, Any]] = []
    of_one = report.kind == "sequence"
    names = _unlike([_short(f"Step {row.step}" if of_one else row.name) for row in rated])
    for name, row in zip(names, rated, strict=True):
        rate = Rate(row.numbers.replied, row.numbers.sent)
        low, high = rate.likely
        then = Rate(row.before.replied, row.before.sent) if row.before and row.before.sent >= COMPARABLE else None
        bars.append(
            {
                "name": f"{name} ({rate.of:,})",
                "share": rate.share,
                "low": low,
                "high": high,
                "before": then.share if then else None,
                "told": rate.words(),
            }
        )
    grey = "; grey: before" if any(row["before"] is not None for row in bars) else ""
    axis = {"type": "quantitative", "title": f"% replied (line: likely between{grey})"}
    return _chart(
        f"Replies by {'step' if report.kind == 'sequence' else 'sequence'}, of {COMPARABLE} mails or more",
        "; ".join(f"{row['name']} {row['told']}" for row in bars),
        bars,
        height={"step": 28},
        encoding={"y": {"field": "name", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 170}}},
        layer=[
            {"mark": {"type": "rule", "color": _REPLIED, "strokeWidth": 2},
             "encoding": {"x": {"field": "low", **axis}, "x2": {"field": "high"}}},
            {"mark": {"type": "point", "color": _BEFORE, "filled": False, "size": 60, "shape": "diamond"},
             "encoding": {"x": {"field": "before", **axis}}},
            {"mark": {"type": "point", "color": _REPLIED, "filled": True, "opacity": 1, "size": 80},
             "encoding": {"x": {"field": "share", **axis}}},
        ],
    )  # fmt: skip


def _unlike(names: list[str]) -> list[str]:
    """The names, those that stood there before with a number: equal names would share a place in a chart."""
    return [
        f"{name} #{names[:place].count(name) + 1}" if name in names[:place] else name
        for place, name in enumerate(names)
    ]


def _short(name: str) -> str:
    return one_line(name, _LONGEST)
