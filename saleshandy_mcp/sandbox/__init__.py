"""A local emulator of Saleshandy's REST API that keeps what is created. It imports nothing else of this project."""

from saleshandy_mcp.sandbox.http.app import KEY, Sandbox
from saleshandy_mcp.sandbox.http.contract import ContractBreach
from saleshandy_mcp.sandbox.http.dialect import DIALECTS, Dialect
from saleshandy_mcp.sandbox.world.clock import Clock

__all__ = ["DIALECTS", "KEY", "Clock", "ContractBreach", "Dialect", "Sandbox"]
