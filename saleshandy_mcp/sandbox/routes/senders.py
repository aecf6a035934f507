"""The email accounts that a sequence sends from: list, attach and detach them."""

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error, done
from saleshandy_mcp.sandbox.routes.common import active_senders, known_senders, sequence
from saleshandy_mcp.sandbox.simulation import quota
from saleshandy_mcp.sandbox.world.tables import Row, World, hash_id

MOST_AT_ONCE = 50


def list_sequence_email_accounts(world: World, request: Request) -> Reply:
    row = sequence(world, request.path["sequenceId"])
    accounts = [_view(world, world.email_accounts[id_]) for id_ in row["emailAccountIds"]]
    return done(
        "Success",
        {
            "id": hash_id("senders", row["id"]),
            "sequenceId": row["id"],
            "createdAt": row["createdAt"],
            "deletedAt": None,
            "emailAccount": accounts,
        },
    )


def add_sequence_email_accounts(world: World, request: Request) -> Reply:
    row = sequence(world, request.path["sequenceId"])
    ids = request.body["emailAccountIds"]
    if len(ids) > MOST_AT_ONCE:
        raise app_error(40003, f"At most {MOST_AT_ONCE} email accounts can be added at once", status=413)
    senders = active_senders(world, ids)
    for sender in senders:
        if sender["id"] in row["emailAccountIds"]:
            raise app_error(40105, f"Email account {sender['id']} is already attached")
    row["emailAccountIds"] += [sender["id"] for sender in senders]
    return Reply(200, {"message": "Email accounts added"})


def remove_sequence_email_accounts(world: World, request: Request) -> Reply:
    """Assumed: detaching an account that is not attached changes nothing."""
    row = sequence(world, request.path["sequenceId"])
    gone = {sender["id"] for sender in known_senders(world, request.body["emailAccountIds"])}
    row["emailAccountIds"] = [id_ for id_ in row["emailAccountIds"] if id_ not in gone]
    return Reply(200, {"message": "Email accounts removed"})


def _view(world: World, account: Row) -> Row:
    shown = ("id", "fromName", "fromEmail", "type", "status", "isDefault", "createdAt", "emailServiceProvider")
    return {
        **{key: account[key] for key in shown},
        "userId": str(world.user["id"]),
        "healthScore": account["healthScore"],
        "settings": [
            {**setting, "emailAccountId": account["id"], "modifiedAt": account["createdAt"]}
            for setting in quota.shown(world, account)
        ],
    }


ROUTES = {
    ("GET", "/sequences/{sequenceId}/email-accounts"): list_sequence_email_accounts,
    ("POST", "/sequences/{sequenceId}/email-accounts/add"): add_sequence_email_accounts,
    ("POST", "/sequences/{sequenceId}/email-accounts/remove"): remove_sequence_email_accounts,
}
