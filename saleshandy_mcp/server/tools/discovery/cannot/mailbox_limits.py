"""What the API cannot do with mailboxes, domains and deliverability."""

from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.server.tools.discovery.cannot.limit import Limit

_STATE, _AUDIT = NextCall.of("list_email_accounts"), NextCall.of("audit_deliverability")

LIMITS = (
    Limit(
        "change DNS records (SPF, DKIM, DMARC, MX)",
        "nameserver, cname, txt, mx record; authentication of a domain; is dns set up correctly, right for our domain",
        "audit_deliverability tells what is wrong in them. Who runs the domain's DNS changes them.",
        _AUDIT,
    ),
    Limit(
        "switch warm-up on or off, or read its numbers",
        "warmup, warm up a new mailbox, inbox; warming; TrulyInbox; how warm is it; warm-up score",
        "The web app does. A slow start is a setting of the mailbox: bulk_update_email_accounts, an operation, has the "
        "first day's limit and its growth.",
        NextCall.of("find_operations", query="bulk_update_email_accounts"),
    ),
    Limit(
        "test where mails land: inbox or spam placement",
        "seed test, inbox analyser; deliverability test; do our mails land, end up, arrive, go to spam, junk, "
        "promotions folder, primary tab; spam score of a mail",
        "The web app has a placement test. audit_deliverability tells what makes spam likelier: DNS, bounces, copy.",
        _AUDIT,
    ),
    Limit(
        "see whether our domain is on a public blacklist",
        "blacklisted, spamhaus, rbl; is our sending domain on a spam list; sender reputation of our domain, ip",
        "Ask a public look-up service. audit_deliverability asks lists that the operator has named.",
        _AUDIT,
    ),
    Limit(
        "connect a Google or Microsoft mailbox by sign-in",
        "hook up, add my gmail, outlook, office 365, workspace, oauth account; log in with google",
        "The web app does, since the owner signs in. An SMTP/IMAP mailbox: connect_smtp_imap_account, an operation.",
        NextCall.of("find_operations", query="connect_smtp_imap_account"),
        only_with=("google microsoft gmail outlook office oauth workspace",),
    ),
    Limit(
        "delete or disconnect a mailbox",
        "remove a sending account, mailbox from saleshandy; throw an old mailbox out; she left the company",
        "Take it out of its sequences: remove_sequence_email_accounts, an operation. The web app deletes it.",
        NextCall.of("find_operations", query="remove_sequence_email_accounts"),
        only_with=("delete disconnect", "mailbox account"),
    ),
    Limit(
        "pause a mailbox everywhere",
        "stop sending from a sender for some days; give an account a rest, break; disable it",
        "Take it out of its sequences (remove_sequence_email_accounts, an operation), or give it a daily quota of 0 "
        "(bulk_update_email_accounts).",
        NextCall.of("find_operations", query="remove_sequence_email_accounts"),
        only_with=("pause off break", "mailbox account"),
    ),
    Limit(
        "set a tracking domain of your own",
        "custom tracking domain, link, branded cname; our own domain in the links",
        "The web app does, for each mailbox. Tracking of opens and clicks is switched on and off for a sequence.",
        NextCall.of("update_sequence_settings", sequence="…", off=["track_opens"]),
        only_with=("tracking",),
    ),
    Limit(
        "bring, transfer or renew a domain",
        "use, add a domain that we own, have already at another registrar, elsewhere, godaddy, namecheap; "
        "auto-renew; move a domain away",
        "The web app does. Domains bought in Saleshandy are listed by list_domains, an operation.",
        NextCall.of("run_read_operation", operation="list_domains"),
        only_with=("bring transfer elsewhere registrar already autorenew godaddy namecheap move extend",),
    ),
)
