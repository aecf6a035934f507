"""With ``--sandbox``, what stands in place of a key does not matter."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from saleshandy_mcp.cli import cli

LEADS = Path(__file__).parents[2] / "docs" / "examples" / "leads.csv"


@pytest.mark.parametrize(
    "words",
    [
        ["call", "list_sequences", "--sandbox"],
        ["api", "list_sequences", "--sandbox"],
        ["import", str(LEADS), "--to", "SaaS founders", "--sandbox", "--dry-run"],
    ],
    ids=lambda words: words[0],
)
@pytest.mark.parametrize("variable", ["SALESHANDY_API_KEY", "SALESHANDY_API_KEY_FILE"])
def test_the_words_of_an_example_do_not_keep_anybody_from_trying(
    words: list[str], variable: str, tmp_path: Path
) -> None:
    settings = {variable: "paste-your-key-here", "SALESHANDY_DATA": str(tmp_path)}
    done = CliRunner().invoke(cli, words, env=settings)
    assert done.exit_code == 0, done.stderr
    without = CliRunner().invoke(cli, [word for word in words if word != "--sandbox"], env=settings)
    assert without.exit_code == 1
    assert variable in without.stderr
