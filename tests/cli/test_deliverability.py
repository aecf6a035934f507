"""``deliverability``: the audit as a command."""

from click.testing import CliRunner

from saleshandy_mcp.cli import cli


def test_the_command_tells_what_the_tool_tells() -> None:
    done = CliRunner().invoke(
        cli, ["deliverability", "--sandbox", "--domain", "lanternworks-mail.example.com", "--all"]
    )
    assert done.exit_code == 0
    assert "2 SPF records, exactly 1 is allowed" in done.output
    assert "bo@lanternworks-mail.example.com: 6 a day" in done.output


def test_a_domain_that_is_not_ours_is_refused() -> None:
    done = CliRunner().invoke(cli, ["deliverability", "--sandbox", "--domain", "attacker.example"])
    assert done.exit_code == 1
    assert 'nothing is called "attacker.example"' in done.output


def test_the_next_call_is_told_as_the_command_that_a_person_types() -> None:
    domain = "getlanternworks.example.com"
    done = CliRunner().invoke(cli, ["deliverability", "--sandbox", "--domain", domain])
    command = f"saleshandy-mcp deliverability --domain {domain} --all --sandbox"
    assert done.output.rstrip().endswith(f"The other 1: {command}")
    words = command.split()[1:]
    assert CliRunner().invoke(cli, words).exit_code == 0
