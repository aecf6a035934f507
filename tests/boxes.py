"""The sandbox as tests of the client use it: time stands still, and SANDBOX_DIALECT says how answers look."""

import os

from saleshandy_mcp.sandbox import Clock, Dialect, Sandbox

DIALECT: Dialect = "docs" if os.environ.get("SANDBOX_DIALECT") == "docs" else "live"


def frozen_box(*, limits: bool = True) -> Sandbox:
    return Sandbox(limits=limits, clock=Clock(tick=lambda: 0.0), dialect=DIALECT)
