"""All faults. Another one costs one entry here: `docs/adding-a-fault.md`."""

from saleshandy_mcp.sandbox.faults.acts import (
    answers_as_earlier,
    breaks,
    breaks_in_the_middle,
    changed,
    drips,
    drips_from_the_start,
    floods,
    hangs,
    resets,
    says,
    says_when,
    unreachable,
)
from saleshandy_mcp.sandbox.faults.changes import (
    CANARY,
    LONE_SURROGATE,
    drifted,
    elsewhere,
    empty,
    formulas,
    gzip_bomb,
    html,
    in_texts,
    wrong_shape,
)
from saleshandy_mcp.sandbox.faults.fault import Fault

SLOW_DOWN = {"statusCode": 429, "message": "Too Many Requests"}
RATE_LIMIT = {"code": 40000, "message": "Rate Limit exceeded"}
REFUSED = {"error": True, "code": 4000, "message": "Not today", "payload": None}
BAD_KEY = {"error": True, "type": "auth", "code": 1001, "message": "Invalid token", "payload": None}
INTERNAL = {"error": True, "code": 5001, "message": "Internal server error", "payload": None}
BAD_GATEWAY = "<html><body><h1>502 Bad Gateway</h1></body></html>"

_ENTRIES = (
    Fault("429-seconds", "429 with Retry-After in seconds", executed=False, act=says(429, SLOW_DOWN, retry_after="2")),
    Fault(
        "429",
        "429 with x-ratelimit headers, and without Retry-After",
        executed=False,
        act=says_when(429, SLOW_DOWN, 5, "x-ratelimit-reset", x_ratelimit_limit="20", x_ratelimit_remaining="0"),
    ),
    Fault(
        "429-date", "429 with Retry-After as a date", executed=False, act=says_when(429, SLOW_DOWN, 5, "retry-after")
    ),
    Fault(
        "429-clock-ahead",
        "429 with Retry-After as a date, by a clock that is an hour ahead",
        executed=False,
        act=says_when(429, SLOW_DOWN, 5, "retry-after", ahead=3600),
    ),
    Fault(
        "429-clock-behind",
        "429 with Retry-After as a date, by a clock that is an hour behind",
        executed=False,
        act=says_when(429, SLOW_DOWN, 5, "retry-after", ahead=-3600),
    ),
    Fault(
        "429-garbage",
        "429 with a Retry-After that says nothing",
        executed=False,
        act=says(429, SLOW_DOWN, retry_after="soon"),
    ),
    Fault(
        "429-huge", "429 with a Retry-After of a year", executed=False, act=says(429, SLOW_DOWN, retry_after="31536000")
    ),
    Fault(
        "rate-limit",
        "400 with code 40000, as the live API answers too many calls",
        executed=False,
        act=says(400, RATE_LIMIT),
    ),
    Fault("refused", "400 with code 4000", executed=False, act=says(400, REFUSED)),
    Fault("bad-key", "400 with code 1001, as the live API answers a bad key", executed=False, act=says(400, BAD_KEY)),
    Fault("401", "401 without a code", executed=False, act=says(401, {"statusCode": 401, "message": "Unauthorized"})),
    Fault("403", "403 without a code", executed=False, act=says(403, {"statusCode": 403, "message": "Forbidden"})),
    Fault("500", "500 with code 5001", executed=False, act=says(500, INTERNAL)),
    Fault(
        "500-executed", "500 with code 5001, although the call was carried out", executed=True, act=says(500, INTERNAL)
    ),
    Fault("502-html", "502 with an HTML page of a gateway", executed=False, act=says(502, BAD_GATEWAY, "text/html")),
    Fault("503", "503 with Retry-After in seconds", executed=False, act=says(503, "", "text/plain", retry_after="1")),
    Fault("504", "504 of a gateway, although the call was carried out", executed=True, act=says(504, "", "text/plain")),
    Fault("lost-answer", "the connection breaks after the call was carried out", executed=True, act=breaks),
    Fault("closed", "the connection is closed before the call is carried out", executed=False, act=breaks),
    Fault("reset", "the connection is reset before the call is carried out", executed=False, act=resets),
    Fault(
        "outage",
        "503 to every call, for ten minutes from the first one",
        executed=False,
        act=says(503, "", "text/plain"),
        lasts=600,
    ),
    Fault("unreachable", "nobody accepts the connection", executed=False, act=unreachable),
    Fault("hang", "no answer ever comes, and nothing is carried out", executed=False, act=hangs),
    Fault("hang-executed", "no answer ever comes, although the call was carried out", executed=True, act=hangs),
    Fault("drip", "the answer comes byte by byte, one a second", executed=True, act=drips),
    Fault(
        "slow-loris",
        "the headers of an answer come byte by byte, one a second, and never end",
        executed=True,
        act=drips_from_the_start,
    ),
    Fault("endless", "the answer is a gigabyte of blanks", executed=True, act=floods),
    Fault(
        "drift",
        "each object of the answer has a key that nobody knows, and its numbers are texts",
        executed=True,
        act=changed(drifted),
    ),
    Fault("truncated", "the connection breaks in the middle of the answer", executed=True, act=breaks_in_the_middle),
    Fault("empty", "the answer has its status and no body", executed=True, act=changed(empty)),
    Fault("html", "the answer has its status and an HTML page as body", executed=True, act=changed(html)),
    Fault(
        "wrong-shape", "the answer has its status and JSON of another shape", executed=True, act=changed(wrong_shape)
    ),
    Fault("gzip-bomb", "the answer becomes fifty megabytes when it is unpacked", executed=True, act=changed(gzip_bomb)),
    Fault(
        "redirect",
        "302 to another host",
        executed=False,
        act=says(302, "", "text/plain", location="https://elsewhere.example/v1"),
    ),
    Fault(
        "stale-read",
        "a read is answered as it was when the fault was set",
        executed=False,
        act=answers_as_earlier,
        calls="GET /",
        remembers=True,
    ),
    Fault(
        "report-expired",
        "the report of refused rows is a 403 in XML, as of a link that is out of date",
        executed=False,
        act=says(403, "<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "application/xml"),
        calls="GET /files/",
    ),
    Fault(
        "report-formulas",
        "each cell of the report of refused rows begins as a formula does",
        executed=True,
        act=changed(formulas),
        calls="GET /files/",
    ),
    Fault(
        "report-elsewhere",
        "the link to the report of refused rows leads to another host",
        executed=True,
        act=changed(elsewhere),
        calls="GET /prospects/import-status/",
    ),
    Fault(
        "lone-surrogate",
        "each text of the answer holds half of a character",
        executed=True,
        act=changed(in_texts(LONE_SURROGATE)),
    ),
    Fault(
        "canary",
        "each text of the answer holds characters that must not reach a reader",
        executed=True,
        act=changed(in_texts(CANARY)),
    ),
)

FAULTS: dict[str, Fault] = {fault.name: fault for fault in _ENTRIES}
