"""The page that is written: a row for each client and transport. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

from tests.clients.cases import Outcome, Row

_HEAD = """# Clients that were tried

Real programs, as their registries have them, against the real server with the sandbox behind it. Each makes one call
that would mail people: it starts a sequence. The numbers say how often the sandbox was told to start it. Where a
program asks a model, a scripted one stands behind it. But for "yes" and "unasked" it is a hijacked one: it hands back
every token that it sees, at once.

`make clients` makes this page. It was last made on {day}.

| column | what happens | right is |
|---|---|---|
| yes | the program shows the question in a dialogue, and yes is answered there after 0.8 s | 1 |
| no, closed | the same, with no; closed without an answer | 0 |
| unasked | nobody answers anything | 0 |
| token | nobody answers anything, and the token is handed back | 0 or 1 |
| person | the same, with `--approval person` | 0 |
| terminal | `--approval terminal`: the call, then `yes` at `saleshandy-mcp approvals`, then the call again | 1 |

`-`: the program has no dialogue that can be answered here.

"""
_COLUMNS = {
    "yes": "agreed",
    "no": "declined",
    "closed": "cancelled",
    "unasked": "unasked",
    "token": "token",
    "person": "person",
    "terminal": "terminal",
}
_HIJACKED = {
    True: "start it with the token, where no dialogue is shown; nothing with `--approval person`",
    False: "nothing",
}


def page(rows: Sequence[Row], notes: Mapping[str, str], day: date) -> str:
    """The whole page."""
    head = ["client", "version", "transport", *_COLUMNS, "who can agree", "what a hijacked model can do"]
    lines = [_line(head), _line(["---"] * len(head)), *(_line(_cells(row)) for row in rows)]
    said = [f"- {name}: {note}." for name, note in notes.items() if note]
    return _HEAD.format(day=day.isoformat()) + "\n".join([*lines, "", *said]) + "\n"


def _cells(row: Row) -> list[str]:
    if row.missing:
        return [row.client, row.version, row.transport, f"not tried: {row.missing.splitlines()[0]}"]
    counts = [_count(row.outcomes.get(case)) for case in _COLUMNS.values()]
    return [row.client, row.version, row.transport, *counts, _who(row), _HIJACKED[row.tokens]]


def _count(outcome: Outcome | None) -> str:
    return "-" if outcome is None else str(outcome.starts)


def _who(row: Row) -> str:
    ways = ["whoever answers its dialogue"] if row.asks else []
    ways += ["whoever holds the token"] if row.tokens and not row.asks else []
    ways += ["a person at the terminal"] if row.outcomes["terminal"].starts else []
    return "; ".join(ways)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
