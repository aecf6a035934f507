"""Data as YAML that every reader of YAML, old or new, reads as the same data."""

import io
import re
from typing import Any, cast

_SAFE = re.compile(r"[A-Za-z][A-Za-z0-9_./@+-]*( [A-Za-z0-9_./@+-]+)*", re.ASCII)
_WORDS = re.compile(r"y|n|yes|no|on|off|true|false|null|nan|inf", re.IGNORECASE)
"""Words that stand for something else, in one version of YAML or another."""


def as_yaml(document: Any) -> str:
    # PLC0415: it takes its time to load, and few ask for it.
    from ruamel.yaml import YAML  # noqa: PLC0415

    writer = YAML()
    writer.width = 1 << 20  # no text is folded
    writer.allow_unicode = True
    page = io.StringIO()
    writer.dump(_quoted(document), page)  # pyright: ignore[reportUnknownMemberType] - it has no types
    # After a plain value, the library marks the end of the document.
    return page.getvalue().removesuffix("...\n")


def _quoted(value: Any) -> Any:
    """The data, with quotation marks around each text that might be read as something else."""
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString  # noqa: PLC0415 - as above

    match value:
        case dict():
            return {_quoted(name): _quoted(it) for name, it in cast("dict[str, Any]", value).items()}
        case list():
            return [_quoted(it) for it in cast("list[Any]", value)]
        case str() if not _SAFE.fullmatch(value) or _WORDS.fullmatch(value):
            return DoubleQuotedScalarString(value)
        case _:
            return value
