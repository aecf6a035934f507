"""The unified inbox: list threads, read their mails, answer them."""

from typing import Any

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error, done, validation_error
from saleshandy_mcp.sandbox.routes.common import page_meta, page_of
from saleshandy_mcp.sandbox.simulation import threads
from saleshandy_mcp.sandbox.simulation.merge import plain
from saleshandy_mcp.sandbox.simulation.threads import Message, Thread
from saleshandy_mcp.sandbox.world.rows import ADDRESS
from saleshandy_mcp.sandbox.world.tables import Row, World

FAILED = 5001  # documented for calls of the inbox; 4000 is assumed


def list_inbox_threads(world: World, request: Request) -> Reply:
    """Subject and sender of a thread are those of the last mail that was received. Assumed: the latest comes first."""
    body = request.body
    changes = threads.changes(world)
    named = [(thread, threads.outcome(changes.get(thread.place))) for thread in threads.threads(world)]
    found = [(thread, name) for thread, name in named if _wanted(world, thread, name, body)]
    page = page_of(found, body["page"], body["limit"])
    items = [_view(world, thread, name) for thread, name in page]
    return done("Success", {"items": items, "meta": page_meta(len(found), body["page"], body["limit"], len(items))})


def get_inbox_thread(world: World, request: Request) -> Reply:
    """Assumed: reading a thread with this call does not mark it as read."""
    thread = _thread(world, request.path["emailThreadId"], 4000)
    return done("Success", {"threadId": thread.id, "messages": [_message(entry) for entry in thread.messages]})


def get_inbox_email(world: World, request: Request) -> Reply:
    thread = _thread(world, request.path["emailThreadId"], 4000)
    return done("Success", _message(_mail(thread, request.path["emailId"], 4000)))


def reply_to_email(world: World, request: Request) -> Reply:
    """Store the answer and mark the thread as read. No mail is sent.

    Assumed: people who have unsubscribed or are on a Do Not Contact list get no answer. The mail goes out from the
    email account of the thread. It is not an event, because events are about steps.
    """
    body = request.body
    thread = _thread(world, body["emailThreadId"], FAILED)
    _mail(thread, body["emailId"], FAILED)
    everybody = [*body["to"], *body.get("cc", []), *body.get("bcc", [])]
    check_addresses(everybody)
    if not plain(body["content"]):
        raise app_error(4000, "There is no text to send")
    for address in everybody:
        _check_may_be_written_to(world, address.strip().lower())
    threads.add_mail(
        world,
        "reply",
        at=world.now(),
        threadId=thread.id,
        senderId=thread.sender_id,
        subject=thread.subject,
        **{key: body.get(key, []) for key in ("to", "cc", "bcc", "attachmentIds", "content")},
    )
    world.read_at[thread.id] = world.now()
    return Reply(200, {"message": "Reply sent"})


def get_unread_thread_count(world: World, _: Request) -> Reply:
    return done("Success", {"count": sum(not threads.is_read(world, thread) for thread in threads.threads(world))})


def check_addresses(addresses: list[str]) -> None:
    if not all(ADDRESS.fullmatch(address.strip()) for address in addresses):
        raise validation_error("each value in to must be an email")


def _check_may_be_written_to(world: World, address: str) -> None:
    blocked = world.do_not_contact()
    if address in blocked or address.rpartition("@")[2] in blocked:
        raise app_error(4000, f"{address} is on a Do Not Contact list")
    prospect = world.prospect(address)
    if prospect is not None and prospect["unsubscribed"]:
        raise app_error(4000, f"{address} has unsubscribed")


def _thread(world: World, thread_id: str, code: int) -> Thread:
    found = next((thread for thread in threads.threads(world) if thread.id == thread_id), None)
    if found is None:
        raise app_error(code, f"Thread {thread_id} not found")
    return found


def _mail(thread: Thread, mail_id: str, code: int) -> Message:
    found = next((message for message in thread.messages if message.id == mail_id), None)
    if found is None:
        raise app_error(code, f"Email {mail_id} not found in thread {thread.id}")
    return found


def _wanted(world: World, thread: Thread, outcome: str, body: Row) -> bool:
    """Whether a thread fits the filters. An empty list filters nothing. Assumed: without owners nothing is found.

    A day without a time counts as the whole day. All threads come from sequences, so none is external.
    """
    row = threads.outcome_row(world, outcome) or {"id": None}
    return (
        str(world.user["id"]) in body["owners"]
        and body.get("search", "").lower() in thread.text.lower()
        and _among(row["id"], body.get("categoryIds"))
        and body.get("sentiment") in (None, threads.sentiment(world, outcome))
        and _among(thread.sequence_id, body.get("sequenceIds"))
        and _among(thread.sender_id, body.get("emailAccountIds"))
        and _among(world.client_of.get(thread.sequence_id), body.get("clientIds"))
        and body.get("startDate", "") <= thread.last_at
        and thread.last_at <= body.get("endDate", "") + "~"
        and body.get("isRead") in (None, int(threads.is_read(world, thread)))
        and body.get("type", "system") == "system"
    )


def _among(value: Any, wanted: list[str] | None) -> bool:
    return not wanted or value in wanted


def _view(world: World, thread: Thread, outcome: str) -> Row:
    return {
        "id": thread.id,
        "subject": thread.subject,
        "senderEmail": thread.sender,
        "lastMessageTimestamp": thread.last_at,
        "isRead": threads.is_read(world, thread),
        "sentiment": threads.sentiment(world, outcome),
    }


def _message(message: Message) -> Row:
    return {"id": message.id, "body": message.content, "senderEmail": message.sender, "timestamp": message.at}


ROUTES = {
    ("POST", "/unified-inbox/emails"): list_inbox_threads,
    ("GET", "/unified-inbox/emails/{emailThreadId}"): get_inbox_thread,
    ("GET", "/unified-inbox/emails/{emailThreadId}/{emailId}"): get_inbox_email,
    ("POST", "/unified-inbox/emails/reply"): reply_to_email,
    ("GET", "/unified-inbox/unread-email-threads-count"): get_unread_thread_count,
}
