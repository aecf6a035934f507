"""What the API cannot do with prospects, their fields and tags, and with lists of those not to write to."""

from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.server.tools.discovery.cannot.limit import Limit

LIMITS = (
    Limit(
        "delete a prospect",
        "erase all data of a person, forget everything about him, gdpr request, right to be forgotten; delete "
        "contacts, old leads from the account, database",
        "Unsubscribe them for good and put them on a do-not-contact list. The web app deletes them, also for a request "
        "under the GDPR.",
        NextCall.of("update_prospects", prospects=["…"], status="unsubscribed"),
        only_with=("delete forget gdpr", "prospect data lead gdpr forget forgotten"),
    ),
    Limit(
        "take somebody out of a sequence",
        "remove a prospect from a sequence; pull, kick people out of it; unenroll",
        "Finish or pause them in it: no more mail of it goes to them.",
        NextCall.of("update_prospects", prospects=["…"], sequence="…", status="finished"),
        only_with=("delete take pull unenroll out", "sequence unenroll"),
    ),
    Limit(
        "subscribe somebody again",
        "resubscribe, opt back in; undo, reverse an unsubscribe, opt-out by mistake; wants our mails after all",
        "Only the web app takes somebody off the unsubscribed. Ask the person first.",
        only_with=("resubscribe again back undo mistake",),
    ),
    Limit(
        "take an entry off a do-not-contact list or the blacklist",
        "delete, remove from dnc; unblock an address, domain, company; whitelist; allow to be contacted, mailed "
        "again; blocked by mistake; lift the block",
        "Only the web app does. Which list it is on can be looked up.",
        NextCall.of("find_prospects", check=["…"]),
        only_with=(
            "delete take off unblock whitelist allow again undo lift",
            "dnc blacklist unblock whitelist blocklist blocked",
        ),
    ),
    Limit(
        "make, rename or delete a do-not-contact list",
        "create a new dnc list; second, separate suppression list; a block list of its own, just for a client",
        "The web app does. list_dnc_lists, an operation, names those that are there; entries can be put on them.",
        NextCall.of("add_to_dnc", items=["…"], dnc_list="…"),
        only_with=("create rename delete separate start open own just", "dnc blocklist list"),
    ),
    Limit(
        "change the email address of a prospect",
        "correct a typo in an address; her new address after a wedding, job change; wrong, old email",
        "Import the person with the right address, and finish or unsubscribe the old one.",
        NextCall.of("import_prospects", sequence="…", rows=[{"Email": "…"}]),
        only_with=("change typo wrong changed wedding job",),
    ),
    Limit(
        "merge prospects that are stored twice",
        "duplicates, dedupe, double contacts in the account; stored two times; same person with two addresses; combine",
        "An address is stored once. Who is in two active sequences is told by a check of the sequence.",
        NextCall.of("check_sequence", sequence="…"),
        only_with=("merge duplicate same combine",),
    ),
    Limit(
        "list all who unsubscribed",
        "everybody who opted out, full list of opt-outs; who does not want our mails",
        "Those whose opt-out is known from their mails are found with a where.",
        NextCall.of("find_prospects", where=["unsubscribed=yes"]),
        only_with=("unsubscribe",),
    ),
    Limit(
        "export all prospects as a file",
        "download contacts, people as csv, excel, spreadsheet; backup of the database; take our data with us",
        "The web app does. They can be read page by page; export_email_sent_details, an operation, mails a CSV of "
        "sent mails.",
        NextCall.of("run_read_operation", operation="list_prospects"),
        only_with=("export download backup file", "prospect lead backup"),
    ),
    Limit(
        "delete a field, or change its type",
        "remove a custom field, column; turn a text field into a number, date, dropdown; it should be a number and "
        "not text",
        "The web app deletes it. Label and fallback can be changed: update_field, an operation.",
        NextCall.of("find_operations", query="update_field"),
        only_with=("delete type turn number dropdown date", "field column"),
    ),
    Limit(
        "rename, merge or delete a tag",
        "clean up unused tags; get rid of a tag altogether; a tag is misspelt; combine two tags",
        "The web app does. A tag can be taken off people, and another be put on them.",
        NextCall.of("update_prospects", prospects=["…"], remove_tags=["…"]),
        only_with=("rename merge delete misspelt combine change", "tag"),
    ),
    Limit(
        "undo an import",
        "revert, roll back, cancel, take back an import, upload of the wrong list, file; delete imported people",
        "Finish or pause those people in the sequence. Which they are is found by the request of the import.",
        NextCall.of("find_prospects", where=["import=…"]),
        only_with=("undo cancel delete wrong", "import upload imported uploaded"),
    ),
    Limit(
        "keep a search or a lead list",
        "save a search; saved lists, folders of leads; list of bookmarked leads",
        "Search again when you need them, or import the people with a tag.",
        NextCall.of("search_leads", job_titles=["…"]),
        only_with=("save saved keep folder bookmark", "lead search list"),
    ),
)
