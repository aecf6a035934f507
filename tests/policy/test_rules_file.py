"""The file with the operator's rules: read strictly, and refused in one sentence where it is not understood."""

from pathlib import Path

import pytest

from saleshandy_mcp.policy.rules import Rules

ALL = """
recipients_per_start = 200
new_recipients_a_day = 100
replies_an_hour = 20
credits_a_day = 12.5
webhook_hosts = ["hooks.example.com"]
mailbox_hosts = []
copy_domains = ["example.com"]
quiet_hours = ["20:00-07:00", "12:00-13:00"]
time_zone = "Europe/Berlin"
never_start = ["Old customers", "a1B2"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rules.toml"


def read(file: Path, text: str) -> Rules:
    file.write_text(text, encoding="utf-8")
    return Rules.read(file)


def test_every_rule_is_read(file: Path) -> None:
    rules = read(file, ALL)
    assert rules.model_fields_set == set(Rules.model_fields)
    assert (rules.credits_a_day, rules.mailbox_hosts) == (12.5, [])


def test_a_file_without_rules_limits_nothing(file: Path) -> None:
    assert read(file, "# nothing yet\n").model_dump(exclude_defaults=True) == {}


WRONG = {
    "new_recipients_a_dya = 1": "there is no rule new_recipients_a_dya; there are recipients_per_start",
    "[limits]\nreplies_an_hour = 1": "there is no rule limits",
    "replies_an_hour = ": "are no TOML",
    "replies_an_hour = 1\nreplies_an_hour = 2": "are no TOML",
    "replies_an_hour = -1": "replies_an_hour: Input should be greater than or equal to 0",
    "replies_an_hour = true": "replies_an_hour: Input should be a valid integer",
    'replies_an_hour = "20"': "replies_an_hour: Input should be a valid integer",
    "replies_an_hour = 1.5": "replies_an_hour: Input should be a valid integer",
    "credits_a_day = inf": "credits_a_day: Input should be",
    "credits_a_day = nan": "credits_a_day: Input should be",
    'webhook_hosts = "hooks.example.com"': "webhook_hosts: Input should be a valid list",
    'webhook_hosts = ["https://hooks.example.com/"]': "webhook_hosts.0: write a bare name in small letters",
    'copy_domains = ["@example.com"]': "copy_domains.0: write a bare name",
    'copy_domains = ["*.example.com"]': "copy_domains.0: write a bare name",
    'quiet_hours = ["20-7"]\ntime_zone = "UTC"': 'quiet_hours.0: write hours as "20:00-07:00"',
    'quiet_hours = ["08:00-08:00"]\ntime_zone = "UTC"': "quiet_hours.0: write hours",
    'quiet_hours = ["20:00-07:00"]': "quiet_hours and time_zone go together",
    'time_zone = "Europe/Berlin"': "quiet_hours and time_zone go together",
    'quiet_hours = ["20:00-07:00"]\ntime_zone = "Berlin"': "time_zone: write the name of a time zone",
    'never_start = [" "]': "never_start.0: write the title or the id",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_not_understood_is_refused_and_named(file: Path, text: str) -> None:
    with pytest.raises(ValueError, match=r"rules\.toml") as refusal:
        read(file, text)
    words = str(refusal.value)
    assert WRONG[text] in words
    assert "\n" not in words


def test_a_file_that_is_no_text_or_is_not_there_is_refused(file: Path) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        Rules.read(file)
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="are no TOML"):
        Rules.read(file)


@pytest.mark.parametrize("value", ['["a.example.com"]', '["a.example.com", "c.example.com"]', "[]"])
def test_a_refusal_names_the_rule_its_value_and_the_file_in_which_it_stands(file: Path, value: str) -> None:
    refusal = read(file, f"copy_domains = {value}").refusal("copy_domains", "this names b.example.com")
    assert refusal.rule == "copy_domains"
    assert refusal.wrong == f"the operator's rule copy_domains = {value} forbids it: this names b.example.com"
    assert str(file) in refusal.remedy
