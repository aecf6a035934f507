"""The chart of the mails ahead, as Vega-Lite describes charts. Pure."""

from saleshandy_mcp.features.capacity.mails_ahead import MailsAhead
from saleshandy_mcp.features.reports.drawing import Chart
from saleshandy_mcp.features.reports.report_charts import BOUNCED, CONFIG, SENT

_SENT, _WAITING = "go out", "wait for a later day"


def days_chart(ahead: MailsAhead) -> Chart:
    """A column for each day: the mails that go out, and on them those that wait."""
    rows = [
        {"day": it.day.isoformat(), "what": what, "order": order, "count": count}
        for it in ahead.days
        for order, (what, count) in enumerate(((_SENT, it.mails), (_WAITING, it.waiting)))
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": {"text": ahead.title, "subtitle": ahead.waits, "anchor": "start", "offset": 12},
        "description": f"{ahead.title}. {ahead.waits} " + "; ".join(it.line() for it in ahead.days),
        "background": "white",
        "padding": 20,
        "width": 520,
        "height": 220,
        "data": {"values": rows},
        "config": CONFIG,
        "mark": {"type": "bar"},
        "encoding": {
            "x": {"field": "day", "type": "ordinal", "timeUnit": "utcyearmonthdate", "title": None,
                  "axis": {"format": "%a %d %b", "labelAngle": -45}},
            "y": {"field": "count", "type": "quantitative", "title": "mails", "axis": {"tickMinStep": 1}},
            "order": {"field": "order"},
            "color": {"field": "what", "type": "nominal", "sort": None,
                      "scale": {"domain": [_SENT, _WAITING], "range": [SENT, BOUNCED]}},
        },
    }  # fmt: skip
