"""What a request uses up of the amounts that an operator can limit. Pure; the limits are in ``policy``."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Uses:
    """What one request does that a rule may limit. A number that is not known is None, and no rule lets that through.

    Attributes:
        starts: ids of the sequences that it makes send.
        makes: the title of a sequence that it makes.
        people: how many people it puts into sequences, or lets go on in them.
        taken_up: how many people a subsequence may take up because of it; counted where the call may reach people.
        mails: to how many addresses a mail goes at once.
        credits: how many credits it costs at most.
        webhooks: the addresses that data goes to.
        mail_servers: the hosts through which mail goes or is read.
        copies: addresses that get copies of mails.
    """

    starts: tuple[str, ...] = ()
    makes: str = ""
    people: int | None = 0
    taken_up: int | None = 0
    mails: int = 0
    credits: float | None = 0
    webhooks: tuple[str, ...] = ()
    mail_servers: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()


NOTHING = Uses()


@dataclass(frozen=True)
class SequenceSeen:
    """A sequence, as a rule looks at it.

    Attributes:
        title: its name.
        people: how many people are in it; None when that is not known.
    """

    title: str
    people: int | None = None
