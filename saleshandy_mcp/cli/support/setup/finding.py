"""What ``doctor`` found: one line for each thing. Pure."""

from dataclasses import dataclass
from typing import Any

from saleshandy_mcp.untrusted.one_line import one_line


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        about: what it is.
        text: how it is.
        mend: what to do, where something has to be done; None where all is well.
    """

    about: str
    text: str
    mend: str | None = None

    def line(self) -> str:
        """The finding for a person."""
        head = f"{'ok' if self.mend is None else '!!'}  {self.about}: {one_line(self.text, 400)}"
        return head if self.mend is None else f"{head}\n    to fix: {one_line(self.mend, 400)}"

    def document(self) -> dict[str, Any]:
        """The finding for a program."""
        return {"about": self.about, "ok": self.mend is None, "text": self.text, "mend": self.mend}
