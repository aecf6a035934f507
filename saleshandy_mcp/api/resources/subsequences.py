"""Subsequences: steps that follow a sequence for people who meet its conditions, and which conditions there are."""

import json
from contextlib import suppress
from types import NoneType
from typing import Annotated, Any, Literal, NamedTuple, Self, cast

from pydantic import ConfigDict, Field, JsonValue, PlainSerializer, model_validator

from saleshandy_mcp.api.loose import OnlyList, Raw
from saleshandy_mcp.api.operation import Command, Operation, get, patch, post
from saleshandy_mcp.api.types import ApiModel, SequenceId
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.uses import Uses

Name = Literal[
    "Email Open Count",
    "Replied",
    "Reply Body Contains",
    "Link Click",
    "Prospect Outcome",
    "Last Step Completed",
    "Prospect Tag",
]
Comparison = Literal[
    "greater than",
    "less than",
    "greater than or equals",
    "less than or equals",
    "is",
    "is not",
    "is any",
    "is not any",
    "contains",
]


class Pairing(NamedTuple):
    """The operations and values that a condition takes."""

    operations: tuple[Comparison, ...]
    values: tuple[type, ...]
    words: str
    """What the values are, for an error message."""


MORE_OR_LESS: tuple[Comparison, ...] = ("greater than", "less than", "greater than or equals", "less than or equals")
IS_OR_IS_NOT: tuple[Comparison, ...] = ("is", "is not", "is any", "is not any")

PAIRINGS: dict[Name, Pairing] = {
    "Email Open Count": Pairing(MORE_OR_LESS, (int,), "a whole number from 0"),
    "Replied": Pairing(("is",), (bool,), "true or false"),
    "Reply Body Contains": Pairing(("contains",), (str, list), "a text or a list"),  # which of the two is not known
    "Link Click": Pairing(("is any", "is not any"), (NoneType,), "no value"),
    "Prospect Outcome": Pairing(IS_OR_IS_NOT, (list,), "a list"),
    "Last Step Completed": Pairing(("is",), (bool,), "true or false"),
    "Prospect Tag": Pairing(IS_OR_IS_NOT, (list,), "a list"),
}
"""Partly documented, partly inferred from samples. The API refuses any other combination."""


class Condition(ApiModel):
    """A condition as it is read back."""

    condition_id: str | None = None
    name: str
    operation: str
    value: JsonValue = None


class ConditionInput(ApiModel):
    """A condition as it is set."""

    model_config = ConfigDict(extra="forbid")
    condition_id: Annotated[str | None, Field(description="Of a condition that is there; one is made otherwise.")] = (
        None
    )
    name: Name
    operation: Comparison
    value: Annotated[
        bool | int | str | list[str] | list[int] | None,
        Field(
            description="Whole number for Email Open Count, true or false for Replied and Last Step Completed, "
            "text for Reply Body Contains, list for Prospect Outcome and Prospect Tag, none for Link Click."
        ),
    ] = None

    @model_validator(mode="before")
    @classmethod
    def _read(cls, data: Any) -> Any:
        """A number, true, false or a list may come as JSON text: some clients send only one type for an argument."""
        if isinstance(data, dict):
            given = cast("dict[str, Any]", data)
            pairing, value = PAIRINGS.get(given.get("name", "")), given.get("value")
            if pairing and isinstance(value, str) and str not in pairing.values:
                with suppress(ValueError):
                    return {**given, "value": json.loads(value)}
        return cast("Any", data)

    @model_validator(mode="after")
    def _pair(self) -> Self:
        pairing = PAIRINGS[self.name]
        if self.operation not in pairing.operations:
            raise ValueError(f"{self.name} goes with {', '.join(pairing.operations)}, not with {self.operation}")
        # By type(), not isinstance(): True is an int, but not a number of opens.
        if type(self.value) not in pairing.values or self.value in ("", []) or self._negative:
            raise ValueError(f"{self.name} needs {pairing.words} as its value")
        return self

    @property
    def _negative(self) -> bool:
        return isinstance(self.value, int) and self.value < 0


def _number_or_hash(value: str) -> int | str:
    return int(value) if value.isdecimal() else value


SubsequenceId = Annotated[str, Field(min_length=1, description="Subsequence id.")]
ScheduleId = Annotated[
    str,
    PlainSerializer(_number_or_hash),
    Field(min_length=1, description="Schedule id. Documented as a number for subsequences and a hash elsewhere."),
]
"""An id of digits is sent as a number, any other as text."""

Days = Annotated[int | None, Field(ge=1, description="Days until its first step.")]


class NewSubsequence(ApiModel):
    id: str


class Subsequence(Raw):
    """The answer is not documented: these keys are assumed."""

    id: str
    title: str = ""


class SubsequenceSettings(ApiModel):
    schedule_id: int | str | None = None
    first_step_relative_days: int | None = None
    conditions: list[Condition] = []


class GetSubsequenceSettings(Operation[SubsequenceSettings]):
    """Read schedule, delay and conditions of a subsequence."""

    route = get("/sequences/subsequence/{subsequenceId}/settings")
    subsequence_id: SubsequenceId


class CreateSubsequence(Operation[NewSubsequence]):
    """Create a subsequence for people who meet all conditions. Give it steps with create_sequence_step."""

    route = post("/sequences/{sequenceId}/subsequence", Effect.SEND, why="it takes people up by itself")
    sequence_id: SequenceId
    title: Annotated[str, Field(min_length=1, max_length=200)]
    conditions: Annotated[list[ConditionInput], Field(min_length=1, description="All of them have to hold.")]
    schedule_id: ScheduleId | None = None
    first_step_relative_days: Days = None

    def uses(self) -> Uses:
        """It takes people up by itself, and nobody knows how many will meet its conditions."""
        return Uses(people=None)


class UpdateSubsequence(Command):
    """Change schedule, delay or conditions of a subsequence."""

    route = patch(
        "/sequences/{sequenceId}/subsequence/{subsequenceId}", Effect.SEND, why="it takes other people up by itself"
    )
    sequence_id: SequenceId
    subsequence_id: SubsequenceId
    schedule_id: ScheduleId | None = None
    first_step_relative_days: Days = None
    # The API would accept an empty list and change nothing.
    conditions: Annotated[list[ConditionInput] | None, Field(min_length=1, description="Replace all conditions.")] = (
        None
    )

    def uses(self) -> Uses:
        """It takes people up by itself, and nobody knows how many will meet its conditions."""
        return Uses(people=None)


class ListSubsequences(Operation[Annotated[list[Subsequence], OnlyList]]):
    """List the subsequences of a sequence."""

    route = get("/sequences/{sequenceId}/subsequences")
    sequence_id: SequenceId
    progress: Annotated[list[Literal[1, 2, 3]] | None, Field(description="1 active, 2 paused, 3 finished.")] = None
    search: str | None = None
    owners: Annotated[list[str] | None, Field(description="User ids.")] = None
