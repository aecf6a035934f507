"""The skills of the plugin for Claude Code are the prompts, in the form that it reads."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from manifests.releasing.skills import skill, skills
from saleshandy_mcp.client_settings.package import SKILLS
from saleshandy_mcp.server.prompts.job import Job, jobs

ROOT = Path(__file__).parents[2]

each = pytest.mark.parametrize("job", jobs(), ids=lambda job: job.name)


def test_the_skills_are_made_from_the_prompts(snapshot: Callable[[str, str], None]) -> None:
    for path, text in skills().items():
        snapshot(path, text)
    assert {file.relative_to(ROOT).as_posix() for file in (ROOT / SKILLS).rglob("*.*")} == set(skills())


@each
def test_a_skill_says_all_that_its_prompt_says(job: Job) -> None:
    text = skill(job)
    assert job.text in text
    assert all(f"- {it.name}" in text and it.description in text for it in job.arguments)


@each
def test_a_skill_has_a_name_and_says_when_it_is_of_use(job: Job) -> None:
    _, head, _ = skill(job).split("---\n", maxsplit=2)
    told = {key: json.loads(value) for key, _, value in (line.partition(": ") for line in head.splitlines())}
    assert re.fullmatch(r"[a-z-]{1,64}", told["name"])
    assert told["description"].startswith(f"{job.title}, in Saleshandy. ")
    assert len(told["description"]) <= 1024


@each
def test_a_skill_runs_nothing_and_grants_nothing(job: Job) -> None:
    """Claude Code runs commands between "!`" and "`", reads files after "@", and takes tools of a list as agreed to."""
    text = skill(job)
    assert "!`" not in text
    assert not re.search(r"(?:^|\s)@\S", text)
    assert text.count("$") == text.count("$ARGUMENTS") == 1
    assert "allowed-tools" not in text
    assert "hooks" not in text
