"""``reply_to_thread``: answer in a conversation. A mail goes out at once, to the person who wrote last."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from saleshandy_mcp.api.resources.inbox import Address, GetInboxThread, ReplyToEmail
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Mistake, Refused, Rejected, SaleshandyError
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Body, Bound, Item, Question, Value, Words
from saleshandy_mcp.core.view import NextCall, Say, View, counted
from saleshandy_mcp.features.inbox.conversation import Conversation, Mail, ThreadName, open_conversation
from saleshandy_mcp.features.sequences import copywriting
from saleshandy_mcp.lookups.do_not_contact import list_membership
from saleshandy_mcp.untrusted.html_text import clean, is_html
from saleshandy_mcp.untrusted.one_line import invisible, one_line

_SHOWN = 3_000
"""Characters of the text that a question shows."""

_STOP = re.compile(
    r"\b(unsubscribe|opt[ -]?out|remove (me|us|my)|take (me|us) off|stop (writing|mailing|emailing|sending|contacting)"
    r"|(do not|don't) (contact|write|mail|email)|delete my (data|address)|abmelden|désabonner)\b|\A\W*stop\W*\Z",
    re.IGNORECASE,
)
"""Words of somebody who wants no more mails."""


class Reply(View):
    """The result of a reply.

    Attributes:
        state: "unknown" where no clear answer came and the conversation does not show the mail.
        thread: id of the conversation.
        address: the address it was sent to.
        cc: the addresses that got a copy.
        mailbox: the address it was sent from.
        trouble: the error of the call, in either state; empty when there was none.
        next: the call that sorts the conversation, or shows whether the mail went out.
    """

    state: Literal["sent", "unknown"]
    thread: str
    address: str
    cc: list[str]
    mailbox: str | None
    trouble: str = ""
    next: NextCall

    def lines(self, say: Say) -> Iterator[str | None]:
        to = one_line(self.address) + (f", cc {', '.join(map(one_line, self.cc))}" if self.cc else "")
        sender = f" from {one_line(self.mailbox)}" if self.mailbox else ""
        if self.state == "sent":
            seen = " (its answer got lost; the thread shows the mail)" if self.trouble else ""
            yield f"Reply sent to {to}{sender}, thread {self.thread}{seen}."
            yield f"Next, sort it: {say(self.next)}"
            return
        trouble = one_line(self.trouble, 300)
        yield f"Whether the reply to {to}{sender} went out is unknown: {trouble}. Do not send it again."
        yield f"Look in a while: {say(self.next)} shows the mail if it went out."


class ReplyToThread(Action[Reply]):
    """Answer the person who wrote last in an inbox conversation. The user sees the text first.
    Trial and Starter plans cannot reply.
    """

    effects = frozenset({Effect.SEND})
    thread: ThreadName
    content: Annotated[str, Field(min_length=1, max_length=10_000, description="Plain text or HTML.")]
    cc: Annotated[list[Address], Field(max_length=5, description="Further recipients.")] = []

    async def prepare(self, context: Context) -> Prepared[Reply]:
        if not clean(self.content, quotes=True).text:
            raise Mistake("content: there is no text in it", "Write what the reply should say.")
        thread = await open_conversation(context.api, self.thread)
        mail = thread.received
        if mail is None or not mail.id or not mail.sender:
            raise Mistake(
                f"thread: {thread.id} holds no mail that could be replied to",
                "What it holds",
                next=NextCall.of("read_thread", thread=thread.id),
            )
        operation = ReplyToEmail(
            email_thread_id=thread.id,
            email_id=mail.id,
            content=copywriting.as_html(self.content),
            to=[mail.sender],
            cc=self.cc or None,
        )
        warnings = [*_warnings(self.content, mail), *await _do_not_contact_warnings(context.api, mail.sender)]
        question = self._question(thread, mail, warnings)
        return Prepared(partial(_send, context.api, operation, thread), self.effects, question, uses=operation.uses)

    def _question(self, thread: Conversation, mail: Mail, warnings: list[Item]) -> Question:
        # A yes is bound to the newest mail: after another mail the reply may no longer fit.
        newest = [thread.newest.id, thread.newest.at, len(thread.mails)]
        items = (
            Value("to", mail.sender),
            *(Value("cc, so they see it too", address) for address in self.cc),
            Value("from", thread.mailbox) if thread.mailbox else Words("from the mailbox of the conversation"),
            Value("conversation", f"{thread.subject} [{thread.id}]".lstrip()),
            Bound(f"as it stands now, with {counted(len(thread.mails), 'mail')}", newest),
            *warnings,
            Body("text, in HTML" if is_html(self.content) else "text", self.content, most=_SHOWN),
        )
        return Question("Send this reply?", items, "On yes the mail goes out at once.")


def _warnings(content: str, mail: Mail) -> list[Item]:
    """Warnings about the text, and about the mail that it answers."""
    found: list[Item] = []
    if _STOP.search(clean(mail.body or "").text):
        found.append(Words("warning: their last mail seems to ask for no more mails"))
    if tags := [label for label, _ in copywriting.merge_tags(content)]:
        words = "warning: this merge tag may be sent unchanged; it is not known whether replies are merged"
        found.append(Value(words, f"{{{{{tags[0]}}}}}"))
    if unseen := invisible(content):
        found.append(Words(f"warning: the text holds {counted(unseen, 'invisible character')}"))
    if hidden := clean(content, quotes=True).hidden:
        found.append(Words(f"warning: the text holds {counted(hidden, 'part')} that its reader would not see"))
    return found


async def _do_not_contact_warnings(api: Api, address: str) -> list[Item]:
    """The do-not-contact lists that hold the person's address or domain. No call tells whether they unsubscribed."""
    value = key(address)
    membership = await list_membership(api, [value])
    found: list[Item] = [
        Value("warning: on a do-not-contact list", f"{entry} on {name}") for name, entry in membership.found(value)
    ]
    if not membership.certain(value):
        words = "warning: not all do-not-contact lists could be read"
        found.append(Value(words, str(membership.failure)) if membership.failure else Words(words))
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
    sort = NextCall.of("update_prospects", prospects=operation.to, outcome="…")
    return Reply(
        state="sent" if sent else "unknown",
        thread=thread.id,
        address=operation.to[0],
        cc=operation.cc or [],
        mailbox=thread.mailbox,
        trouble=trouble,
        next=sort if sent else NextCall.of("read_thread", thread=thread.id),
    )


async def _stands_in_thread(api: Api, operation: ReplyToEmail, thread: Conversation) -> bool:
    """Whether the conversation has a new mail with this text. False proves nothing: it may come later."""
    try:
        content = await api.send(GetInboxThread(email_thread_id=thread.id))
    except SaleshandyError:
        return False
    before = {mail.id for mail in thread.mails}
    wanted = clean(operation.content).text
    return any(
        clean(message.body or "").text.startswith(wanted)
        for message in content.messages
        if message.id and message.id not in before
    )
