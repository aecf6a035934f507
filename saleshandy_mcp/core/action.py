"""The one abstraction: an action is a frozen model of its own arguments."""

import re
from functools import partial
from types import GenericAlias
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.plan import Prepared

T_co = TypeVar("T_co", covariant=True)


if TYPE_CHECKING:

    class _Resulting(BaseModel, Generic[T_co]):
        """For a type checker, what stands in the brackets of an action is the type of its result."""

else:

    class _Resulting(BaseModel):
        """At run time the brackets are remembered and nothing else: pydantic would make a class for each of them."""

        def __class_getitem__(cls, result: Any) -> GenericAlias:
            return GenericAlias(cls, result)


class Action(_Resulting[T_co]):
    """A frozen model of its own arguments that knows what it does to the world and what it results in."""

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid", coerce_numbers_to_str=True)
    effect: ClassVar[Effect]
    asks: ClassVar[bool] = False
    """Whether a person may have to agree to a call first."""
    mildest: ClassVar[Effect | None] = None
    """What a call does that needs no agreement, where that is less than ``effect``: a step for a paused sequence."""
    idempotent: ClassVar[bool] = False

    @property
    def consequence(self) -> Effect:
        """What this very call does; ``effect`` is the worst the action can do."""
        return self.effect

    async def run(self, context: Context) -> T_co:
        """Do it at once. Whoever calls this has the consent that ``ready`` may ask for."""
        return await (await self.prepare(context)).execute()

    async def prepare(self, context: Context) -> Prepared[T_co]:
        """Look at what is there and say what would be done. An action overrides this or ``run``."""
        return Prepared(partial(self.run, context))

    @classmethod
    def slug(cls) -> str:
        """The name that people, models and the command line use: ``list_sequences``."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
