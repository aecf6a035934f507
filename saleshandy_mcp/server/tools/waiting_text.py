"""What a model is told while a person's answer is awaited outside of its client's dialogue. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from saleshandy_mcp.policy.approval_channels import Choice
from saleshandy_mcp.policy.approval_store import CardState, Plan

SHOW_CARD = "show_approval"
"""The tool that shows a card."""
_PLACES = {"terminal": "at a terminal", "page": "on a page", "card": "on a card in the chat"}


@dataclass(frozen=True)
class Ways:
    """By what a person can answer.

    Attributes:
        command: what they type in a terminal; empty when no terminal sees the question.
        link: the address of the page; empty when there is none, or when the client has opened it.
        card: what is known of the card.
    """

    command: str = ""
    link: str = ""
    card: CardState = "none"


def waiting_text(plan: Plan, choice: Choice, ways: Ways) -> tuple[str, dict[str, Any]]:
    """The text of the answer, and its facts.

    Args:
        plan: what waits.
        choice: where it is answered.
        ways: what there is besides.
    """
    place = str(choice.channel)
    why = f" ({choice.why})" if choice.why else ""
    reason = f"Not done yet: this waits for a person's yes {_PLACES[place]}{why}."
    todo = " ".join(_on_card(plan, ways) if place == "card" else _elsewhere(plan, place, ways))
    facts: dict[str, Any] = {"done": False, "reason": reason, "next": todo, "plan": plan.words, "waiting": place}
    if place == "page" and ways.link:
        facts["link"] = ways.link
    return f"{reason} {todo} They are asked:\n{plan.words}", facts


def _on_card(plan: Plan, ways: Ways) -> Iterator[str]:
    again = f"call {plan.tool} again with the same arguments: it waits for the answer, 40 seconds at a time."
    if ways.card == "none":
        yield f'Call {SHOW_CARD}(plan="{plan.id}") now: it shows the user a card with two buttons. Then {again}'
    else:
        yield f"Only the buttons of the card count, not what the user writes. Now {again}"
    if ways.command:
        yield f"The user can also answer with `{ways.command}` in a terminal on the machine of this server."


def _elsewhere(plan: Plan, place: str, ways: Ways) -> Iterator[str]:
    if place == "terminal":
        way = f"run `{ways.command}` in a terminal on the machine of this server"
    elif ways.link:
        way = f"open {ways.link} in a browser on the machine of this server"
    else:
        way = "answer on the page that their client opened"
    yield f"Ask the user to {way}, within 10 minutes."
    yield f"Then call {plan.tool} again with the same arguments: it is done when they have said yes."
