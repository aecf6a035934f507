"""The one abstraction: an action is a frozen model of its own arguments."""

import re
from functools import partial
from types import GenericAlias
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import READING, Effect
from saleshandy_mcp.core.prepared import Prepared

T_co = TypeVar("T_co", covariant=True)

EMPTY = "(none)"
"""Says that a text shall be empty: an empty text cannot say it, for many clients send one for what was not given."""


def _emptied(value: Any) -> Any:
    return "" if value == EMPTY else value


Clearing = AfterValidator(_emptied)
"""Marks a text for which ``EMPTY`` stands for an empty one."""
ClearableText = Annotated[str | None, Clearing]
"""An optional text that can be emptied: None is not given, ``EMPTY`` makes it empty."""

if TYPE_CHECKING:

    class _Resulting(BaseModel, Generic[T_co]):
        """For a type checker, what stands in the brackets of an action is the type of its result."""

else:

    class _Resulting(BaseModel):
        """At run time the brackets are remembered and nothing else: pydantic would make a class for each of them."""

        def __class_getitem__(cls, result: Any) -> GenericAlias:
            return GenericAlias(cls, result)


class Action(_Resulting[T_co]):
    """A frozen model of its own arguments that knows what it may do to the world and what it results in.

    An action that only reads overrides ``run``; any other overrides ``prepare``.
    """

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid", coerce_numbers_to_str=True)
    slug: ClassVar[str] = ""
    """The name of the class as people, models and the command line write it: ``list_sequences``."""
    effects: ClassVar[frozenset[Effect]] = READING
    """All that a call may do; what this one does is known when it is prepared."""
    idempotent: ClassVar[bool] = False
    """Whether doing it twice changes nothing more than doing it once."""

    keeps_record: ClassVar[bool] = False
    """Whether it keeps a record of its own of what was sent, so that it does nothing twice."""

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        cls.slug = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    async def run(self, context: Context) -> T_co:
        """Do it at once. Whoever calls this has the consent that the question of ``prepare`` may ask for."""
        return await (await self.prepare(context)).execute()

    async def prepare(self, context: Context) -> Prepared[T_co]:
        """Look at what is there and say what would be done; nothing is changed yet."""
        return Prepared(partial(self.run, context), self.effects)
