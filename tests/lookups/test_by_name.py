"""Things are found by id, by name or by part of a name; when several fit, none is chosen."""

from typing import NamedTuple

import pytest

from saleshandy_mcp.api.resources.schedules import ListSchedules
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.lookups.by_name import (
    all_accounts,
    find_account,
    find_schedule,
    find_sequence,
    find_step,
    pick,
    steps_of,
)
from saleshandy_mcp.untrusted.one_line import one_line


class Thing(NamedTuple):
    id: str
    name: str


THINGS = [
    Thing("a1", "Launch"),
    Thing("b2", "Launch EU"),
    Thing("c3", "a1"),
    Thing("d4", "Partner programme"),
    Thing("e5", "Öl und Straße"),
    Thing("f6", "Twin"),
    Thing("g7", "twin"),
]


LISTER = NextCall.of("list_sequences")


def found(wanted: str, things: list[Thing] = THINGS, lister: NextCall | None = LISTER) -> str:
    return pick(
        things,
        wanted,
        argument="sequence",
        identity=lambda it: it.id,
        names=lambda it: [it.name],
        lister=lister,
    ).id


def refused(wanted: str, things: list[Thing] = THINGS, lister: NextCall | None = LISTER) -> tuple[str, str]:
    """What is wrong, and the words behind it as a model reads them."""
    with pytest.raises(Mistake) as refusal:
        found(wanted, things, lister)
    mistake = refusal.value
    return mistake.wrong, mistake.words(NextCall.for_model).removeprefix(f"{mistake.wrong}. ")


@pytest.mark.parametrize(
    ("wanted", "id_"),
    [
        ("a1", "a1"),  # an id beats the name of c3
        ("Launch", "a1"),  # a whole name beats a part of b2
        ("launch", "a1"),
        ("  LAUNCH eu ", "b2"),
        ("programme", "d4"),
        ("öl und strasse", "e5"),
        ("g7", "g7"),
    ],
)
def test_an_id_beats_a_whole_name_and_a_whole_name_a_part_of_one(wanted: str, id_: str) -> None:
    assert found(wanted) == id_


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Two  blanks",
            " at its ends ",
            "a\nline",
            "zero\u200bwidth",
            "\u202eturned",
            "\U0001f9d1\u200d\U0001f680 joined",
        ),
        *("a quite long name " + "x" * 200, "Cafe\u0301 \u05e9\u05dc\u05d5\u05dd", "half \ufffd"),
    ],
)
def test_a_name_that_was_copied_from_an_answer_is_found(name: str) -> None:
    there = [Thing("z9", name), Thing("y8", "Other")]
    assert found(one_line(name), there) == "z9"


def test_a_name_that_only_looks_like_another_takes_nothing_from_it() -> None:
    assert found("Launch", [Thing("z9", "Launch\u200b"), Thing("a1", "Launch")]) == "a1"
    with pytest.raises(Mistake, match="fits 2"):
        found("Launch", [Thing("z9", "Launch\u200b"), Thing("y8", "Launch\u202e")])


def test_an_id_has_to_be_right_to_the_letter() -> None:
    assert refused("D4")[0] == 'sequence: nothing is called "D4"'


def test_a_name_of_several_things_names_them_and_asks_for_the_id() -> None:
    wrong, remedy = refused("Twin")
    assert wrong == 'sequence: "Twin" fits 2: "Twin" [f6], "twin" [g7]'
    assert remedy == "Give the id of the one that is meant."


def test_of_many_candidates_five_are_named_and_the_others_counted() -> None:
    wrong, _ = refused("x", [Thing(f"t{number}", f"x{number}") for number in range(8)])
    assert 'fits 8: "x0" [t0]' in wrong
    assert wrong.endswith('"x4" [t4] and 3 more')


def test_what_is_not_there_is_told_with_what_is_called_alike() -> None:
    assert refused("Lunch") == (
        'sequence: nothing is called "Lunch"',
        "There is: Launch, Launch EU. All of them: list_sequences().",
    )


def test_where_nothing_is_alike_some_of_what_there_is_is_told() -> None:
    assert refused("###")[1].startswith("There is: Launch, Launch EU, a1, Partner programme")


def test_where_there_is_nothing_that_is_told() -> None:
    assert refused("x", []) == ('sequence: nothing is called "x"', "There is none yet. All of them: list_sequences().")
    assert refused("x", [], None) == ('sequence: nothing is called "x"', "There is none yet.")


def test_where_no_call_lists_the_things_twenty_names_are_told_and_the_others_counted() -> None:
    things = [Thing(f"t{number}", f"Place {number}") for number in range(23)]
    _, remedy = refused("Plase 7", things, None)
    assert remedy.startswith("There is: Place 7, ")
    assert remedy.count("Place") == 20
    assert remedy.endswith(" and 3 more.")
    assert refused("x", things[:2], None)[1] == "There is: Place 0, Place 1."


@pytest.mark.parametrize("blank", ["", " ", "\t\n"])
def test_a_blank_means_nothing_even_where_there_is_only_one_thing(blank: str) -> None:
    assert refused(blank, THINGS[:1])[0].startswith("sequence: nothing is called")


async def test_sequences_steps_senders_and_schedules_are_found_by_what_people_call_them(context: Context) -> None:
    sequence = await find_sequence(context.api, "saas")
    assert sequence.title == "SaaS founders"
    assert await find_sequence(context.api, sequence.id) == sequence
    steps = await steps_of(context.api, sequence)
    assert [step.number for step in steps] == [1, 2, 3]
    for name in ("2", "Step 2", "step 2", steps[1].id):
        assert find_step(steps, name, sequence) == steps[1]
    accounts = await all_accounts(context.api)
    account = find_account(accounts, "ADA@lanternworks.example.com", "accounts[0]")
    assert account.from_email == "ada@lanternworks.example.com"
    assert find_account(accounts, account.id, "accounts[0]") == account
    schedules = await context.api.send(ListSchedules())
    assert find_schedule(schedules, "mornings, us east").timezone == "America/New_York"


async def test_a_step_that_is_not_there_names_those_that_are(context: Context) -> None:
    sequence = await find_sequence(context.api, "SaaS founders")
    with pytest.raises(Mistake, match='step: nothing is called "9"') as refusal:
        find_step(await steps_of(context.api, sequence), "9", sequence)
    assert refusal.value.next == NextCall.of("get_sequence", sequence="SaaS founders")


@pytest.mark.parametrize("number", ["0", "01", "1 ", "10", "11"])
async def test_a_part_of_a_number_is_no_step(context: Context, number: str) -> None:
    sequence = await find_sequence(context.api, "SaaS founders")
    step = (await steps_of(context.api, sequence))[0]
    steps = [step.model_copy(update={"id": f"id-{it}", "number": it, "name": f"Step {it}"}) for it in range(1, 11)]
    if number.strip() in ("1", "10"):
        assert find_step(steps, number, sequence).number == int(number)
    else:
        with pytest.raises(Mistake, match="nothing is called"):
            find_step(steps, number, sequence)


async def test_a_sequence_without_steps_says_how_to_add_one(context: Context) -> None:
    sequence = await find_sequence(context.api, "SaaS founders")
    with pytest.raises(Mistake, match="has no steps") as refusal:
        find_step([], "1", sequence)
    assert refusal.value.next == NextCall.of("create_step", sequence="SaaS founders")
