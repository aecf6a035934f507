"""What the operator finds on stderr of a call."""

import logging
import re
from typing import Any

import pytest
from mcp import Client

from saleshandy_mcp.server.app import build_server
from tests.kit import context_over, new_box


async def test_a_call_leaves_one_line_without_a_value(era: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with context_over(new_box()) as context, Client(build_server(context), mode=era) as client:
            result = await client.call_tool("create_sequence", {"title": "Winter of plums"})
    assert not result.is_error
    (line,) = [record.getMessage() for record in caplog.records if record.name == "saleshandy_mcp.audit"]
    assert re.fullmatch(r"create_sequence\(title\) ok: create_sequence\b.*, \d+\.\d\d s", line)
    assert "plums" not in "\n".join(record.getMessage() for record in caplog.records if "saleshandy" in record.name)


@pytest.mark.parametrize(
    "name", ["x) ok\n2026-11-28 saleshandy_mcp.audit INFO reply_to_thread", "ada@shore.example.com", "x" * 999]
)
async def test_what_is_no_argument_is_only_counted(era: Any, caplog: pytest.LogCaptureFixture, name: str) -> None:
    with caplog.at_level(logging.INFO, "saleshandy_mcp"):
        async with context_over(new_box()) as context, Client(build_server(context), mode=era) as client:
            result = await client.call_tool("create_sequence", {"title": "Winter", name: 1})
    assert result.is_error
    (line,) = [record.getMessage() for record in caplog.records if record.name == "saleshandy_mcp.audit"]
    assert re.fullmatch(r"create_sequence\(title, 1 unknown\) failed: nothing changed, \d+\.\d\d s", line)
