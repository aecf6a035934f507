"""What the API cannot do with mails, conversations, tasks and notes."""

from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.server.tools.discovery.cannot.limit import Limit

_SORT = NextCall.of("list_inbox", outcome="…")

LIMITS = (
    Limit(
        "mark a conversation as read or unread, star or archive it",
        "mark all mails as seen; snooze a conversation; flag a reply",
        "Give it an outcome: the inbox can be listed by it.",
        _SORT,
        only_with=("mark star archive snooze flag",),
    ),
    Limit(
        "delete a conversation or a mail",
        "remove a reply, email, thread from the inbox; empty the trash",
        "Give it an outcome, so that it is out of the way.",
        _SORT,
        only_with=("delete empty trash", "mail conversation thread reply inbox trash message"),
    ),
    Limit(
        "take back a mail that was sent",
        "recall, unsend, retract a message; undo a reply; it went out by mistake",
        "Nobody can. Pause the sequence, so that no more go out.",
        NextCall.of("set_sequence_status", sequence="…", status="paused"),
        only_with=("back recall unsend retract undo",),
    ),
    Limit(
        "forward a mail",
        "forward a reply, conversation to my colleague, boss",
        "Put the colleague in cc of a reply, or pass the text on.",
        NextCall.of("reply_to_thread", thread="…", content="…", cc=["…"]),
        only_with=("forward",),
    ),
    Limit(
        "write one new mail outside a sequence",
        "compose, send a single, one-off, quick, personal email to somebody",
        "Import the person into a sequence of one email step. In a conversation that is there, a reply can be sent.",
        NextCall.of("list_inbox", query="…"),
    ),
    Limit(
        "send a reply later, or save a draft",
        "schedule an answer for tomorrow morning, monday; drafts",
        "Keep the text, and send it when it is time.",
        NextCall.of("list_inbox", unread=True),
        only_with=("later draft tomorrow",),
    ),
    Limit(
        "send LinkedIn or WhatsApp messages, SMS, or place calls, automatically",
        "auto connect; text message; dial, dialer, phone somebody, call recording, voicemail drop",
        "Such steps become tasks that a person does. There is no SMS.",
        NextCall.of("list_tasks", status="due_today"),
        only_with=("send automatically auto sms text dial dialer place record recording",),
    ),
    Limit(
        "reopen, reassign or delete a task",
        "undo a completed task; give, hand tasks to a colleague",
        "Skip it and make another: create_tasks, an operation, takes who does it.",
        NextCall.of("find_operations", query="create_tasks"),
        only_with=("reopen reassign delete undo give hand", "task call"),
    ),
    Limit(
        "delete a note",
        "remove a note from a prospect",
        "Change its text instead: update_note, an operation.",
        NextCall.of("find_operations", query="update_note"),
        only_with=("delete", "note"),
    ),
    Limit(
        "mail a report by itself every week",
        "scheduled, recurring, weekly, daily report, digest, summary sent to me every monday",
        "Ask for the numbers when you need them, or let a scheduler of your own call this program.",
        NextCall.of("get_stats", period="last week", by="sequence"),
        only_with=("every weekly daily scheduled recurring automatically itself",),
    ),
    Limit(
        "tell opens by country, city or device",
        "where, with which browser, phone, mail program somebody opened",
        "Opens and clicks are counted by sequence, step, sender and day.",
        NextCall.of("get_stats", by="sequence"),
        only_with=("country city device browser where",),
    ),
)
