"""Changes to email accounts: settings of many at once, connecting, reconnecting."""

from typing import Any

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error, done, validation_error
from saleshandy_mcp.sandbox.simulation import jobs, quota
from saleshandy_mcp.sandbox.world.tables import Row, World, hash_id

CONNECTED, DISCONNECTED = 1, 0
SMTP_IMAP = 3
LARGEST_NUMBER = 100_000
NEW_QUOTA = 50  # assumed
CONNECT, RECONNECT = "connect accounts", "reconnect accounts"
SECONDS_PER_JOB = 3.0
SECONDS_PER_ACCOUNT = 1.0

# The check of a new account: servers under this name can be reached, and one password is wrong.
REACHABLE = ".example.com"
WRONG_PASSWORD = "wrong-password"  # noqa: S105 - an invented one, to try a refusal with

# Assumed: codes other than `signature` and that of the quota. Of the daily quota only what is left can be read.
SETTINGS = {
    "dailyQuota": quota.LEFT,
    "signatureHtml": "signature",
    "bcc": "bcc",
    "sendingIntervalMin": quota.GAP_FROM,
    "sendingIntervalMax": quota.GAP_TO,
    "rampUpInitialSendingLimit": quota.RAMP_FIRST,
    "rampUpPercent": quota.RAMP_PERCENT,
}


def bulk_update_email_accounts(world: World, request: Request) -> Reply:
    """One unknown id refuses the whole call. The sender's name is overwritten for every account."""
    body = request.body
    if unknown := [id_ for id_ in body["emailAccountIds"] if id_ not in world.email_accounts]:
        raise app_error(40204, f"Email account not valid: {', '.join(unknown)}")
    if "clientId" in body and body["clientId"] not in world.clients:
        raise app_error(40202, f"Client not valid: {body['clientId']}")
    changes = {code: _text(name, body[name]) for name, code in SETTINGS.items() if name in body}
    for id_ in body["emailAccountIds"]:
        account = world.email_accounts[id_]
        account["fromName"] = f"{body['senderFirstName']} {body.get('senderLastName', '')}".strip()
        if "clientId" in body:
            world.client_of[id_] = body["clientId"]
        for code, value in changes.items():
            _change(world, account, code, value)
    return Reply(200, {"message": "Email accounts updated successfully"})


def connect_email_accounts(world: World, request: Request) -> Reply:
    # This is the only call whose body is a list.
    entries: Any = request.body
    return _accepted(world, CONNECT, list(entries))


def reconnect_email_accounts(world: World, request: Request) -> Reply:
    ids = list(dict.fromkeys(request.body["emailAccountIds"]))
    if unknown := [id_ for id_ in ids if id_ not in world.email_accounts]:
        raise app_error(1001, f"Email account not found: {', '.join(unknown)}")  # code and text assumed
    return _accepted(world, RECONNECT, ids)


def get_email_account_connect_status(world: World, request: Request) -> Reply:
    job = jobs.find(world, request.path["requestId"], CONNECT, RECONNECT)
    if job is None:
        raise app_error(40000, "Request not found")
    url = jobs.report_url(world, request.base_url, job["id"])
    return done("Success", {"isCompleted": job["isCompleted"], "reportURL": url})


def connect_smtp_imap_account(world: World, request: Request) -> Reply:
    """Answers at once. The account is stored even when the check fails."""
    body = request.body
    smtp, imap = body["payload"]["smtp"], body["payload"]["imap"]
    if _known(world, smtp["emailAddress"]):
        raise app_error(1001, f"Email account {smtp['emailAddress']} already exists", status=409)
    errors = [_failure(server["host"], server["password"]) for server in (smtp, imap)]
    account = _store(world, body["fromName"], smtp["emailAddress"], body["emailServiceProvider"])
    account["status"] = DISCONNECTED if any(errors) else CONNECTED
    smtp_error, imap_error = (None if error is None else {"error": error} for error in errors)
    payload = {"id": account["id"], "status": account["status"]}
    return done("Success", {**payload, "smtpConnection": smtp_error, "imapConnection": imap_error})


