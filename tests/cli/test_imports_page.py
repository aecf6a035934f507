"""Every command of the page on imports does what the page says, one after another."""

import re
import shlex
from pathlib import Path

from tests.cli.kit import Bench
from tests.import_engine.sources.kit import lines, packed, parts

PAGE = (Path(__file__).parents[2] / "docs" / "imports.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ saleshandy-mcp (.*?)(?:\s+#.*)?$", PAGE, re.MULTILINE)
FAIR = """Work Email,Full Name,Rolle,Newsletter,Status,Email Opt Out
ann@lake.example.com,Ann Lake,CEO,yes,open,false
bea@hill.example.com,Bea Hill,CTO,yes,lost,false
cem@moor.example.com,Cem Moor,CFO,no,open,true
"""
JOB = "imp_54e34a"
PLANNED = ("--to", "SaaS founders", "--again", "--dry-run")
SHEET = [["Our list"], [], ["Email", "First Name"], ["ann@lake.example.com", "Ann"]]


def test_every_command_of_the_page_works(bench: Bench, tmp_path: Path) -> None:
    bench.file()
    bench.file(FAIR, "fair.csv")
    (tmp_path / "old.csv").write_bytes("Email;City\nj@lake.example.com;Łódź\n".encode("cp1250"))
    (tmp_path / "people.xlsx").write_bytes(packed(_named(parts(lines(["Read me"]), lines(*SHEET)))))
    assert len(COMMANDS) > 10
    for command in COMMANDS:
        words = [_placed(it, tmp_path) for it in shlex.split(command)]
        if JOB in words:
            # A plan is started or given up; of the import before, the rows are looked at.
            plans = words[1] in {"resume", "abandon"}
            job = bench.job(str(tmp_path / "fair.csv"), *PLANNED) if plans else bench.newest()
            words = [job if it == JOB else it for it in words] + ["--yes"] * (words[1] == "resume")
        result = bench.run(*words)
        unasked = words[0] == "import" and not {"--dry-run", "--yes"} & set(words)
        assert result.exit_code == (1 if unasked else 0), f"{command}\n{result.output}"


def _named(content: dict[str, str]) -> dict[str, str]:
    return content | {"xl/workbook.xml": content["xl/workbook.xml"].replace("Sheet2", "People")}


def _placed(word: str, folder: Path) -> str:
    return str(folder / word) if word == "rows.csv" or (folder / word).is_file() else word
