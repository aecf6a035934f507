"""An import that is stopped with Ctrl-C in a process of its own, and goes on later."""

import json
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

from tests.cli.kit import TWO
from tests.e2e.kit import PROGRAM, environment
from tests.kit import IMPORT

PAUSED = "SaaS founders"
STATUS = "GET /prospects/import-status/"


def until_sent(sandbox: str) -> None:
    """Until a batch has reached the sandbox; the import then waits for its end."""
    for _ in range(600):
        with urllib.request.urlopen(f"{sandbox}/sandbox/state") as answer:  # noqa: S310 - this machine
            if IMPORT in json.load(answer)["requests"]:
                return
        time.sleep(0.05)
    raise AssertionError("nothing was sent")


def test_ctrl_c_stops_a_job_that_then_goes_on(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text(TWO, encoding="utf-8")
    # The sandbox never tells that the batch has ended, so that Ctrl-C comes in time on every machine.
    command = [*PROGRAM, "sandbox", "--port", "0", "--no-limits", "--faults", f"hang@{STATUS}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as sandbox:  # noqa: S603 - ours
        assert sandbox.stdout
        address = sandbox.stdout.readline().split()[-1]
        settings = {
            "SALESHANDY_BASE_URL": address,
            "SALESHANDY_API_KEY": "sandbox-key",
            "SALESHANDY_DATA": str(tmp_path),
        }
        env = environment(**settings)
        faults = f"{address.removesuffix('/v1')}/sandbox/faults"
        try:
            words = [*PROGRAM, "import", str(tmp_path / "leads.csv"), "--to", PAUSED, "--yes"]
            with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env) as run:  # noqa: S603 - ours
                until_sent(address.removesuffix("/v1"))
                run.send_signal(signal.SIGINT)
                said, aside = run.communicate(timeout=60)
            assert run.returncode == 130
            assert "Traceback" not in aside
            job = said.split("jobs resume ")[1].split()[0]
            assert f"job {job} stopped" in said
            urllib.request.urlopen(faults, data=b'{"off": true}').close()  # noqa: S310 - this machine
            resume = [*PROGRAM, "jobs", "resume", job, "--yes"]
            ended = subprocess.run(resume, capture_output=True, text=True, env=env, timeout=60, check=True)  # noqa: S603 - ours
            assert f"2 rows, job {job} finished" in ended.stdout
        finally:
            sandbox.kill()
