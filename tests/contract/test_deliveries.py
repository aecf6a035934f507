"""What the sandbox delivers to webhooks is what the client reads."""

from saleshandy_mcp.api.resources.webhooks import read_delivery
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.http import webhook_bodies


def test_whatever_the_sandbox_delivers_is_read_without_a_loss(box: Sandbox) -> None:
    bodies = [webhook_bodies.body(box.world, event) for event in box.world.events]
    assert bodies
    for body in bodies:
        delivery = read_delivery(body)
        assert delivery.happened_at
        # A count is read as text, for both are told of.
        counted = {"openCount": str(body["openCount"])} if "openCount" in body else {}
        assert delivery.model_dump(by_alias=True, exclude_unset=True) == body | counted
