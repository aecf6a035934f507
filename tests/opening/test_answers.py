"""What is answered early is what the real server answers, to the byte, for each selection that is kept."""

import sys
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.opening import answers as early
from saleshandy_mcp.opening.answers import answers, of_this_installation, recorded
from saleshandy_mcp.opening.start import name_of
from saleshandy_mcp.policy.approval_channels import APPROVALS, shows_card
from saleshandy_mcp.server.app import build_server
from saleshandy_mcp.server.tools.asking import Asking
from saleshandy_mcp.server.tools.selection import DEFAULT, TOOLSETS, Selection
from tests.opening.recording import PACKAGES, record, results, world


async def test_the_file_holds_what_the_real_server_answers(snapshot: Callable[[str, str], None]) -> None:
    snapshot("saleshandy_mcp/opening/answers.json", await record())


async def test_any_selection_has_the_answers_of_the_real_server_or_none() -> None:
    chance, document = Random(17), recorded()  # noqa: S311 - which selections are looked at is no secret
    names = [it.slug for it in Selection(toolsets=("all",)).actions()]
    known = 0
    async with world() as context:
        for _ in range(200):
            toolset = chance.choice([DEFAULT] * len(TOOLSETS) + [*TOOLSETS])
            effects = chance.choice([effects for n in (1, 2, 4, 5) for effects in combinations(Effect, n)])
            more = chance.sample(names, chance.choice([0, 0, 0, 1]))
            approval, crm = chance.choice(APPROVALS), chance.random() < 0.3
            name = name_of(toolset, effects, cards=shows_card(approval), crm=crm) + " ".join(more)
            found = answers(document, name)
            if not found:
                continue
            known += 1
            chosen = Selection(toolsets=(toolset,), effects=frozenset(effects), crm=crm)
            assert found == await results(build_server(context, chosen, Asking(approval))), name
    assert known >= 50


def test_answers_of_other_packages_are_not_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made_with = recorded()["made_with"]
    monkeypatch.setattr(early, "__file__", str(tmp_path / "saleshandy_mcp" / "opening" / "answers.py"))
    assert not of_this_installation(made_with)
    for name in PACKAGES:
        (tmp_path / f"{name}-{made_with['packages'][name]}.dist-info").mkdir()
    assert of_this_installation(made_with) == (f"3.{sys.version_info.minor}" in made_with["python"])
    for name in PACKAGES:
        assert not of_this_installation(made_with | {"packages": {name: "0.0.1"}})
    assert not of_this_installation(made_with | {"python": ["3.9"]})


def test_a_package_that_is_worked_on_answers_by_its_code() -> None:
    assert not of_this_installation(recorded()["made_with"])


def test_a_selection_that_was_not_kept_has_no_answers() -> None:
    assert answers(recorded(), "default read+write nothing") == {}
