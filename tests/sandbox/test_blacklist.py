"""The blacklist of domains."""

import httpx2
import pytest

from saleshandy_mcp.sandbox import Sandbox


async def test_domains_come_in_one_text(http: httpx2.AsyncClient, box: Sandbox) -> None:
    answer = await http.post("/blacklist-domains", json={"domains": "blocked.example.com, Other.example.org"})
    assert answer.status_code == 200
    assert list(box.world.blacklist) == ["blocked.example.com", "other.example.org"]


@pytest.mark.parametrize(
    ("domains", "code"),
    [
        ("fine.example.com,not a domain", 40001),
        ("", 40001),
        ("fine.example.com,known.example.com", 40002),
        (",".join(f"d{number}.example.com" for number in range(51)), 40003),
    ],
)
async def test_one_bad_domain_refuses_all(http: httpx2.AsyncClient, box: Sandbox, domains: str, code: int) -> None:
    await http.post("/blacklist-domains", json={"domains": "known.example.com"})
    answer = await http.post("/blacklist-domains", json={"domains": domains})
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert list(box.world.blacklist) == ["known.example.com"]


async def test_a_list_is_refused(http: httpx2.AsyncClient) -> None:
    answer = await http.post("/blacklist-domains", json={"domains": ["a.example.com"]})
    assert answer.json()["message"] == ["domains must be a string"]
