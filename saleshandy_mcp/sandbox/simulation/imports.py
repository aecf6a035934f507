"""Prospect imports: when a job ends, which rows it refuses, and what the other rows change."""

import csv
import hashlib
import io
from datetime import datetime, timedelta
from itertools import count

from saleshandy_mcp.sandbox.world.clock import iso
from saleshandy_mcp.sandbox.world.field_values import takes
from saleshandy_mcp.sandbox.world.rows import ADDRESS
from saleshandy_mcp.sandbox.world.tables import Row, World, hash_id

# Assumed: how long a job takes.
SECONDS_PER_JOB = 3.0
ROWS_PER_SECOND = 500
SECONDS_TO_VERIFY = 20.0
# Known: an address that is being verified goes from pending to inProgress. Assumed: after a quarter of the time.
SECONDS_IN_PROGRESS = 15.0
# How many of a hundred addresses are valid, and how many are risky; the others are bad.
VALID, RISKY = 92, 5

# Only the text about another step is known. The others are assumed, after row codes of an older specification.
INVALID = "Invalid email address"
DUPLICATE = "Duplicate prospect"
UNSUBSCRIBED = "Prospect is unsubscribed"
BOUNCED = "Prospect has bounced before"
DO_NOT_CONTACT = "Prospect is in a Do Not Contact list"
# Seen in answers of the live API for text in a number field; assumed for dropdowns.
MISMATCH = "Mismatch in custom field type"
ELSEWHERE = "Prospect already present in another step of same sequence"

REASON_COLUMN = "Failure Reason"


def accept(world: World, body: Row, *, refuse_elsewhere: bool) -> Row:
    """Accept a job. Nothing happens to its rows before it is due."""
    rows: list[Row] = body["prospectList"]
    now = world.clock.now()
    job: Row = {
        "requestId": _request_id(world),
        "stepId": body.get("stepId"),
        "rows": rows,
        "conflictAction": body["conflictAction"],
        "verify": body.get("verifyProspects", False),
        "tags": body.get("tags", []),
        "refuseElsewhere": refuse_elsewhere,
        "acceptedAt": iso(now),
        "dueAt": now + timedelta(seconds=SECONDS_PER_JOB + len(rows) / ROWS_PER_SECOND),
        "isCompleted": False,
        "imported": 0,
        "updated": 0,
        "refused": [],
    }
    world.imports[job["requestId"]] = job
    return job


def end(world: World, job: Row) -> None:
    """Store the rows of a job that is due."""
    seen: set[str] = set()
    fields = {field["label"]: field for field in world.fields.values()}
    blocked = world.do_not_contact()
    world.tag(job["tags"])
    for row in job["rows"]:
        values = {label: "" if value is None else str(value).strip() for label, value in row.items()}
        address = values.pop("Email", "").lower()
        reason = DUPLICATE if address in seen else _reason(world, job, address, blocked)
        reason = reason or _mismatch(fields, values)
        seen.add(address)
        if reason is None:
            _store(world, job, row["Email"].strip(), values)
        else:
            job["refused"].append((row, reason))
    job["isCompleted"] = True


def failure_report(world: World, request_id: str) -> str | None:
    """The CSV of refused rows; None when there is none. Assumed: the names of its columns."""
    job = world.imports.get(request_id)
    if job is None or not job["refused"]:
        return None
    columns = dict.fromkeys(label for row in job["rows"] for label in row)
    text = io.StringIO()
    writer = csv.DictWriter(text, [*columns, REASON_COLUMN])
    writer.writeheader()
    writer.writerows({**row, REASON_COLUMN: reason} for row, reason in job["refused"])
    return text.getvalue()


def merged(stored: dict[str, str], row: dict[str, str], action: str) -> dict[str, str]:
    """The values of a stored person after an import. A blank in `row` is an empty text."""
    match action:
        case "overwrite":
            return stored | {label: value for label, value in row.items() if value}
        case "addMissingFields":
            return stored | {label: value for label, value in row.items() if value and not stored.get(label)}
        case "upsert":
            cleared = {label for label, value in row.items() if not value}
            return {label: value for label, value in (stored | row).items() if label not in cleared}
        case _:  # noUpdate
            return stored


