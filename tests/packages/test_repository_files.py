"""The files that a host of the repository reads: workflows with few rights, an image that runs with fewer."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yaml"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def loaded(path: Path) -> dict[str, Any]:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


def jobs_of(path: Path) -> dict[str, dict[str, Any]]:
    return loaded(path)["jobs"]


each = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)


@each
def test_actions_are_pinned_by_commit_and_say_their_version(workflow: Path) -> None:
    used = re.findall(r"uses: (.*)", workflow.read_text(encoding="utf-8"))
    assert used
    assert [it for it in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", it)] == []


@each
def test_a_workflow_has_no_right_that_a_job_does_not_name(workflow: Path) -> None:
    assert loaded(workflow)["permissions"] in ({}, {"contents": "read"})
    assert all("timeout-minutes" in job for job in jobs_of(workflow).values())


@each
def test_no_job_that_checks_out_code_may_publish_it_to_the_index(workflow: Path) -> None:
    for job in jobs_of(workflow).values():
        uses = " ".join(step.get("uses", "") for step in job["steps"])
        if "actions/checkout" in uses:
            assert "id-token" not in job.get("permissions", {})
            assert "persist-credentials: false" in workflow.read_text(encoding="utf-8")


@each
def test_no_secret_is_kept_and_nothing_of_strangers_stands_in_a_script(workflow: Path) -> None:
    text = workflow.read_text(encoding="utf-8")
    assert "secrets." not in text
    assert "pull_request_target" not in text
    for job in jobs_of(workflow).values():
        assert [step["run"] for step in job["steps"] if "${{" in step.get("run", "")] == []


def test_tests_run_on_three_systems_and_each_python_that_the_package_names() -> None:
    matrix = jobs_of(ROOT / ".github/workflows/tests.yaml")["systems"]["strategy"]["matrix"]
    assert matrix["system"] == ["ubuntu-latest", "macos-latest", "windows-latest"]
    named = [it.rpartition(" ")[2] for it in PROJECT["classifiers"] if re.search(r"Python :: 3\.\d+", it)]
    assert matrix["python"] == named


def test_a_release_is_attested_with_a_bill_of_materials_before_it_is_published() -> None:
    jobs = jobs_of(ROOT / ".github/workflows/release.yaml")
    assert (jobs["attest"]["needs"], jobs["publish"]["needs"]) == ("build", "attest")
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    uses = " ".join(step.get("uses", "") for step in jobs["attest"]["steps"])
    assert "attest-build-provenance" in uses
    assert "attest-sbom" in uses


def test_the_image_runs_as_nobody_and_starts_the_server_over_stdio() -> None:
    last = DOCKERFILE.rpartition("FROM ")[2]
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", last, re.MULTILINE)
    assert 'ENTRYPOINT ["saleshandy-mcp"]\nCMD ["serve"]' in last
    assert "API_KEY=" not in DOCKERFILE
    assert "--constraint constraints.txt" in DOCKERFILE


def test_the_image_is_built_from_what_is_let_into_it() -> None:
    let_in = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    copied = [word for line in re.findall(r"^COPY (?!--)(.+)$", DOCKERFILE, re.MULTILINE) for word in line.split()[:-1]]
    assert sorted(let_in) == sorted(copied)
    assert [path for path in copied if not (ROOT / path).exists()] == []


def test_compose_runs_it_read_only_and_holds_no_key() -> None:
    service = loaded(ROOT / "compose.yaml")["services"]["saleshandy"]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["environment"]["SALESHANDY_API_KEY"] == "${SALESHANDY_API_KEY:-}"


@pytest.mark.parametrize("path", sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_form_for_issues_asks_for_something(path: Path) -> None:
    form = loaded(path)
    assert form["name"]
    assert any(part.get("validations", {}).get("required") for part in form["body"])
