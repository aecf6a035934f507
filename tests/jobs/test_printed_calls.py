"""Calls that answers write down are calls that work: all of those that only read are made, and those they lead to."""

import json
import re
from collections.abc import Iterator
from typing import Any

from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.tools.selection import Selection
from tests.jobs.conftest import Job
from tests.jobs.kit import Seller, printed_call

Call = tuple[str, dict[str, Any]]

READ_ONLY = frozenset({Effect.READ})
READING = [action.slug for action in Selection().actions() if action.effects == READ_ONLY]
ANSWERS: tuple[Call, ...] = (
    ("list_sequences", {}),
    ("get_sequence", {"sequence": "Q3 launch"}),
    ("list_email_accounts", {}),
    ("find_prospects", {"query": "keller"}),
    ("find_prospects", {"check": ["marrowby.example.com", "velmora.example.com"]}),
    ("list_inbox", {"unread": True, "sequence": "Q3 launch", "since": "2026-11-01"}),
    ("get_stats", {"by": "sequence", "compare": True}),
    ("get_stats", {"sequence": "Q3 launch", "period": "all time"}),
    ("list_tasks", {}),
    ("search_leads", {"levels": ["founder"]}),
    ("find_operations", {"query": "list webhooks, tags, clients"}),
)
REFUSALS: tuple[Call, ...] = (
    ("get_sequence", {"sequence": "Winter"}),
    ("read_thread", {"thread": "nobody@example.com"}),
    ("find_prospects", {"check": ["Greta Keller"]}),
    ("update_prospects", {"prospects": ["Greta Keller"], "add_tags": ["warm"]}),
    ("update_sequence_settings", {"sequence": "Q3 launch", "schedule": "evenings"}),
    ("search_leads", {"levels": ["boss"]}),
    ("run_read_operation", {"operation": "get_webhooks"}),
)


def calls_in(answer: str) -> Iterator[Call]:
    """The calls of reading tools that are written in full."""
    for found in re.finditer(rf"\b({'|'.join(READING)})\(", answer):
        tool, arguments = printed_call(answer[found.start() :], found[1])
        if "…" not in json.dumps(arguments, ensure_ascii=False):
            yield tool, arguments


async def follow_all(seller: Seller, box: Sandbox, answers: list[str]) -> int:
    """Make the calls of these answers, and those of the answers to them; how many there were."""
    waiting = [call for answer in answers for call in calls_in(answer)]
    made: set[str] = set()
    while waiting:
        tool, arguments = waiting.pop(0)
        if (key := json.dumps([tool, arguments])) not in made:
            made.add(key)
            box.clock.advance(30)  # as long as a person takes to read, and within the limit on calls
            waiting += calls_in(await seller.call(tool, **arguments))
    return len(made)


async def test_what_answers_offer_next_can_be_called_as_it_stands(job: Job, box: Sandbox) -> None:
    async with job(calls=None) as seller:
        answers = [await seller.call(tool, **arguments) for tool, arguments in ANSWERS]
        assert await follow_all(seller, box, answers) > len(ANSWERS)


async def test_what_refusals_offer_instead_can_be_called_as_it_stands(job: Job, box: Sandbox) -> None:
    async with job(calls=None) as seller:
        answers = [await seller.refused(tool, **arguments) for tool, arguments in REFUSALS]
        assert await follow_all(seller, box, answers) >= len(REFUSALS)
