"""What tests ask of an action before it is carried out: its question, its words, and what an agreement is bound to."""

from dataclasses import replace
from typing import Any, TypeVar

from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.question import Question
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.policy.approvals import digest_of, words_of
from saleshandy_mcp.policy.effects import Gate, judge

T = TypeVar("T")


async def question_of(context: Context, action: Action[Any]) -> Question:
    question = (await action.prepare(context)).question
    assert question is not None
    return question


def words(question: Question) -> str:
    """The question as a model reads it."""
    return words_of(question, NextCall.for_model)


def bound(question: Question) -> str:
    """What an agreement to the question is bound to, whatever the call is."""
    return digest_of("any", {}, question)


async def through_the_gate(context: Context, action: Action[T]) -> T:
    """Carried out as the server does it, with a yes to the question: only what was prepared gets through."""
    gate = Gate(context.api)
    prepared = await action.prepare(replace(context, api=gate))
    judge(prepared, gate.allowed)
    assert prepared.effects <= action.effects | {"read"}
    gate.open(prepared.effects)
    return await prepared.execute()
