"""How people call things: words that mean the same, and words of operations that their texts lack."""

import re

_SAME: dict[str, str] = {
    "sequence": "campaign campaigns cadence cadences",
    "mailbox": "mailboxes|sender|senders|sending account|sending accounts|email account|email accounts|mail account|"
    "mail accounts|inboxes",
    "prospect": ""
    "prospects|contact|contacts|person|people|persons|recipient|recipients|somebody|someone|everybody|everyone|"
    "him|her|folks|guys",
    "mail": "mails|email|emails|e-mail|e-mails",
    "dnc": "do not contact|do-not-contact|suppression",
    "delete": "remove|removes|removed|erase|erased|get rid of|trash|throw away|wipe|clean up|kill|deleting|removing",
    "change": "edit|modify|correct|alter|adjust|update|replace|fix",
    "create": "add|make|build|set up|setup|new",
    "purchase": "buy|order|buying",
    "stats": "statistics|metrics|analytics|performance|numbers|report|reports|totals|results|kpis",
    "member": "members|user|users|teammate|teammates|colleague|colleagues|coworker|rep|reps",
    "subsequence": "subsequences|sub-sequence|sub-sequences|follow-up branch|branch",
    "followup": "follow-up|follow-ups|follow up|follow ups|followups",
    "warmup": "warm-up|warm up|warming up|warming",
    "webhook": "webhooks|web hook|callback url",
    "unsubscribe": "opt-out|opt out|opted out|opt-outs|unsubscribed",
    "resubscribe": "subscribe again|opt back in|opted back in|re-subscribe|back on the list",
    "off": "disable|deactivate|switch off|turn off|disabled",
    "start": "launch|activate|resume|go live|turn on|switch on",
    "price": "prices|cost|costs|pricing|how much|expensive",
    "undo": "revert|reverse|roll back|rollback",
    "attachment": "attach|attachments|attached file|pdf|brochure",
    "verify": "validate|validity|verification|verifying",
    "reveal": "enrich|enrichment|unlock",
    "credit": "credits",
    "schedule": "sending hours|sending window|sending times|business hours",
    "winner": "winning|wins",
    "duplicate": "duplicates|twice|double",
    "file": "csv|excel|spreadsheet|xlsx",
    "company": "companies|firm|firms|organisation|organisations|organization|organizations|employer",
    "enrolled": "enroled|who is in|who's in|who is inside|who are in|is in it|are in it",
    "rename": "retitle|change the name|change the title|call it",
}
_WORDS = {
    said: plain
    for plain, all_of_them in _SAME.items()
    for said in (all_of_them.split("|") if "|" in all_of_them else all_of_them.split())
}
_LONGEST_FIRST = "|".join(re.escape(said) for said in sorted(_WORDS, key=len, reverse=True))
_KNOWN = re.compile(rf"\b(?:{_LONGEST_FIRST})\b")
_ADDRESS = re.compile(r"\S+@\S+")


def plainly(text: str) -> str:
    """The text in lower case, with one word for what people call by several; an address is a prospect."""
    text = _ADDRESS.sub("prospect", text.casefold().replace("_", " "))
    return _KNOWN.sub(lambda found: _WORDS[found[0]], text)


