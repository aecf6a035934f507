"""Changed settings in text."""

from saleshandy_mcp.core.view import counted
from saleshandy_mcp.features.sequences.update_sequence_settings import ChangedSettings
from saleshandy_mcp.server.render.base import lines, plain, render


@render.register
def _(view: ChangedSettings) -> str:
    name = f"{plain(view.sequence)} [{view.id}]"
    if not view.changed and not view.not_done:
        return lines(f"Nothing to change: {name} is set so already.", f"See it: {view.next}")
    return lines(
        f"{name}: changed {counted(len(view.changed), 'setting')}.",
        *(f"{it.name}: {plain(it.before, 300)} → {plain(it.after, 300)}" for it in view.changed),
        f"Made the schedule {plain(view.created_schedule)}." if view.created_schedule else None,
        *(f"NOT DONE {plain(it, 300)}" for it in view.not_done),
        "The sequence is active: what it sends from now on follows this." if view.active else None,
        f"See it: {view.next}",
    )
