"""What the API cannot do with sequences, their steps, variants, schedules and subsequences."""

from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.server.tools.discovery.cannot.limit import Limit

_PAUSE = NextCall.of("set_sequence_status", sequence="…", status="paused")
_WHOLE = NextCall.of("get_sequence", sequence="…", whole_text=True)
_VARIANT = NextCall.of("find_operations", query="update_step_variant")

LIMITS = (
    Limit(
        "delete a sequence",
        "get rid of an old sequence; archive, clean up sequences; it is over, finished for good, not used any more; "
        "I do not want to see it",
        "Pause it, so that nothing goes out; the web app deletes it.",
        _PAUSE,
        only_with=("delete archive", "sequence"),
    ),
    Limit(
        "rename a sequence",
        "another title, name of a sequence; typo in the title; call it differently from now on",
        "The web app renames it. Tools take the id of a sequence, too.",
        only_with=("rename name title", "sequence"),
    ),
    Limit(
        "copy a sequence",
        "duplicate, clone a sequence; the same sequence again, a second one like it, for another country, client; "
        "template, snippet library",
        "Read it with its whole texts; create_sequence and create_step make another. Templates are in the web app.",
        _WHOLE,
        only_with=("copy duplicate clone template snippet same", "sequence template snippet"),
    ),
    Limit(
        "delete a step",
        "take out a follow-up; switch a step off; one mail too many, fewer steps; the last mail, breakup mail "
        "should disappear",
        "Put its variants out of use (status 0 of update_step_variant, an operation). The web app deletes the step.",
        _VARIANT,
        only_with=("delete off fewer", "step followup mail"),
    ),
    Limit(
        "move a step, or change its day or channel",
        "reorder, swap the order of steps; put the call before, after the linkedin message; wait, gap, delay, days "
        "between steps, follow-ups; later, earlier; "
        "turn an email step into linkedin; comes too early, too late; make it day 9 instead of day 6; sooner",
        "The web app does. Or build the sequence anew: create_sequence, and create_step with the days that you want.",
        _WHOLE,
        only_with=(
            "move reorder swap order wait gap delay days later earlier sooner early late turn channel put before after",
            "step followup gap wait day mail call linkedin",
        ),
    ),
    Limit(
        "delete a variant",
        "remove variant B of the A/B test; drop a version of the opener; a version is bad",
        "Put it out of use: status 0 of update_step_variant, an operation.",
        _VARIANT,
        only_with=("delete drop", "variant version"),
    ),
    Limit(
        "pick the winner of an A/B test automatically",
        "winning variant, subject line wins on its own; stop the losing one; split traffic, weight, share of "
        "variants 80/20; send 70 percent with subject A and 30 percent with B",
        "Compare the variants, then put the weaker one out of use: status 0 of update_step_variant, an operation.",
        NextCall.of("get_stats", sequence="…", by="step"),
        only_with=("winner split weight share losing percent",),
    ),
    Limit(
        "change or delete a schedule",
        "edit hours, rename a schedule; holiday, vacation, christmas, easter, closed, bank holiday, shut: no mails "
        "on a date, days",
        "Give the sequence other hours: a schedule is made where none fits. On a holiday, pause it.",
        NextCall.of("update_sequence_settings", sequence="…", schedule="Mon-Fri 9:00-17:00 Europe/Berlin"),
        only_with=(
            "change delete rename holiday vacation christmas easter closed shut",
            "schedule holiday vacation christmas easter closed shut",
        ),
    ),
    Limit(
        "start or pause a sequence at a set time",
        "while I am away; launch, begin automatically later, tomorrow, next monday, on a date, at 8, midnight; "
        "schedule the start; "
        "delay the launch",
        "Start it when it is time. The hours of its schedule say when mail may go out.",
        NextCall.of("check_sequence", sequence="…"),
        only_with=("time later automatically date midnight schedule", "sequence start pause"),
    ),
    Limit(
        "start, pause, rename or delete a subsequence",
        "activate, switch on, off a subsequence; throw it out",
        "The web app does. update_subsequence, an operation, changes schedule, delay and conditions.",
        NextCall.of("find_operations", query="update_subsequence"),
        only_with=("subsequence",),
    ),
    Limit(
        "list all people of a sequence",
        "who is in the sequence, enrolled; everybody, names, addresses, contacts inside a sequence; all its prospects",
        "People with an event (mailed, opened, replied) or imported by this program are found with a where; the answer "
        "says how many it leaves out.",
        NextCall.of("find_prospects", where=["sequence=…"]),
        only_with=("prospect enrolled members names",),
    ),
    Limit(
        "move somebody to another step of the same sequence",
        "skip ahead, jump, push on, back to step 1; restart a prospect, start over from the beginning, from mail one",
        "Saleshandy refuses people who are in another step. Finish them there, and import them into another sequence.",
        NextCall.of("update_prospects", prospects=["…"], sequence="…", status="finished"),
        only_with=("move skip jump push restart back beginning over",),
    ),
)
