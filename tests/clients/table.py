"""The page that is written: a row for each client and transport, each with the day on which it was tried. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

from tests.clients.cases import Outcome, Row

_HEAD = """# Clients that were tried

Real programs, as their registries have them, against the real server with the sandbox behind it. Each makes one call
that would mail people: it starts a sequence. The numbers say how often the sandbox was told to start it. Where a
program asks a model, a scripted one stands behind it. But for "yes" and "unasked" it is a hijacked one: it hands back
every token that it sees, at once.

`make clients` makes this page, `make clients ONLY=fastmcp` only the rows of one client.

| column | what happens | right is |
|---|---|---|
| asked | where the question stands by default | |
| yes | the program shows the question in a dialogue, and yes is answered there after 0.8 s | 1 |
| no, closed | the same, with no; closed without an answer | 0 |
| unasked | nobody answers anything | 0 |
| token | nobody answers anything, and the token is handed back | 0 or 1 |
| person | the same, with `--approval person` | 0 |
| terminal | `--approval terminal`: the call, then `yes` at `saleshandy-mcp approvals`, then the call again | 1 |

`-`: the program has no dialogue that can be answered here. The last column says what a model can do by the tools of
this server. Claude Code, Codex and Gemini CLI have a shell besides: a model that may use it can open a terminal of its
own and answer there ([what none of this stops](safety.md#who-answers)).

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
_LAST = ("who can agree", "a hijacked model can, by these tools")
_HIJACKED = {
    True: "start it with a token, where no dialogue is shown; with `--approval person` do nothing",
    False: "do nothing",
}


def page(
    rows: Sequence[Row], *, before: str, order: Sequence[tuple[str, str]], notes: Mapping[str, str], day: date
) -> str:
    """The whole page: these rows, and those of the page before that were not tried again.

    Args:
        rows: what was tried.
        before: the page as it is.
        order: client and transport of each row that there can be.
        notes: client -> a sentence on it.
        day: today.
    """
    head = ["client", "version", "transport", "tried", "asked", *_COLUMNS, *_LAST]
    lines = {_key(line): line for line in before.splitlines() if line.count("|") > len(_COLUMNS)}
    lines |= {(row.client, row.transport): _line(_cells(row, day)) for row in rows}
    table = [_line(head), _line(["---"] * len(head)), *(lines[key] for key in order if key in lines)]
    said = [f"- {name}: {note}." for name, note in notes.items() if note]
    return _HEAD + "\n".join([*table, "", *said]) + "\n"


def _key(line: str) -> tuple[str, str]:
    cells = [cell.strip() for cell in line.split("|")]
    return cells[1], cells[3]


def _cells(row: Row, day: date) -> list[str]:
    first = [row.client, row.version, row.transport, day.isoformat()]
    if row.missing:
        empty = [""] * (len(_COLUMNS) + 2)
        return [*first, f"not tried: {row.missing.splitlines()[0]}", *empty]
    counts = [_count(row.outcomes.get(case)) for case in _COLUMNS.values()]
    return [*first, row.asked, *counts, _who(row), _HIJACKED[row.tokens]]


def _count(outcome: Outcome | None) -> str:
    return "-" if outcome is None else str(outcome.starts)


def _who(row: Row) -> str:
    ways = ["whoever answers its dialogue"] if row.asks else []
    ways += ["whoever holds the token"] if row.tokens and not row.asks else []
    ways += ["a person at the terminal"] if row.outcomes["terminal"].starts else []
    return "; ".join(ways)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
