"""Answers of DNS are collected in rounds, in parallel, each thing once, and within their time."""

from collections.abc import Sequence

import anyio
import pytest

from saleshandy_mcp.core.dns import Dns, Question
from saleshandy_mcp.features.deliverability import dns_answers
from saleshandy_mcp.features.deliverability.dns_answers import Answers, collected, is_name


async def test_each_thing_is_asked_once_and_what_answers_lead_to_is_asked_next() -> None:
    asked: list[str] = []

    async def ask(question: Question) -> Sequence[str]:
        asked.append(question.name)
        return {"a.example": ["b.example"], "b.example": ["c.example"]}.get(question.name, [])

    def follow(answers: Answers) -> list[str]:
        found, name = list[str](), "a.example"
        while told := answers.records(name, "TXT"):
            (name,) = told
            found.append(name)
        return found

    heard = await collected(Dns(ask), follow)
    assert asked == ["a.example", "b.example", "c.example"]
    assert follow(heard.answers) == ["b.example", "c.example"]
    assert (heard.answers.unanswered, heard.why) == ([], "")


async def test_what_takes_too_long_together_is_left_and_told() -> None:
    async def never(_: Question) -> Sequence[str]:
        await anyio.sleep_forever()
        return []

    heard = await collected(Dns(never), lambda it: it.records("a.example", "MX"), seconds=0)
    assert heard.answers.unanswered == [Question("a.example", "MX")]
    assert heard.why == "DNS took longer than 0 seconds"


async def test_one_that_never_answers_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns_answers, "EACH", 0.0)

    async def ask(question: Question) -> Sequence[str]:
        if question.name == "slow.example":
            await anyio.sleep_forever()
        return ["1.2.3.4"]

    def both(answers: Answers) -> None:
        answers.records("slow.example", "A")
        answers.records("quick.example", "A")

    heard = await collected(Dns(ask), both)
    assert heard.answers.records("quick.example", "A") == ("1.2.3.4",)
    assert heard.answers.unanswered == [Question("slow.example", "A")]
    assert heard.why.startswith("DNS did not answer within")


async def test_a_zone_that_leads_on_and_on_is_given_up() -> None:
    asked: list[str] = []

    async def ask(question: Question) -> Sequence[str]:
        asked.append(question.name)
        return [f"{number}.{question.name}" for number in range(5)]

    def everything(answers: Answers) -> None:
        waiting = ["a.example"]
        while waiting:
            waiting += answers.records(waiting.pop(), "TXT") or ()

    await collected(Dns(ask), everything)
    assert len(asked) <= dns_answers.MOST


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        *(("a.example", True), ("_dmarc.a.example", True), ("xn--bcher-kva.example", True), ("1.2.3.4", True)),
        *(("localhost", False), ("a..example", False), ("-a.example", False), ("a b.example", False)),
        *(("ä.example", False), (f"{'a' * 64}.example", False), (f"{'a.' * 130}example", False), ("", False)),
    ],
)
def test_what_is_no_host_name_is_never_asked_for(name: str, is_one: bool) -> None:  # noqa: FBT001 - a case
    assert is_name(name) == is_one
