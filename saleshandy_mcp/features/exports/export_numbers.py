"""The totals of sequences as rows: people and mails of all time, as they are when the export is made."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from saleshandy_mcp.api.resources.analytics import GetSequenceStats, ProspectTotals
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.features.exports.export_source import (
    At,
    IsKnown,
    NamedSequence,
    Row,
    RowsRead,
    Value,
    key_of,
    utc_text,
)
from saleshandy_mcp.features.reports.mail_numbers import client_name

_PEOPLE = tuple(ProspectTotals.model_fields)
_MAILS = ("scheduled", "delivered", "opened", "clicked", "replied", "bounced", "failed")


class ExportNumbers:
    """Reads the totals, a call for each sequence.

    Args:
        api: what carries the calls out.
        sequences: whose totals.
        began: when the run began; all of its rows have it, so that they can be found as one.
    """

    columns = (
        *("id", "began_at", "sequence_id", "sequence", "client"),
        *(f"people_{name}" for name in _PEOPLE),
        "mails_total",
        *(f"mails_{name}" for name in _MAILS),
    )
    steady = False

    def __init__(self, api: Api, sequences: Sequence[NamedSequence], began: datetime) -> None:
        self._api, self._sequences, self._began = api, sequences, utc_text(began)

    async def begin(self) -> At:
        return At()

    def again(self, at: At) -> At:
        return at

    def newer(self, last: At) -> At:  # noqa: ARG002 - a further run tells all totals anew
        return At()

    async def page(self, at: At, known: IsKnown) -> RowsRead:  # noqa: ARG002 - each row is new
        if at.part >= len(self._sequences):
            return RowsRead([], None)
        sequence, left = self._sequences[at.part], len(self._sequences) - at.part - 1
        told = await self._api.send(GetSequenceStats(sequence_id=sequence.id))
        people = told.prospects[0].model_dump() if told.prospects else {}
        mails = told.emails or {}
        status: dict[str, Any] = mails.get("status") or {}
        row: Row = {
            "id": key_of(sequence.id, self._began),
            "began_at": self._began,
            "sequence_id": sequence.id,
            "sequence": told.sequence_name or sequence.title,
            "client": client_name(told.client) if told.client else None,
            **{f"people_{name}": _number(people.get(name)) for name in _PEOPLE},
            "mails_total": _number(mails.get("total")),
            **{f"mails_{name}": _number(status.get(name)) for name in _MAILS},
        }
        return RowsRead([row], At(at.part + 1) if left else None, left)


def _number(value: Any) -> Value:
    """A whole number as such, whether it came as text or not; anything else as the text that came."""
    text = "" if value is None else str(value).strip()
    return int(text) if text.isdecimal() and text.isascii() else text or None
