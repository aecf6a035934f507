"""DNS over the network: its library is loaded late, and what is missing is said. No question leaves this machine."""

import subprocess
import sys

import pytest

from saleshandy_mcp.core.dns import DnsSilent, Question
from saleshandy_mcp.lookups.dns_client import network_dns


async def test_without_the_library_it_says_which_one_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dns.exception", None)
    with pytest.raises(DnsSilent, match=r'pip install "saleshandy-mcp\[dns\]"'):
        await network_dns().ask(Question("long.example", "TXT"))


def test_the_library_is_loaded_with_the_first_question_and_not_before() -> None:
    program = (
        "import sys; from saleshandy_mcp.cli.support import connection; from saleshandy_mcp.server import app; "
        "print([name for name in sys.modules if name.partition('.')[0] == 'dns'])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    assert done.stdout.strip() == "[]"