def refusal(world: World, address: str, step_id: str, blocked: set[str], *, refuse_elsewhere: bool) -> str | None:
    """Why a person cannot be enrolled; None when they can. Storing without a step is never refused for this."""
    if address in blocked or address.rpartition("@")[2] in blocked:
        return DO_NOT_CONTACT
    known = world.prospect(address)
    if known is None:
        return None
    if known["unsubscribed"]:
        return UNSUBSCRIBED
    if known["bounced"]:
        return BOUNCED
    current = _people(world, step_id).get(known["id"], step_id)
    return ELSEWHERE if refuse_elsewhere and current != step_id else None


def verify(prospect: Row, begun: datetime) -> bool:
    """Start the verification of an address. False, and nothing changes, when it was verified before."""
    fresh = prospect["verificationStatus"] == "skip"
    if fresh:
        prospect["verificationStatus"] = "pending"
        prospect["verifiedAt"] = begun + timedelta(seconds=SECONDS_TO_VERIFY)
    return fresh


def verification(prospect: Row, now: datetime) -> str:
    """The verification status of a person by now."""
    due = prospect["verifiedAt"]
    if due is None or due - timedelta(seconds=SECONDS_IN_PROGRESS) > now:
        return prospect["verificationStatus"]
    return "inProgress" if due > now else verification_result(prospect["email"])


def verification_result(email: str) -> str:
    """valid, risky or bad, in the shares above. The same address always has the same result."""
    hundredth = int(hashlib.sha256(email.lower().encode()).hexdigest(), 16) % 100
    if hundredth < VALID:
        return "valid"
    return "risky" if hundredth < VALID + RISKY else "bad"


def new_prospect(email: str, created_at: datetime) -> Row:
    return {
        "id": hash_id("prospect", email.lower()),
        "createdAt": iso(created_at),
        "email": email,
        "verificationStatus": "skip",
        "verifiedAt": None,
        "values": {},
        "tags": [],
        "unsubscribed": False,
        "bounced": False,
    }


def _reason(world: World, job: Row, address: str, blocked: set[str]) -> str | None:
    if not ADDRESS.fullmatch(address):
        return INVALID
    if job["stepId"] is None:
        return None
    return refusal(world, address, job["stepId"], blocked, refuse_elsewhere=job["refuseElsewhere"])


def _mismatch(fields: dict[str, Row], values: dict[str, str]) -> str | None:
    """A value that its field refuses fails the row as a whole."""
    fit = all(takes(fields[label], value) for label, value in values.items() if label in fields)
    return None if fit else MISMATCH


def _store(world: World, job: Row, email: str, values: dict[str, str]) -> None:
    prospect = world.prospect(email)
    new = prospect is None
    if prospect is None:
        prospect = new_prospect(email, job["dueAt"])
        world.add_prospect(prospect)
    action = "overwrite" if new else job["conflictAction"]
    prospect["values"] = merged(prospect["values"], values, action)
    prospect["tags"] = list(dict.fromkeys([*prospect["tags"], *job["tags"]]))
    if job["verify"]:
        verify(prospect, job["dueAt"])
    enrolled = job["stepId"] is not None and world.enter(job["stepId"], prospect["id"])
    job["imported" if new or enrolled else "updated"] += 1
    if job["tags"]:
        world.changed_people.append(prospect["id"])


def _people(world: World, step_id: str) -> dict[str, str]:
    return world.enrolments[world.steps[step_id]["sequenceId"]]


def _request_id(world: World) -> str:
    """A new id of seven hexadecimal digits, as the live API gives them."""
    candidates = (hashlib.sha256(f"import/{number}".encode()).hexdigest()[:7] for number in count(len(world.imports)))
    return next(request_id for request_id in candidates if request_id not in world.imports)
