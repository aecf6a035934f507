"""``read_thread``: conversations of the inbox, each with one of its mails in full."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from saleshandy_mcp.api.dates import moment
from saleshandy_mcp.api.resources.inbox import GetInboxEmail
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.errors import Mistake, SaleshandyError
from saleshandy_mcp.core.view import NextCall, Say, View, counted
from saleshandy_mcp.features.inbox.absence import back_on, is_away, pause_until
from saleshandy_mcp.features.inbox.conversation import THE_IDS, Conversation, Mail, open_conversation
from saleshandy_mcp.untrusted.html_text import clean
from saleshandy_mcp.untrusted.one_line import fence, one_line

PART = 4000
"""Characters of a mail that are shown at once."""
_PART_OF_SEVERAL = 1500
"""The same, where several conversations are read at once."""
MOST_READ = 5
"""Conversations that are read at once."""
_LISTED = 20
"""Mails of a conversation that are listed beside the one that is shown."""


class MailLine(View):
    """A mail; ``length`` is in characters, without what the mail quotes, and None where its text is not known."""

    number: int
    at: str
    address: str
    ours: bool
    length: int | None = None

    def line(self) -> str:
        length = "" if self.length is None else f", {counted(self.length, 'character')}"
        who = f"you ({one_line(self.address)})" if self.ours else one_line(self.address)
        return f"{self.number}. {self.at} {who}{length}".replace("  ", " ")


class MailText(MailLine):
    """A mail with its text, or one part of it.

    Attributes:
        text: what a person would have read.
        part: the number of the part, from 1.
        parts: how many parts the text has.
        hidden: parts that a person would not have seen, and that are left out.
        hidden_by: how these are hidden.
        quoted: whether the quoted history is left out.
        whole: the call that shows it with the quoted history.
        rest: the call that shows the next part.
    """

    text: str
    part: int
    parts: int
    hidden: int
    hidden_by: list[str] = []
    quoted: bool
    whole: NextCall | None = None
    rest: NextCall | None = None

    def lines(self, say: Say) -> Iterator[str | None]:
        """The text, and what is left out of it with the call that shows it. A text that is not ours has marks."""
        text = self.text or "(no text)"
        yield f"{self.line()}:\n{text}" if self.ours else fence(self.line(), text)
        if self.parts > 1:
            yield f"Part {self.part} of {self.parts}" + (f"; go on: {say(self.rest)}" if self.rest else ".")
        yield f"With what it quotes: {say(self.whole)}" if self.whole else None
        if self.hidden:
            parts = counted(self.hidden, "hidden part")
            yield f"Careful: {parts} removed, which a person would not have seen: {'; '.join(self.hidden_by)}."


class ThreadView(View):
    """One conversation: one mail of it with its text, the others as lines, the newest first.

    Attributes:
        id: of the conversation.
        address: the other person: the sender of the newest mail that is not ours.
        subject: without "Re:".
        sentiment: all that the API tells about its outcome.
        mails: how many it has.
        shown: the mail with its text.
        others: the newest of the other mails.
        older: how many more there are.
        one: the call that shows another mail.
        next: the calls that answer it and sort it.
    """

    untrusted = True
    id: str
    address: str
    subject: str
    sentiment: str | None
    mails: int
    shown: MailText
    others: list[MailLine]
    older: int
    one: NextCall | None
    next: list[NextCall]

    def lines(self, say: Say) -> Iterator[str | None]:
        about = (
            f"Thread {self.id}" + (f" with {one_line(self.address)}" if self.address else ""),
            f'"{one_line(self.subject)}"' if self.subject else "",
            one_line(self.sentiment or ""),
            counted(self.mails, "mail"),
        )
        yield " · ".join(part for part in about if part)
        yield from self.shown.lines(say)
        yield from (it.line() for it in self.others)
        yield f"{counted(self.older, 'older mail')} not listed." if self.older else None
        yield f"One of them: {say(self.one)}" if self.one else None
        yield f"Next: {', '.join(map(say, self.next))}" if self.next else None


class ThreadViews(View):
    """Several conversations; ``failed`` says of those that could not be read why not."""

    untrusted = True
    threads: list[ThreadView]
    failed: list[str]

    def lines(self, say: Say) -> Iterator[str | None]:
        for number, thread in enumerate(self.threads):
            yield "" if number else None
            yield from thread.lines(say)
        yield from (f"Not read: {one_line(it, 300)}" for it in self.failed)

    def less(self) -> NextCall | None:
        return NextCall.of("read_thread", thread=self.threads[0].id) if self.threads else None


class ReadThread(Action[ThreadView | ThreadViews]):
    """Open and read inbox conversations: what somebody wrote back, newest reply in full."""

    thread: Annotated[str, Field(description="Id or sender's address; up to 5, with commas.")]
    mail: Annotated[int | None, Field(ge=1, le=999, description="Show this number, with quotes.")] = None
    page: Annotated[int, Field(ge=1, le=999, description="Part of a mail.")] = 1

    async def run(self, context: Context) -> ThreadView | ThreadViews:
        names = list(dict.fromkeys(name for it in self.thread.split(",") if (name := it.strip())))
        if len(names) < 2:
            return await self._read(context, self.thread, PART)
        if len(names) > MOST_READ or self.mail is not None or self.page != 1:
            raise Mistake(
                f"thread: it names {len(names)} conversations",
                f"Give up to {MOST_READ}, without mail and page, or one alone.",
            )
        threads: list[ThreadView] = []
        failed: list[str] = []
        for name in names:
            try:
                threads.append(await self._read(context, name, _PART_OF_SEVERAL))
            except (Mistake, SaleshandyError) as error:
                failed.append(f"{name}: {error.wrong if isinstance(error, Mistake) else error}")
        if not threads:
            raise Mistake(f"thread: none of {len(names)} could be read: {'; '.join(failed)}", "The ids", next=THE_IDS)
        return ThreadViews(threads=threads, failed=failed)

    async def _read(self, context: Context, name: str, part: int) -> ThreadView:
        api = context.api
        thread = await open_conversation(api, name)
        mail = self._wanted(thread)
        shown = await self._shown(api, thread, mail, part)
        others = [it for it in reversed(thread.mails) if it is not mail] if self.mail is None else []
        stranger = thread.received.sender if thread.received else ""
        return ThreadView(
            id=thread.id,
            address=stranger,
            subject=thread.subject,
            sentiment=thread.entry.sentiment if thread.entry else None,
            mails=len(thread.mails),
            shown=shown,
            others=[_line(it) for it in others[:_LISTED]],
            older=len(others[_LISTED:]),
            one=NextCall.of("read_thread", thread=thread.id, mail=others[-1].number) if others else None,
            next=_answers(thread, shown, context) if stranger else [],
        )

    def _wanted(self, thread: Conversation) -> Mail:
        if self.mail is None:
            return thread.received or thread.newest
        if self.mail > len(thread.mails):
            raise Mistake(f"mail: there is no {self.mail}", f"The mails are numbered 1 to {len(thread.mails)}.")
        return thread.mails[self.mail - 1]

    async def _shown(self, api: Api, thread: Conversation, mail: Mail, part: int) -> MailText:
        body = mail.body
        if body is None and mail.id:
            body = (await api.send(GetInboxEmail(email_thread_id=thread.id, email_id=mail.id))).body
        cleaned = clean(body or "", quotes=self.mail is not None)
        pieces = parts_of(cleaned.text, part)
        if self.page > len(pieces):
            raise Mistake(f"page: this mail has no part {self.page}", f"Its parts are 1 to {len(pieces)}.")
        # Read alone, a mail comes in larger parts than beside others: the rest begins with the whole of it.
        page = self.page + 1 if part == PART else None
        rest = NextCall.of("read_thread", thread=thread.id, mail=self.mail, page=page)
        return MailText(
            **_line(mail).model_dump(exclude={"length"}),
            length=len(cleaned.text),
            text=pieces[self.page - 1],
            part=self.page,
            parts=len(pieces),
            hidden=cleaned.hidden,
            hidden_by=list(cleaned.ways),
            quoted=cleaned.quoted,
            whole=NextCall.of("read_thread", thread=thread.id, mail=mail.number) if cleaned.quoted else None,
            rest=rest if self.page < len(pieces) else None,
        )


def parts_of(text: str, longest: int = PART) -> list[str]:
    """The text in pieces of at most so many characters, cut between words where there are any."""
    found: list[str] = []
    while len(text) > longest:
        cut = max(text.rfind(" ", longest // 2, longest), text.rfind("\n", longest // 2, longest))
        cut = cut if cut > 0 else longest
        found.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*found, text]


def _answers(thread: Conversation, shown: MailText, context: Context) -> list[NextCall]:
    """What to do with the conversation: to pause who is away comes first."""
    address = thread.received.sender if thread.received else ""
    calls = [
        NextCall.of("reply_to_thread", thread=thread.id, content="…"),
        NextCall.of("update_prospects", prospects=[address], outcome="…"),
    ]
    if shown.ours or not is_away(shown.text):
        return calls
    at = moment(shown.at)
    back = back_on(shown.text, at.date()) if at else None
    return (
        [pause_until(address, back.isoformat() if back else ""), *calls]
        if back is None or back > context.now_there().date()
        else calls
    )


def _line(mail: Mail) -> MailLine:
    return MailLine(
        number=mail.number,
        at=mail.at,
        address=mail.sender,
        ours=mail.ours,
        length=None if mail.body is None else len(clean(mail.body).text),
    )
