"""Test mails of a sequence."""

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error
from saleshandy_mcp.sandbox.routes.common import active_senders, sequence
from saleshandy_mcp.sandbox.routes.inbox import check_addresses
from saleshandy_mcp.sandbox.simulation import threads
from saleshandy_mcp.sandbox.world.tables import World


def send_test_email(world: World, request: Request) -> Reply:
    """Store the mail. No mail is sent, and no number changes. Assumed: the email account must be active."""
    body = request.body
    row = sequence(world, request.path["sequenceId"])
    if body["fromEmailAccountId"] not in row["emailAccountIds"]:
        raise app_error(1001, "Email account is not attached to the sequence")
    check_addresses(body["to"])
    active_senders(world, [body["fromEmailAccountId"]])
    parts = {key: body.get(key) for key in ("to", "subject", "content", "preheader")}
    threads.add_mail(world, "test", at=world.now(), sequenceId=row["id"], senderId=body["fromEmailAccountId"], **parts)
    return Reply(200, {"message": "Test email sent successfully"})


ROUTES = {("POST", "/sequences/{sequenceId}/test-email"): send_test_email}
