"""What all models of answers share, and the scalars that many operations take."""

from enum import IntEnum, StrEnum
from typing import Annotated, Literal

from pydantic import AliasGenerator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class ApiModel(BaseModel):
    """A part of an answer. Unknown keys are ignored, because the API may add some. Names on the wire are camelCase."""

    # Validators are made when a model is first used: most starts never use most of them.
    # Some answers give an id or a text as a number.
    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
        alias_generator=AliasGenerator(alias=to_camel),
        populate_by_name=True,
        coerce_numbers_to_str=True,
    )


SequenceId = Annotated[str, Field(min_length=1, description="Sequence id.")]
StepId = Annotated[str, Field(min_length=1, description="Step id.")]
EmailAccountId = Annotated[str, Field(min_length=1, description="Email account id.")]

ConflictAction = Literal["overwrite", "noUpdate", "addMissingFields", "upsert"]
"""For people already stored: overwrite (blanks leave a value), noUpdate, addMissingFields, upsert (blanks clear)."""


class Channel(IntEnum):
    """What a step does. Live, the API takes the number; names are documented and refused."""

    EMAIL = 1
    LINKEDIN_CONNECTION = 2
    LINKEDIN_MESSAGE = 3
    LINKEDIN_INMAIL = 4
    LINKEDIN_VIEW_PROFILE = 5
    LINKEDIN_POST_INTERACTION = 6
    CUSTOM_TASK = 9
    CALL_INTRODUCTION = 11
    CALL_DEMO = 12
    CALL_FOLLOW_UP = 13
    CALL_REMINDER = 14
    CALL_OTHER = 15
    WHATSAPP_MESSAGE = 16
    WHATSAPP_VOICE_MESSAGE = 17
    WHATSAPP_VOICE_CALL = 18

    @property
    def word(self) -> str:
        """The name that people and models see: ``call_follow_up``."""
        return self.name.lower()


class Priority(IntEnum):
    """Of the tasks that a step makes. No live call with a priority is known; the documented sample sends the number."""

    URGENT = 1
    HIGH = 2
    NORMAL = 3
    LOW = 4


class Verification(StrEnum):
    """State of an address's verification. An unknown word is to be read as risky."""

    VALID = "valid"
    PENDING = "pending"
    SKIP = "skip"
    IN_PROGRESS = "inProgress"
    RISKY = "risky"
    BAD = "bad"
