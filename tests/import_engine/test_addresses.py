"""Addresses: which are good, which are the same, which nobody in particular reads."""

import hashlib
import unicodedata

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from saleshandy_mcp.core.addresses import domain, is_address, key, row_key
from saleshandy_mcp.import_engine.role_addresses import is_role


def valid(email: str) -> bool:
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


LOCAL = "abAB019_!#$%&'*+-/=?^`{|}~."
local = st.one_of(
    st.text(LOCAL, max_size=12), st.text(max_size=6), st.sampled_from(['"a b"', "jörg", "a" * 64, "b" * 65])
)
label = st.one_of(
    st.text("aZ09-", max_size=5), st.sampled_from(["example", "bücher", "xn--bcher-kva", "a" * 63, "b" * 64])
)
ending = st.sampled_from(
    ["com", "COM", "de", "c", "1", "test", "local", "localhost", "invalid", "onion", "example", "", "中国"]
)
host = st.one_of(st.builds("{}.{}".format, st.lists(label, max_size=4).map(".".join), ending), st.text(max_size=6))
address = st.one_of(st.builds("{}@{}".format, local, host), st.text(max_size=10))


@given(address)
@example("a" * 300 + "@example.com")
@example("a@" + "b" * 63 + "." + ".".join(["c" * 62] * 3) + ".com")
@example("a\n@example.com")
@example("a@example.com\n")
@example("a@xn--.com")
@example("a@example.com.")
def test_the_quick_verdict_is_that_of_the_library(email: str) -> None:
    assert is_address(email) == valid(email)


@pytest.mark.parametrize("total", [253, 254, 255])
def test_an_address_is_as_long_as_the_library_lets_it_be(total: int) -> None:
    email = "a" * (total - len("@x.example.com")) + "@x.example.com"
    assert is_address(email) == valid(email) == (total <= 254)


@pytest.mark.parametrize(
    "email",
    [
        "nobody",
        "a@x",
        "a b@x.example.com",
        "a@x.example.com, b@x.example.com",
        "Ann <a@x.example.com>",
        "mailto:a@x.example.com",
        ".a@x.example.com",
        "a@x..example.com",
        "a@x_y.example.com",
        "a@[10.0.0.1]",
        "",
    ],
)
def test_what_cannot_be_mailed_is_no_address(email: str) -> None:
    assert not is_address(email)


@pytest.mark.parametrize(
    "email",
    ["a@x.example.com", "a+b@x.example.com", "o'neil@X.example.com", "jörg@x.example.com", "a@bücher.example.com"],
)
def test_what_can_be_mailed_is_one(email: str) -> None:
    assert is_address(email)


@given(st.text(max_size=20))
def test_a_key_is_composed_stripped_and_small(email: str) -> None:
    assert key(email) == unicodedata.normalize("NFC", email.strip()).lower()


def test_composed_and_decomposed_letters_are_the_same_person() -> None:
    assert key(" JO\u0308RG@x.example.com ") == key("jörg@X.example.com")


@pytest.mark.parametrize(
    ("email", "where"),
    [("Ann@X.Example.com", "x.example.com"), ('"a@b"@x.example.com', "x.example.com"), ("nobody", "nobody")],
)
def test_a_domain_is_what_stands_behind_the_last_at(email: str, where: str) -> None:
    assert domain(email) == where


@pytest.mark.parametrize(
    "email",
    [
        "info@x.example.com",
        "INFO@x.example.com",
        "sales@x.example.com",
        "no-reply@x.example.com",
        "do_not_reply@x.example.com",
        "Customer.Service@x.example.com",
        "support+tickets@x.example.com",
        "vertrieb@x.example.com",
        "ventas@x.example.com",
        "contato@x.example.com",
        "verkoop@x.example.com",
        "segreteria@x.example.com",
        "accueil@x.example.com",
    ],
)
def test_a_mailbox_of_a_task_is_told_from_one_of_a_person(email: str) -> None:
    assert is_role(email)


@pytest.mark.parametrize("email", ["ann@x.example.com", "ann.sales@x.example.com", "infor@x.example.com", "info", "@x"])
def test_a_person_is_no_role(email: str) -> None:
    assert not is_role(email)


def test_a_row_is_known_by_account_step_and_person() -> None:
    assert row_key("acc", "step", " Ann@X.example.com") == hashlib.sha256(b"acc\0step\0ann@x.example.com").digest()
    keys = {row_key(account, step, "ann@x.example.com") for account in ("a", "ab") for step in ("", "b", "bc")}
    assert len(keys) == 6
