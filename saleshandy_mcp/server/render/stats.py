"""Statistics in text: counts with their shares of what was sent."""

from saleshandy_mcp.core.view import counted
from saleshandy_mcp.features.reports.get_stats import MANY_BOUNCES, POSITIVE, Numbers, Stats, StatsRow
from saleshandy_mcp.server.render.base import lines, plain, render

_WORDS = ("opened", "clicked", "replied", "positive", "bounced", "unsubscribed")


@render.register
def _(view: Stats) -> str:
    of = f"{plain(view.sequence)} [{view.id}]" if view.sequence else "Whole account"
    ends = f" to {view.last}" if view.last != view.first else ""
    days = f" ({view.first}{ends}, UTC)" if view.first else ""
    shown = [view.total, *(row.numbers for row in view.rows)]
    return lines(
        f"{of}, {view.period}{days}: mails sent then and what has come of them",
        f"Total: {_numbers(view.total)}",
        f"Before ({view.before_first} to {view.before_last}): {_numbers(view.before)}" if view.before else None,
        _people(view),
        *(_row(row, of_one=view.sequence is not None) for row in view.rows),
        f"Page {view.page} is empty; there are {view.pages}." if view.page > view.pages else None,
        f"Rows: page {view.page} of {view.pages}" if 1 < view.pages >= view.page else None,
        f"In the same days came {counted(view.replies_to_earlier, 'reply', 'replies')} to mails sent earlier."
        if view.replies_to_earlier
        else None,
        f"Positive: outcome {', '.join(POSITIVE[:-1])} or {POSITIVE[-1]}." if view.total.positive else None,
        f"! marks bounces above {view.many_bounces:g} %, which harm deliverability."
        if any(map(_too_many_bounced, shown))
        else None,
        *_gaps(view),
        f"{'More' if view.page < view.pages else 'Next'}: {view.next}",
    )


def _row(row: StatsRow, *, of_one: bool) -> str:
    step = "" if row.step is None else f"Step {row.step}" if of_one else f", step {row.step}"
    name = step if step and of_one else f"{plain(row.name)}{step}" + (f" [{row.id}]" if row.id else "")
    before = f"; before: {_numbers(row.before)}" if row.before else ""
    return f"{name}: {_numbers(row.numbers)}{before}"


def _numbers(numbers: Numbers) -> str:
    """What did not happen to any mail is left out."""
    if not numbers.sent:
        return "nothing sent"
    happened = [(word, getattr(numbers, word)) for word in _WORDS if getattr(numbers, word)]
    parts = [f"{number:,} {word} ({_share(number, numbers.sent)} %)" for word, number in happened]
    return " · ".join([f"{numbers.sent:,} sent", *parts]) + (" !" if _too_many_bounced(numbers) else "")


def _share(number: int, of: int) -> str:
    share = 100 * number / of
    return f"{share:.0f}" if share >= 10 else f"{share:.1f}"


def _too_many_bounced(numbers: Numbers) -> bool:
    return 100 * numbers.bounced > MANY_BOUNCES * numbers.sent


def _people(view: Stats) -> str | None:
    if view.prospects is None:
        return None
    reached = ", ".join(f"{number:,} {name}" for name, number in view.outcomes.items())
    contacted = f", {view.contacted:,} of them contacted" if view.contacted is not None else ""
    return f"People: {counted(view.prospects, 'prospect')}{contacted}" + (f". Outcomes: {reached}" if reached else "")


def _gaps(view: Stats) -> list[str]:
    gaps: list[str] = []
    if view.cut_after:
        gaps.append(f"NOT ALL: only {view.cut_after:,} mails were looked at. Choose fewer days or one sequence.")
    if view.undated:
        gaps.append(f"Left out: {counted(view.undated, 'mail')} of which it cannot be read when it was sent.")
    return gaps
