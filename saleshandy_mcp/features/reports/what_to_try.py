"""What to try after a period: three proposals at most, each with its value, threshold and source. Pure."""

from collections.abc import Iterator
from itertools import islice

from saleshandy_mcp.core.view import View
from saleshandy_mcp.features.reports.mail_numbers import (
    BAD_BOUNCES,
    COMPARABLE,
    MANY_BOUNCES,
    Mail,
    Numbers,
    StatsRow,
    rows_of,
)
from saleshandy_mcp.features.reports.rates import Rate, differ
from saleshandy_mcp.untrusted.one_line import one_line

_SES = (
    "Amazon SES reviews accounts from 5 % on: "
    "https://docs.aws.amazon.com/ses/latest/dg/reputation-dashboard-messages.html"
)
_OWN = "your own numbers, 95 % interval"
_MOST = 3
_FEW = 100
"""Mails below which a share of a few per cent is mostly chance: 1 reply in 50 may stand for 0.4 or for 10 %."""
_SILENT = 3
_BOUNCES = 3
"""Bounces below which a share of them is no reason to act."""


class Proposal(View):
    """Something to try.

    Attributes:
        what: to do.
        value: that was measured.
        threshold: that it was held against.
        source: of the threshold.
    """

    what: str
    value: str
    threshold: str
    source: str

    def line(self) -> str:
        return f"{self.what}: {self.value}; {self.threshold} ({self.source})"


def what_to_try(mails: list[Mail], earlier: list[Mail], running_silent: list[str]) -> list[Proposal]:
    """The proposals, what matters most first.

    Args:
        mails: of the period.
        earlier: of the period before; none where the two cannot be compared.
        running_silent: sequences that run and sent nothing, as they are told.
    """
    return list(islice(_proposals(mails, earlier, running_silent), _MOST))


def _proposals(mails: list[Mail], earlier: list[Mail], running_silent: list[str]) -> Iterator[Proposal]:
    yield from _bounces(mails)
    if running_silent:
        more = f" and {len(running_silent) - _SILENT} more" if len(running_silent) > _SILENT else ""
        yield Proposal(
            what=f"See with check_sequence why {', '.join(running_silent[:_SILENT])}{more} sent nothing",
            value="running, 0 mails",
            threshold="a sequence that runs should send",
            source="your own numbers",
        )
    yield from _steps(mails)
    now, before = _replies(mails), _replies(earlier)
    if now.share < before.share and differ(now, before):
        yield Proposal(
            what="Look at what changed since the period before",
            value=f"{now.words()} replied",
            threshold=f"before: {before.words()}, more than chance",
            source=_OWN,
        )
    if mails and len(mails) < _FEW:
        yield Proposal(
            what="Wait for more mails before you judge by rates",
            value=f"{len(mails)} sent",
            threshold=f"below {_FEW} a share of a few per cent is mostly chance",
            source="95 % interval of a share",
        )


def _bounces(mails: list[Mail]) -> Iterator[Proposal]:
    """The sender whose mails bounce most, or all together, where they are many."""
    of_senders = {one_line(row.name): Rate(row.numbers.bounced, row.numbers.sent) for row in rows_of(mails, "sender")}
    of_all = {"all senders": Rate(Numbers.of(mails).bounced, len(mails))}
    if many := _high(of_senders) or _high(of_all):
        who, rate = max(many.items(), key=lambda it: it[1].share)
        yield Proposal(
            what=f"Verify addresses before you import them, and slow {who} down",
            value=f"{rate.words()} bounced",
            threshold=f"high above {MANY_BOUNCES:g} %, bad from {BAD_BOUNCES:g} %",
            source=_SES,
        )


def _high(bounced: dict[str, Rate]) -> dict[str, Rate]:
    """Those of the shares that are high, of enough mails to act on."""
    return {
        who: rate
        for who, rate in bounced.items()
        if rate.of >= COMPARABLE and rate.part >= _BOUNCES and rate.share > MANY_BOUNCES
    }


def _steps(mails: list[Mail]) -> Iterator[Proposal]:
    """The step that is answered less than the others of its sequence, by more than chance."""
    rows = rows_of(mails, "step")
    compared = [
        (row, rest) for row in rows if _rate(row).of >= COMPARABLE and (rest := _others(row, rows)).of >= COMPARABLE
    ]
    for row, rest in sorted(compared, key=lambda it: -it[0].numbers.sent):
        rate = _rate(row)
        if rate.share < rest.share and differ(rate, rest, comparisons=len(compared)):
            yield Proposal(
                what=f"Rewrite {row.label(of_one=False)}",
                value=f"{rate.words()} replied",
                threshold=f"its other steps: {rest.words()}",
                source=_OWN,
            )


def _others(row: StatsRow, rows: list[StatsRow]) -> Rate:
    """The replies to the other steps of its sequence."""
    others = [it.numbers for it in rows if it.id == row.id and it.step != row.step]
    return Rate(sum(it.replied for it in others), sum(it.sent for it in others))


def _rate(row: StatsRow) -> Rate:
    return Rate(row.numbers.replied, row.numbers.sent)


def _replies(mails: list[Mail]) -> Rate:
    return Rate(Numbers.of(mails).replied, len(mails))