def _accepted(world: World, kind: str, entries: list[Any]) -> Reply:
    id_ = jobs.hex_id(7, "accounts", len(world.jobs))
    jobs.start(world, kind, id_, SECONDS_PER_JOB + SECONDS_PER_ACCOUNT * len(entries), entries=entries)
    return done("Connection started", {"requestId": id_})


@jobs.ends(CONNECT)
def connect_all(world: World, job: Row) -> None:
    """Check and store each account. Assumed: one whose check fails is not stored. The report has a row for each."""
    jobs.publish(
        world, job["id"], [_report(entry["smtpEmailAddress"], _connect(world, entry)) for entry in job["entries"]]
    )


def _connect(world: World, entry: Row) -> str | None:
    """Why the account could not be connected; None when it was."""
    address = entry["smtpEmailAddress"]
    if _known(world, address):
        return "Email account already exists"
    for protocol in ("smtp", "imap"):
        if error := _failure(entry[f"{protocol}Host"], entry[f"{protocol}Password"]):
            return f"{protocol.upper()}: {error}"
    name = f"{entry['fromFirstName']} {entry['fromLastName']}".strip()
    _store(world, name, address, entry["emailServiceProvider"])
    return None


@jobs.ends(RECONNECT)
def reconnect_all(world: World, job: Row) -> None:
    """Assumed: reconnecting a known account always works."""
    accounts = [world.email_accounts[id_] for id_ in job["entries"]]
    for account in accounts:
        account["status"] = CONNECTED
    jobs.publish(world, job["id"], [_report(account["fromEmail"], None) for account in accounts])


def _report(address: str, reason: str | None) -> Row:
    return {"Email": address, "Status": "Failed" if reason else "Connected", "Reason": reason or ""}


def _failure(host: str, password: str) -> str | None:
    if not host.endswith(REACHABLE):
        return f"Could not reach {host}"
    return "Authentication failed" if password == WRONG_PASSWORD else None


def _known(world: World, address: str) -> bool:
    return any(row["fromEmail"].lower() == address.lower() for row in world.email_accounts.values())


def _store(world: World, name: str, address: str, provider: str) -> Row:
    id_ = hash_id("email account", len(world.email_accounts))
    account: Row = {
        "id": id_,
        "fromName": name,
        "fromEmail": address,
        "type": SMTP_IMAP,
        "status": CONNECTED,
        "isDefault": False,
        "createdAt": world.now(),
        "healthScore": None,
        "emailServiceProvider": provider,
        "settings": [],
    }
    world.outboxes[id_] = quota.new_outbox(NEW_QUOTA)
    _set(account, quota.LEFT, "")
    _set(account, "signature", "")
    world.email_accounts[id_] = account
    return account


def _change(world: World, account: Row, code: str, value: str) -> None:
    outbox = world.outboxes[account["id"]]
    if code == quota.LEFT:
        outbox["limit"] = int(value)
        return
    if code == quota.RAMP_FIRST:
        outbox["rampFrom"] = world.clock.now().date()
    _set(account, code, value)


def _set(account: Row, code: str, value: str) -> None:
    for setting in account["settings"]:
        if setting["code"] == code:
            setting["value"] = value
            return
    account["settings"].append({"id": hash_id(account["id"], code), "code": code, "value": value})


def _text(name: str, value: str | float) -> str:
    """The value as text. Assumed: numbers must be whole."""
    if isinstance(value, str):
        return value
    if not (0 <= value <= LARGEST_NUMBER and value == int(value)):
        raise validation_error(f"{name} must be a whole number from 0 to {LARGEST_NUMBER}")
    return str(int(value))


ROUTES = {
    ("POST", "/email-accounts/bulk-update"): bulk_update_email_accounts,
    ("POST", "/email-accounts/connect"): connect_email_accounts,
    ("POST", "/email-accounts/reconnect"): reconnect_email_accounts,
    ("GET", "/email-accounts/connect/status/{requestId}"): get_email_account_connect_status,
    ("POST", "/email-accounts/smtp-imap/connect"): connect_smtp_imap_account,
}
