"""An action: a frozen model of the arguments of one call, with the methods that carry it out."""

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
"""Give this to empty a text. An empty text does not do it: many clients send one for an argument not given."""


def _emptied(value: Any) -> Any:
    return "" if value == EMPTY else value


Clearing = AfterValidator(_emptied)
"""Turns ``EMPTY`` into an empty text."""
ClearableText = Annotated[str | None, Clearing]
"""An optional text that can be emptied: None when it is not given, ``EMPTY`` to make it empty."""

if TYPE_CHECKING:

    class _Resulting(BaseModel, Generic[T_co]):
        """For a type checker: ``Action[X]`` is an action whose result is an ``X``."""

else:

    class _Resulting(BaseModel):
        """At run time ``Action[X]`` only remembers ``X``: with ``Generic``, pydantic would make a class for each."""

        def __class_getitem__(cls, result: Any) -> GenericAlias:
            return GenericAlias(cls, result)


class Action(_Resulting[T_co]):
    """What somebody asks for: its fields are the arguments, ``effects`` says what it may do, ``[X]`` what it returns.

    An action that only reads overrides ``run``; any other action overrides ``prepare``.
    """

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid", coerce_numbers_to_str=True)
    slug: ClassVar[str] = ""
    """The name of the class as people, models and the command line write it: ``list_sequences``."""
    effects: ClassVar[frozenset[Effect]] = READING
    """All effects that a call of this class may have; ``prepare`` says which of them this call has."""
    idempotent: ClassVar[bool] = False
    """Whether doing it twice changes nothing more than doing it once."""

    keeps_record: ClassVar[bool] = False
    """Whether it keeps a record of its own of what was sent, so that it does nothing twice."""

    stops_mail: ClassVar[bool] = False
    """Whether it stops mail: then it does not wait, is tried harder, and needs no file on this machine. A property
    takes its place where the arguments decide it."""

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        cls.slug = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    async def run(self, context: Context) -> T_co:
        """Carry it out at once, without a question. The caller must have any consent that ``prepare`` would ask for."""
        return await (await self.prepare(context)).execute()

    async def prepare(self, context: Context) -> Prepared[T_co]:
        """Look at the account and say what the action would do; nothing is changed yet."""
        return Prepared(partial(self.run, context), self.effects)
