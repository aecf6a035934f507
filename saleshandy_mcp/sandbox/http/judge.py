"""Judges values by a schema of the contract."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import fastjsonschema

if TYPE_CHECKING:
    from jsonschema import ValidationError

Schema = dict[str, Any]


class Judge:
    """A schema, and what is wrong with a value by it.

    Nearly all values fit. Whether one does is found by code that fastjsonschema makes from the schema, fifty times as
    fast as jsonschema. That one is loaded for a value that does not fit, and lists all that is wrong.
    """

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def fits(self, value: Any) -> bool:
        try:
            self._check(value)
        except fastjsonschema.JsonSchemaValueException:
            return False
        return True

    def errors(self, value: Any) -> Iterator["ValidationError"]:
        if self.fits(value):
            return iter(())
        from jsonschema import Draft202012Validator  # noqa: PLC0415 - loaded for a value that does not fit

        return Draft202012Validator(self.schema).iter_errors(value)  # pyright: ignore[reportUnknownMemberType] - the stubs leave JSON half open

    @cached_property
    def _check(self) -> Callable[[Any], Any]:
        return fastjsonschema.compile(self.schema, use_default=False, use_formats=False, detailed_exceptions=False)
