"""A report as one page of HTML that opens without a network: it loads nothing, and runs nothing."""

from base64 import b64encode
from collections.abc import Iterable
from html import escape
from importlib.resources import files

from saleshandy_mcp.core.inline_page import allowed, filled
from saleshandy_mcp.features.capacity.mails_ahead import MailsAhead
from saleshandy_mcp.features.reports.ahead_chart import days_chart
from saleshandy_mcp.features.reports.drawing import Chart, svg
from saleshandy_mcp.features.reports.mail_numbers import Numbers, StatsRow
from saleshandy_mcp.features.reports.rates import Rate, percent
from saleshandy_mcp.features.reports.report_charts import charts as charts_of
from saleshandy_mcp.features.reports.report_view import Report
from saleshandy_mcp.untrusted.one_line import one_line

_OF_RATES = (
    'Rates are shares of the mails sent. "Likely" is an interval that holds the true rate in 95 of 100 cases. '
    "Opens are counted by a picture in the mail, and mail programs that fetch pictures by themselves count as opens."
)
_COUNTS = ("sent", "opened", "clicked", "replied", "positive", "bounced", "unsubscribed")


def page_of(report: Report | MailsAhead, *, charts: bool = True) -> str:
    """The page.

    Args:
        report: what it shows.
        charts: whether it has pictures beside the tables.

    Raises:
        Mistake: when charts are wanted and the extra ``charts`` is not installed.
    """
    if isinstance(report, MailsAhead):
        return _page(report.title, _parts_ahead(report, charts=charts), _footer_of(report.notes))
    return _page(report.title, _parts(report, charts=charts), _OF_RATES)


def _parts(report: Report, *, charts: bool) -> list[str]:
    return [
        _paragraphs([_compared(report), report.change, report.ranking, *report.notes()]),
        _numbers(report),
        "<h2>What to try</h2>",
        _proposals(report),
        _figures([chart for _, chart in charts_of(report)] if charts else []),
        _rows("Sequences", report.sequences),
        _rows("Steps", report.steps),
        _table(
            "People who replied, by outcome",
            ("outcome", "people"),
            [(one_line(name), n) for name, n in report.outcomes.items()],
        ),
        _table(
            "By day or week of sending",
            ("from", "sent", "replied", "bounced"),
            [(str(it.first), it.sent, it.replied, it.bounced) for it in report.spans],
        ),
    ]


def _parts_ahead(ahead: MailsAhead, *, charts: bool) -> list[str]:
    return [
        _paragraphs([ahead.waits]),
        _figures([days_chart(ahead)] if charts else []),
        _table(
            "Days",
            ("", "go out", "wait", "senders at their limit"),
            [(f"{it.day:%a} {it.day}", it.mails, it.waiting, ", ".join(it.full)) for it in ahead.days],
        ),
        _table(
            "Senders",
            ("", "a day", "mails", "days at the limit"),
            [(it.address, it.daily, it.mails, it.full_days) for it in ahead.senders],
        ),
        _table(
            "Sequences",
            ("", "wait for the first mail", "for the next"),
            [(it.title, it.first_mails, it.follow_ups) for it in ahead.sequences],
        ),
    ]


def _footer_of(notes: list[str]) -> str:
    return " ".join(f"{note[:1].upper()}{note[1:].rstrip('.')}." for note in notes)


def _page(title: str, parts: list[str], footer: str) -> str:
    folder = files("saleshandy_mcp.features.reports")
    style, page = (folder.joinpath(f"report_page.{kind}").read_text(encoding="utf-8") for kind in ("css", "html"))
    places = {
        "POLICY": f"default-src 'none'; img-src data:; style-src {allowed(style)}; base-uri 'none'",
        "STYLE": style,
        "TITLE": escape(title),
        "BODY": "\n".join(parts),
        "FOOTER": escape(footer, quote=False),
    }
    return filled(page, places)


def _figures(charts: list[Chart]) -> str:
    drawn = "".join(_figure(chart["description"], svg(chart)) for chart in charts)
    return f'<div class="charts">\n{drawn}</div>'


def _figure(words: str, drawing: str) -> str:
    # As a picture of its own the drawing cannot run or load anything either.
    source = f"data:image/svg+xml;base64,{b64encode(drawing.encode()).decode()}"
    return f'<figure><img src="{source}" alt="{escape(words)}"></figure>\n'


def _numbers(report: Report) -> str:
    before = report.before
    rows = [
        (word.capitalize(), _with_share(now, report.total), _with_share(then, before.numbers))
        for word, now, then in zip(_COUNTS, _counts(report.total), _counts(before.numbers), strict=True)
    ]
    return _table("Numbers", ("", report.period, "before"), rows)


def _compared(report: Report) -> str:
    before = report.before
    return f"Before: {before.what}, {before.first} to {before.last}."


def _with_share(count: int, of: Numbers) -> str:
    return f"{count:,} ({percent(Rate(count, of.sent).share)} %)" if of.sent else f"{count:,}"


def _proposals(report: Report) -> str:
    if not report.proposals:
        return "<p>Nothing stands out in these numbers.</p>"
    items = (
        f"<li><strong>{escape(it.what)}</strong><br>{escape(it.value)}; {escape(it.threshold)} "
        f"<small>({escape(it.source)})</small></li>"
        for it in report.proposals
    )
    return f"<ol>{''.join(items)}</ol>"


def _rows(title: str, rows: list[StatsRow]) -> str:
    told = [
        (one_line(row.label(of_one=False)), *_counts(row.numbers), _replied(row.numbers), _replied(row.before))
        for row in rows
    ]
    return _table(title, ("", *_COUNTS, "replied %", "before %"), told)


def _replied(numbers: Numbers | None) -> str:
    return percent(Rate(numbers.replied, numbers.sent).share) if numbers and numbers.sent else "-"


def _counts(numbers: Numbers) -> list[int]:
    return [getattr(numbers, word) for word in _COUNTS]


def _table(title: str, head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    """A table with a caption; nothing where there are no rows. The first cell of each row names it."""
    body = "".join(
        f'<tr><th scope="row">{escape(str(row[0]))}</th>{"".join(f"<td>{_cell(it)}</td>" for it in row[1:])}</tr>\n'
        for row in rows
    )
    if not body:
        return ""
    names = "".join(f'<th scope="col">{escape(name)}</th>' if name else "<td></td>" for name in head)
    return (
        f'<div class="wide" role="region" aria-label="{escape(title)}" tabindex="0"><table><caption>{escape(title)}'
        f"</caption><thead><tr>{names}</tr></thead><tbody>\n{body}</tbody></table></div>\n"
    )


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else escape(str(value))


def _paragraphs(lines: Iterable[str | None]) -> str:
    return "".join(f"<p>{escape(line)}</p>\n" for line in lines if line)
