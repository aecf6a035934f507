"""Draws charts with vl-convert, from the extra ``charts``, which is loaded with the first picture."""

import json
from typing import Any

import anyio

from saleshandy_mcp.core.errors import Mistake

Chart = dict[str, Any]
"""A chart as Vega-Lite describes it."""
_SCALE = 2
"""Points of the picture for each unit of the chart, for sharp screens."""


def svg(chart: Chart) -> str:
    """The chart as SVG, with its title and description for screen readers.

    Raises:
        Mistake: when the extra is not installed.
    """
    return _vega().vegalite_to_svg(json.dumps(chart), allowed_base_urls=[])


async def png(chart: Chart) -> bytes:
    """The chart as PNG. It takes about a second, in a thread.

    Raises:
        Mistake: when the extra is not installed.
    """
    vega = _vega()
    return await anyio.to_thread.run_sync(
        lambda: vega.vegalite_to_png(json.dumps(chart), scale=_SCALE, allowed_base_urls=[])
    )


def _vega() -> Any:
    try:
        import vl_convert  # noqa: PLC0415 - it holds 30 MB, and few calls draw
    except ModuleNotFoundError:
        raise Mistake(
            "pictures need a package that is not installed here",
            "Install the extra charts of saleshandy-mcp, or ask for the report without a picture",
        ) from None
    return vl_convert
