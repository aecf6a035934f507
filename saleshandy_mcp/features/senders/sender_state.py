"""How a sender is, in words: whether it can send and why not, and which of its numbers are bad. Pure.

Thresholds: those of bounces are the same as in reports. Below a setup score of 80 of 100, Saleshandy's own audit asks
to put the mailbox right. That the same holds for its health, and that below 60 is bad, is assumed.
"""

from collections.abc import Iterable

from saleshandy_mcp.api.resources.email_accounts import EmailAccount
from saleshandy_mcp.features.reports.mail_numbers import BAD_BOUNCES, MANY_BOUNCES, judged

GOOD_SCORE, BAD_SCORE = 80.0, 60.0
_RAMP_FIRST, _RAMP_PERCENT = "ramp-up-initial-sending-limit", "ramp-up-percent"
_SIGNATURE, _DAILY, _LONGEST_GAP = "signature", "daily-sending-limit", "sending-interval-max"
_STATES = {
    0: "disconnected: reconnect it",
    1: "active",
    2: "suspended, or still being set up",
    3: "paused by somebody",
}


def state_words(account: EmailAccount, expired: Iterable[str] = ()) -> str:
    """Whether it can send, and if not, why.

    Args:
        account: the sender.
        expired: domains bought through Saleshandy that have expired or failed.
    """
    domain = account.from_email.rpartition("@")[2].casefold()
    if domain in set(expired):
        return f"{'active' if account.active else 'disconnected'}: its domain has expired"
    return _STATES.get(account.status if account.status is not None else -1, f"state {account.status}, not known")


def signature_of(account: EmailAccount) -> str:
    return setting(account, _SIGNATURE)


def daily_limit(account: EmailAccount) -> int | None:
    """Mails a day; None where the API does not tell."""
    return _number(setting(account, _DAILY))


def longest_gap(account: EmailAccount) -> int | None:
    """Seconds between two mails at most; None where the API does not tell."""
    return _number(setting(account, _LONGEST_GAP))


def ramp_growth(account: EmailAccount) -> float | None:
    """What its limit is multiplied with each day while it grows; None where it does not grow, or that is not told.

    Assumed: both settings are told under the names by which they are set, as the daily limit is.
    """
    percent = _number(setting(account, _RAMP_PERCENT))
    return 1 + percent / 100 if percent and _number(setting(account, _RAMP_FIRST)) else None


def setting(account: EmailAccount, code: str) -> str:
    return next((it.value or "" for it in account.settings if it.code == code), "")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def score_words(name: str, score: float) -> str:
    """``health 52 of 100, bad (below 60)``."""
    if score < BAD_SCORE:
        return f"{name} {score:g}, bad (below {BAD_SCORE:g})"
    return f"{name} {score:g}, low (below {GOOD_SCORE:g})" if score < GOOD_SCORE else f"{name} {score:g}"


def bounce_words(rate: float) -> str:
    """``3.1 % bounced, high (above 3 %)``."""
    limits = {"high": f"above {MANY_BOUNCES:g} %", "bad": f"{BAD_BOUNCES:g} % or more"}
    mark = judged(rate)
    return f"{rate:g} % bounced" + (f", {mark} ({limits[mark]})" if mark else "")
