"""What is known of those who run mailboxes: what SPF has to include, and where they usually put DKIM keys. Pure.

From their own help pages. An administrator can choose another selector, so none is certain.
"""

from typing import NamedTuple


class MailProvider(NamedTuple):
    """Who runs a mailbox.

    Attributes:
        spf: what an SPF record has to include for it; "" where that is not known.
        selectors: where its DKIM keys usually are.
        most: mails a day that Saleshandy lets such a mailbox send at most.
    """

    name: str
    spf: str = ""
    selectors: tuple[str, ...] = ()
    most: int = 4000


_GOOGLE = MailProvider("Google", "_spf.google.com", ("google",), 150)
_MICROSOFT = MailProvider("Microsoft", "spf.protection.outlook.com", ("selector1", "selector2"), 150)
USUAL = ("google", "selector1", "selector2", "default", "dkim", "mail", "k1", "s1", "s2", "zoho", "zmail")
"""Selectors that are tried where it is not known who runs the mailbox."""
_OTHER = MailProvider("", selectors=USUAL)
_BY_WORD = {
    "gsuite": _GOOGLE,
    "google": _GOOGLE,
    "gmail": _GOOGLE._replace(most=50),
    "o365": _MICROSOFT,
    "outlook": _MICROSOFT._replace(most=50),
    "microsoft": _MICROSOFT._replace(most=50),
    "azure": _MICROSOFT,
    "zoho": MailProvider("Zoho", selectors=("zoho", "zmail"), most=2000),
    "yahoo": MailProvider("Yahoo", selectors=("s1024", "s2048"), most=1000),
    "godaddy": MailProvider("GoDaddy", selectors=("selector1", "selector2", "s1", "s2"), most=800),
    "yandex": MailProvider("Yandex", "_spf.yandex.net", ("mail",), 3000),
    "sendgrid": MailProvider("SendGrid", "sendgrid.net", ("s1", "s2")),
}
FREE = frozenset(
    (
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "ymail.com"),
        *("aol.com", "icloud.com", "me.com", "gmx.com", "gmx.de", "gmx.net", "web.de", "mail.com", "mail.ru"),
        *("proton.me", "protonmail.com", "zoho.com", "yandex.com", "yandex.ru", "qq.com", "163.com"),
    )
)
"""Domains where anybody can have a mailbox: their DNS is not the sender's to change."""


def provider_of(word: str | None) -> MailProvider:
    """By the word that the API has for it."""
    return _BY_WORD.get((word or "").strip().casefold(), _OTHER)
