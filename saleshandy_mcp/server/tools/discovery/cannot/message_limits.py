"""What the API cannot do with mails, conversations, tasks and notes."""

from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.server.tools.discovery.cannot.limit import Limit

_SORT = NextCall.of("list_inbox", outcome="…")

LIMITS = (
    Limit(
        "mark a conversation as read or unread, star or archive it",
        "mark all mails as seen; put it back to unread; snooze a conversation; flag a reply; set unread",
        "Give it an outcome: the inbox can be listed by it.",
        _SORT,
        only_with=("mark star archive snooze flag unread seen",),
    ),
    Limit(
        "delete a conversation or a mail",
        "remove a reply, email, thread from the inbox; empty the trash; clear the inbox",
        "Give it an outcome, so that it is out of the way.",
        _SORT,
        only_with=("delete empty trash", "mail conversation thread reply inbox trash message"),
    ),
    Limit(
        "take back a mail that was sent",
        "recall, unsend, retract a message; undo a reply; it went out by mistake; get that mail back; answered the "
        "wrong person",
        "Nobody can. Pause the sequence, so that no more go out.",
        NextCall.of("set_sequence_status", sequence="…", status="paused"),
        only_with=("back recall unsend retract undo",),
    ),
    Limit(
        "forward a mail",
        "forward, pass on a reply, conversation to my colleague, boss, support",
        "Put the colleague in cc of a reply, or pass the text on.",
        NextCall.of("reply_to_thread", thread="…", content="…", cc=["…"]),
        only_with=("forward",),
    ),
    Limit(
        "write one new mail outside a sequence",
        "compose, send a single, one-off, quick, short, personal email to somebody, no sequence; cold mail to just "
        "one person",
        "Import the person into a sequence of one email step. In a conversation that is there, a reply can be sent.",
        NextCall.of("list_inbox", query="…"),
    ),
    Limit(
        "send a reply later, or save a draft",
        "schedule an answer for tomorrow morning, monday, not now; drafts; keep it for later",
        "Keep the text, and send it when it is time.",
        NextCall.of("list_inbox", unread=True),
        only_with=("later draft",),
    ),
    Limit(
        "send LinkedIn or WhatsApp messages, SMS, or place calls, automatically",
        "do linkedin invitations go out on their own; auto connect; text message; call him for me now; dial, "
        "dialer, phone somebody, call "
        "recording, voicemail drop",
        "Such steps become tasks that a person does. There is no SMS.",
        NextCall.of("list_tasks", status="due_today"),
        only_with=("send automatically auto sms text dial call now dialer place record recording",),
    ),
    Limit(
        "reopen, reassign or delete a task",
        "undo a completed task, call; ticked off the wrong one, open it again; give, hand tasks over to a colleague; "
        "somebody else should do it",
        "Skip it and make another: create_tasks, an operation, takes who does it.",
        NextCall.of("find_operations", query="create_tasks"),
        only_with=("reopen reassign delete undo give hand else", "task call"),
    ),
    Limit(
        "delete a note",
        "remove a note from a prospect; the note is wrong, should go",
        "Change its text instead: update_note, an operation.",
        NextCall.of("find_operations", query="update_note"),
        only_with=("delete", "note"),
    ),
    Limit(
        "mail a report by itself every week",
        "mail, send me the figures, scheduled, recurring, weekly, daily report, digest, summary every monday, friday",
        "Ask for the numbers when you need them, or let a scheduler of your own call this program.",
        NextCall.of("get_stats", period="last week", by="sequence"),
        only_with=("weekly scheduled automatically digest",),
    ),
    Limit(
        "tell opens by country, city or device",
        "where, in which country, with which browser, phone, mail program somebody opened; gmail or outlook",
        "Opens and clicks are counted by sequence, step, sender and day.",
        NextCall.of("get_stats", by="sequence"),
        only_with=("country city device browser where",),
    ),
)
