"""Which channel a call gets, and what the answer of a client means."""

import pytest

from saleshandy_mcp.policy.approval_channels import (
    APPROVALS,
    TOO_QUICK,
    Answer,
    Approval,
    Reach,
    choose,
    instead,
    instead_of_card,
    remedy,
    shows_card,
)

FORM, NOTHING = Reach(form=True, terminal=True), Reach(terminal=True)
SLOW = 5.0


@pytest.mark.parametrize(
    ("approval", "with_form", "without", "in_memory"),
    [
        ("auto", "dialogue", "token", "token"),
        ("person", "dialogue", "terminal", None),
        ("terminal", "terminal", "terminal", None),
        ("page", "terminal", "terminal", None),
        ("token", "token", "token", "token"),
        ("deny", None, None, None),
    ],
)
def test_the_channel_follows_from_the_client_and_the_operator(
    approval: Approval, with_form: str | None, without: str | None, in_memory: str | None
) -> None:
    assert choose(approval, FORM).channel == with_form
    assert choose(approval, NOTHING).channel == without
    assert choose(approval, Reach()).channel == in_memory


@pytest.mark.parametrize("reach", [Reach(page=True), Reach(page=True, terminal=True, form=True, url=True)])
def test_the_page_is_used_where_the_operator_chose_it_alone(reach: Reach) -> None:
    assert {it for it in APPROVALS if choose(it, reach).channel == "page"} == {"page"}


@pytest.mark.parametrize("approval", APPROVALS)
def test_a_card_is_used_where_the_client_shows_no_dialogue_and_the_operator_leaves_room_for_it(
    approval: Approval,
) -> None:
    room = approval in ("auto", "person")
    assert shows_card(approval) == room
    assert (choose(approval, Reach(card=True, terminal=True)).channel == "card") == room
    assert choose(approval, Reach(card=True, form=True)).channel != "card"


def test_a_card_that_does_not_come_up_is_never_replaced_by_a_token() -> None:
    assert instead_of_card(Reach(card=True, terminal=True)).channel == "terminal"
    nobody = instead_of_card(Reach(card=True))
    assert nobody.channel is None
    assert "no card came up" in nobody.why


def test_what_may_have_been_a_person_goes_on_to_a_card_where_there_are_cards() -> None:
    assert instead(Answer("cancel"), "auto", Reach(form=True, card=True)).channel == "card"


@pytest.mark.parametrize("approval", APPROVALS)
@pytest.mark.parametrize("reach", [FORM, NOTHING, Reach(), Reach(url=True), Reach(page=True)])
def test_each_choice_says_why_in_words(approval: Approval, reach: Reach) -> None:
    assert choose(approval, reach).why
    assert "--approval" in remedy(approval)


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (Answer("accept", {"confirm": True}, SLOW), "yes"),
        (Answer("accept", {"confirm": True}, 0.0), "yes"),
        (Answer("accept", {"confirm": False}, SLOW), "no"),
        (Answer("accept", {"confirm": "true"}, SLOW), "unclear"),
        (Answer("accept", {"confirm": 1}, SLOW), "unclear"),
        (Answer("accept", {}, SLOW), "unclear"),
        (Answer("accept", None, SLOW), "unclear"),
        (Answer("accept", [True], SLOW), "unclear"),
        (Answer("accept", {}, SLOW, fields=False), "yes"),
        (Answer("accept", None, SLOW, fields=False), "yes"),
        (Answer("decline", None, SLOW), "no"),
        (Answer("decline", None, TOO_QUICK), "no"),
        (Answer("decline", None, TOO_QUICK / 2), "unclear"),
        (Answer("decline", None, SLOW, fields=False), "no"),
        (Answer("cancel", None, SLOW), "unclear"),
        (Answer("cancel", None, 0.0), "unclear"),
        (Answer("cancel", None, SLOW, fields=False), "unclear"),
        (Answer("error", None, 0.0), "unasked"),
        (Answer("error", None, SLOW), "unclear"),
        (Answer("silence", None, 600), "unclear"),
        (Answer("vanished"), "unclear"),
        (Answer("unreadable", None, SLOW), "unclear"),
        (Answer("maybe", {"confirm": True}, SLOW), "unclear"),
    ],
)
def test_what_an_answer_means(answer: Answer, meaning: str) -> None:
    assert answer.meaning == meaning


@pytest.mark.parametrize(
    "answer",
    [Answer("cancel"), Answer("decline"), Answer("accept", {}, SLOW), Answer("error", None, SLOW), Answer("silence")],
)
def test_what_may_have_been_a_person_is_never_replaced_by_a_token(answer: Answer) -> None:
    assert instead(answer, "auto", FORM).channel == "terminal"
    nobody = instead(answer, "auto", Reach(form=True))
    assert nobody.channel is None
    assert answer.words in nobody.why


def test_each_kind_of_no_answer_has_words_of_its_own() -> None:
    kinds = ("error", "silence", "vanished", "decline", "accept", "cancel", "unreadable")
    assert len({Answer(kind).words for kind in kinds}) == len(kinds)


def test_a_client_that_showed_nothing_is_treated_as_one_that_cannot_ask() -> None:
    answer = Answer("error", None, 0.01)
    assert instead(answer, "auto", FORM) == ("token", answer.words)
    assert instead(answer, "person", FORM) == ("terminal", answer.words)
