"""Answering in a conversation: a mail goes out at once, to the person who wrote last, once somebody has agreed."""

import re
from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from saleshandy_mcp.api.resources.dnc import Kind, SearchDncItem
from saleshandy_mcp.api.resources.inbox import Address, GetInboxThread, ReplyToEmail
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Mistake, Refused, Rejected, SaleshandyError
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Body, Bound, Question, Value
from saleshandy_mcp.core.view import View, call, counted
from saleshandy_mcp.features.inbox.conversation import Conversation, Mail, open_conversation
from saleshandy_mcp.features.inbox.list_inbox import ThreadName
from saleshandy_mcp.features.sequences import copywriting
from saleshandy_mcp.untrusted import html_mail as reading
from saleshandy_mcp.untrusted.one_line import invisible, one_line

_STOP = re.compile(
    r"\b(unsubscribe|opt[ -]?out|remove (me|us|my)|take (me|us) off|stop (writing|mailing|emailing|sending|contacting)"
    r"|(do not|don't) (contact|write|mail|email)|delete my (data|address)|abmelden|désabonner)\b|\A\W*stop\W*\Z",
    re.IGNORECASE,
)


class Reply(View):
    """What became of a reply.

    Attributes:
        state: "unknown" where no clear answer came and the conversation does not show the mail.
        address: whom it went to.
        trouble: what went wrong on the way, whatever the state.
    """

    state: Literal["sent", "unknown"]
    thread: str
    address: str
    cc: list[str]
    mailbox: str | None
    trouble: str = ""
    next: str


class ReplyToThread(Action[Reply]):
    """Answer who wrote last in an inbox conversation. The user sees the whole text and is asked first.
    Trial and Starter plans cannot reply.
    """

    effects = frozenset({Effect.SEND})
    thread: ThreadName
    content: Annotated[str, Field(min_length=1, max_length=10_000, description="Plain text or HTML.")]
    cc: Annotated[list[Address], Field(max_length=5, description="Further recipients.")] = []

    async def prepare(self, context: Context) -> Prepared[Reply]:
        if not reading.clean(self.content, quotes=True).text:
            raise Mistake("content: there is no text in it", "Write what the reply should say.")
        thread = await open_conversation(context.api, self.thread)
        mail = thread.received
        if mail is None or not mail.id or not mail.sender:
            raise Mistake(
                f"thread: {thread.id} holds no mail that could be replied to",
                f"{call('read_thread', thread=thread.id)} shows what it holds.",
            )
        operation = ReplyToEmail(
            email_thread_id=thread.id,
            email_id=mail.id,
            content=copywriting.as_html(self.content),
            to=[mail.sender],
            cc=self.cc or None,
        )
        warnings = [*_doubts(self.content, mail), *await _blocked(context.api, mail.sender)]
        question = _question(operation, thread, warnings)
        return Prepared(partial(_send, context.api, operation, thread), self.effects, question)


def _question(operation: ReplyToEmail, thread: Conversation, warnings: list[str]) -> Question:
    newest = [thread.newest.id, thread.newest.at, len(thread.mails)]
    items = (
        Value("to", ", ".join(operation.to)),
        *((Value("cc, so they see it too", ", ".join(operation.cc)),) if operation.cc else ()),
        Value("from", thread.mailbox or "the mailbox of the conversation"),
        Value("conversation", f"{thread.subject} [{thread.id}]".lstrip()),
        # Whatever comes in or goes out meanwhile may change what one would say.
        Bound(f"as it stands now, with {counted(len(thread.mails), 'mail')}", newest),
        *(Value("warning", warning) for warning in warnings),
        Body("the whole text", operation.content, most=3000),
    )
    return Question("Send this reply?", items, "On yes the mail goes out at once.")


def _doubts(content: str, mail: Mail) -> list[str]:
    """What a careful person would want to know of the text and of the mail it answers."""
    found: list[str] = []
    if _STOP.search(reading.clean(mail.body or "").text):
        found.append("their last mail reads like a wish to hear no more")
    if tags := [label for label, _ in copywriting.merge_tags(content)]:
        found.append(f"{{{{{tags[0]}}}}} may go out as it stands: replies are not known to be merged")
    if unseen := invisible(content):
        found.append(f"the text holds {counted(unseen, 'invisible character')}")
    if hidden := reading.clean(content, quotes=True).hidden:
        found.append(f"the text holds {counted(hidden, 'part')} that its reader would not see")
    return found


async def _blocked(api: Api, address: str) -> list[str]:
    """Whether the person stands on a Do Not Contact list, by address or domain. That they unsubscribed is not told."""
    looked: tuple[tuple[Kind, str], ...] = (("email", address), ("domain", address.rpartition("@")[2]))
    found: list[str] = []
    try:
        for kind, value in looked:
            lists = await api.send(SearchDncItem(search=value, type=kind, page_size=100))
            found += [
                f'{value} is on the Do Not Contact list "{one_line(it.name)}"'
                for it in lists.items
                if any(item.value.casefold() == value.casefold() for item in it.dnc_items)
            ]
    except Rejected as refusal:
        found.append(f"the Do Not Contact lists could not be read ({refusal})")
    return found


async def _send(api: Api, operation: ReplyToEmail, thread: Conversation) -> Reply:
    trouble = ""
    try:
        await api.send(operation)
    except Refused as refusal:
        # Which refusal means that the plan does not allow it is not documented.
        if not isinstance(refusal, Rejected) and refusal.status != 403:
            raise
        raise Mistake(
            f"Saleshandy refused the reply: {refusal} (HTTP {refusal.status})",
            "Trial and Starter plans cannot reply, and nobody who unsubscribed or stands on a Do Not Contact list "
            "may be written to.",
        ) from None
    except SaleshandyError as error:
        if error.executed == "no":
            raise
        trouble = str(error)
    sent = not trouble or await _stands_in_thread(api, operation, thread)
    sort = call("update_prospects", prospects=operation.to, outcome="…")
    return Reply(
        state="sent" if sent else "unknown",
        thread=thread.id,
        address=operation.to[0],
        cc=operation.cc or [],
        mailbox=thread.mailbox,
        trouble=trouble,
        next=sort if sent else call("read_thread", thread=thread.id),
    )


async def _stands_in_thread(api: Api, operation: ReplyToEmail, thread: Conversation) -> bool:
    """Whether the conversation has a new mail with this text. That it has none yet proves nothing."""
    try:
        content = await api.send(GetInboxThread(email_thread_id=thread.id))
    except SaleshandyError:
        return False
    before = {mail.id for mail in thread.mails}
    wanted = reading.clean(operation.content).text
    return any(
        reading.clean(message.body or "").text.startswith(wanted)
        for message in content.messages
        if message.id and message.id not in before
    )