SAID: dict[str, str] = {
    "list_sequences": "which sequences are active, running, paused; overview of all campaigns",
    "create_sequence": "start a new campaign from scratch",
    "update_sequence_status": "start, launch, pause, stop, halt, resume a sequence; go live",
    "get_sequence_settings": "how is it set: tracking, unsubscribe link, stop on reply, cc, bcc",
    "update_sequence_settings": "tracking of opens and clicks on, off; unsubscribe link; stop on reply; bcc, cc; "
    "plain text; esp matching",
    "update_sequence_schedule": "use other sending hours, time zone for a sequence",
    "update_sequence_priority_distribution": "prioritise follow-ups over new prospects; balance; send more to new "
    "people first",
    "list_sequence_email_accounts": "which mailbox does the sequence send from; who sends",
    "add_sequence_email_accounts": "use this mailbox in the sequence; rotate between more senders; assign accounts",
    "remove_sequence_email_accounts": "stop sending from this mailbox; take a sender out of a sequence; unassign",
    "update_prospect_outcome": "mark as interested, not interested, meeting booked, out of office, closed, won; "
    "label, categorise a reply",
    "add_contacts_to_sequence": "enrol people who are stored already; put existing contacts into a sequence, step",
    "send_test_email": "preview mail to myself, colleague; try how it looks in my inbox",
    "verify_sequence_prospects": "check whether the addresses of a sequence exist, bounce, are valid; clean the list",
    "list_sequence_steps": "what do the steps say; texts, copy, emails of a sequence; how many follow-ups",
    "get_sequence_step": "A/B variants, texts of one step",
    "create_sequence_step": "another followup, linkedin step, call step, whatsapp step at the end of a sequence",
    "create_step_variant": "A/B test: another version, subject line to test",
    "update_step_variant": "rewrite the copy, text, subject line, wording of a mail; put a variant in or out of use",
    "list_prospects": "find, look up a person by name; search contacts; who is this",
    "import_prospects_to_sequence": "upload people into a step",
    "import_prospects_by_field_name": "upload, update many people with their field values",
    "import_prospects": "upload people by field ids",
    "get_import_status": "is the upload finished; which rows were refused, failed",
    "get_verification_status": "is this address valid, risky, bad; verified already",
    "get_prospect_attribute": "whole long value of a field",
    "set_prospect_attributes": "fill in, change a field of one person: phone, job title, company, custom value",
    "update_prospect_status": "pause, resume, finish one person in a sequence; stop mailing him",
    "unsubscribe_prospects": "never mail this person again; wants no more mails; opt out",
    "list_prospect_sequences": "which campaigns is this person part of, was in; already contacted",
    "list_email_accounts": "health, daily limit, quota, disconnected mailboxes; setup score; which are connected",
    "connect_email_accounts": "add many mailboxes in bulk by smtp imap",
    "get_email_account_connect_status": "did the mailboxes connect; progress",
    "reconnect_email_accounts": "disconnected mailbox back on; connect again after an error, password change",
    "connect_smtp_imap_account": "add one mailbox with host, port, password",
    "bulk_update_email_accounts": "signature, daily quota, sending limit, mails a day, interval between mails, sender "
    "name, from "
    "name, ramp-up, reply-to, bcc of mailboxes",
    "list_schedules": "which sending hours, windows, time zones are there",
    "create_schedule": "only mail on weekdays between 9 and 5; time zone",
    "list_fields": "fallback text of a field; which custom fields, merge tags, variables, placeholders, columns are "
    "there",
    "create_field": "custom property, column, variable, merge tag of our own",
    "update_field": "rename a custom field; fallback text of a merge tag; options of a dropdown",
    "get_sequence_stats": "open rate, reply rate, bounce rate of a campaign; how is it doing",
    "get_consolidated_stats": "each mail, event by event: who opened, clicked, replied, bounced",
    "export_email_sent_details": "download the sent mails as csv, file, log",
    "get_email_account_stats": "how many mails did a mailbox send, bounce rate of a sender",
    "get_team_stats": "leaderboard: how does each rep do; how do members, colleagues perform, compare",
    "list_inbox_threads": "replies, conversations, unread answers; who wrote back",
    "get_inbox_thread": "open, read a whole conversation",
    "get_inbox_email": "full text of one message",
    "reply_to_email": "answer somebody",
    "list_outcomes": "which labels, categories for replies are there; custom outcomes",
    "get_unread_thread_count": "how many unread replies",
    "list_unibox_categories": "positive, negative sentiment of outcomes",
    "list_tasks": "to-dos: calls, linkedin messages due today, overdue",
    "get_task": "details of a to-do",
    "get_task_counts": "how many to-dos are due, overdue, done",
    "list_task_assignees": "who can do a task",
    "create_tasks": "reminder to call; new to-do; give a colleague a task",
    "complete_task": "done, finished; log a call with its outcome: no answer, left voicemail",
    "skip_task": "not needed",
    "snooze_task": "postpone, remind me later, next week",
    "update_task_note": "write down on a task",
    "bulk_skip_tasks": "skip many to-dos",
    "bulk_snooze_tasks": "postpone many to-dos",
    "get_bulk_task_status": "progress of a bulk action",
    "list_webhooks": "which hooks are there; failing, broken deliveries; integrations",
    "get_webhook": "why does the hook fail",
    "create_webhook": "tell zapier, make, n8n, slack, our crm, server when a reply comes in, mail bounces, opened",
    "get_subsequence_settings": "conditions, delay, trigger of a subsequence",
    "create_subsequence": "automatic follow-up when somebody clicks, opens, is interested; if-then, trigger, condition",
    "update_subsequence": "trigger, wait time of a subsequence",
    "list_subsequences": "automations, branches under a sequence",
    "list_tags": "labels of people",
    "assign_tags": "label people; add a tag",
    "unassign_tags": "untag; take a label off people",
    "create_note": "remember, write down about a person; log what he said",
    "update_note": "correct my note; publish a draft",
    "create_note_attachment": "file with a note",
    "list_prospect_notes": "what do we know, have written about a person; read the comments",
    "list_dnc_lists": "which blocklists, block lists are there",
    "get_dnc_items": "who is blocked; everything on the dnc list; count",
    "search_dnc_item": "is this address, domain blocked; may we mail them",
    "add_dnc_items": "block a person, competitor, customer, domain; never mail them",
    "list_clients": "customers of the agency",
    "create_client": "onboard a customer of the agency with its own login",
    "assign_client_resources": "hand a sequence, mailbox over to a client; which client owns",
    "create_attachment": "pdf, brochure, deck, file to send along with a mail",
    "add_blacklist_domains": "block a whole domain, competitor, company from being mailed",
    "search_domain": "is a domain name free, available; price of a domain; similar names",
    "list_domain_plans": "how much is a mailbox, domain a month; prices",
    "generate_mailbox_names": "ideas for addresses: first name, initials",
    "upload_domain_profile_picture": "photo, avatar, face for a mailbox",
    "purchase_domain": "get another sending domain, google, microsoft mailboxes",
    "list_domains": "our domains: expired, active, in progress; when do they renew",
    "list_domain_orders": "what did we order, pay; invoices of domains",
    "get_domain_order": "is the domain order paid, done",
    "delete_domain": "cancel, give up a domain",
    "revoke_domain": "keep a domain after all; cancel, stop the deletion",
    "enrich_companies": "size, industry, revenue of a company by its domain",
    "enrich_contacts": "find the phone number, email address of a person by linkedin or name",
    "get_enrichment_status": "is the reveal finished",
    "get_enrichment_result": "revealed emails, phones",
    "get_enrichment_rate_limits": "how fast may we reveal; too many reveals",
    "get_credits": "balance, how many left, used up, remaining",
    "search_people": "find decision makers, founders, new leads by title, place, industry, seniority",
    "search_companies": "find accounts, businesses by industry, size, technology, funding, place",
    "get_lead_search_filters": "which industries, seniorities, values can one search for",
    "search_leads_with_ai": "describe my ideal customer in words; ai; sage",
    "add_leads_to_sequence": "put revealed leads of the lead finder into a campaign",
    "create_leads_to_email_from_csv": "have ai write personal mails for a list of leads",
    "create_leads_to_email_from_domains": "have ai find and write to people at a list of websites",
    "list_team_members": "who works here, has access; colleagues, seats; user ids",
}
"""By operation; one that is not here is found by its description."""

NOT: dict[str, str] = {
    "unsubscribe_contacts": "unsubscribe prospect",
    "import_prospects": "field name sequence step",
    "create_leads_to_email_from_csv": "import upload prospect tag field",
    "create_leads_to_email_from_domains": "purchase own expire",
    "purchase_domain": "picture plan price name credit dnc blacklist",
    "delete_domain": "dnc blacklist prospect keep list",
    "list_outcomes": "prospect mark",
    "get_inbox_email": "mailbox",
}
"""By operation: words with which something else is meant."""
