"""The same sandbox and desk as for workflows."""

from tests.workflows.conftest import box, desk

__all__ = ["box", "desk"]
