"""A small Saleshandy with memory: a local emulator of the REST API that imports nothing else of this project."""

from saleshandy_mcp.sandbox.app import KEY, Sandbox
from saleshandy_mcp.sandbox.clock import Clock
from saleshandy_mcp.sandbox.contract import ContractBreach

__all__ = ["KEY", "Clock", "ContractBreach", "Sandbox"]
