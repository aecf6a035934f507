"""Adds an entry to a settings document or removes it, and checks that nothing else changed. Pure."""

from collections.abc import Sequence
from typing import Any, Literal

from saleshandy_mcp.client_settings.documents.placement import Broken, Placement, found, pruned, with_it, without_it

Form = Literal["json", "toml", "yaml"]


def read(form: Form, text: str) -> Any:
    """The data of a document; None for an empty one.

    Raises:
        Broken: when it cannot be read.
    """
    return _module(form).read(text)


def put(form: Form, text: str, things: Sequence[Placement]) -> str:
    """The document with these things at their places.

    Raises:
        Broken: when it cannot be read, or not be changed safely.
    """
    for it in things:
        if entry(form, text, it) != it.value:
            text = _checked(form, text, it, remove=False)
    return text


def take(form: Form, text: str, things: Sequence[Placement]) -> str:
    """The document without these things.

    Raises:
        Broken: when it cannot be read, or not be changed safely.
    """
    for it in things:
        text = _checked(form, text, it, remove=True)
    return text


def entry(form: Form, text: str, it: Placement) -> Any:
    """What stands at the place now; None when nothing does.

    Raises:
        Broken: when the document cannot be read.
    """
    return found(read(form, text), it)


def _checked(form: Form, text: str, it: Placement, *, remove: bool) -> str:
    module = _module(form)
    before = module.read(text)
    try:
        wanted = without_it(before, it) if remove else with_it(before, it)
    except (AttributeError, TypeError, RecursionError):
        raise Broken(f"{'.'.join(it.path)} has another form than its client documents") from None
    after = module.take(text, it) if remove else module.put(text, it)
    try:
        same = pruned(module.read(after), it) == pruned(wanted, it)
    except Broken:
        same = False
    if not same:
        raise Broken(f"{'.'.join(it.path)} is written in a form that cannot be changed safely")
    return after


def _module(form: Form) -> Any:
    # PLC0415: each form has a library of its own, and only one is needed.
    if form == "json":
        from saleshandy_mcp.client_settings.documents import json_text  # noqa: PLC0415

        return json_text
    if form == "toml":
        from saleshandy_mcp.client_settings.documents import toml_text  # noqa: PLC0415

        return toml_text
    from saleshandy_mcp.client_settings.documents import yaml_text  # noqa: PLC0415

    return yaml_text
