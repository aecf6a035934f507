"""Whether a weakness is known in one of the installed packages, by pip-audit: ``make audit``.

pip-audit says "no known vulnerabilities" also of packages that it could not look up. Here they count as not audited.
"""

# T201: what it finds is printed.
# ruff: noqa: T201

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from saleshandy_mcp.core.view import counted

NOT_REACHED = "Not audited: the advisory service could not be reached. This says nothing about the packages."


def verdict(report: str) -> tuple[int, str]:
    """The exit code, and what is told: 0 only when every package was looked up and nothing is known against it.

    Args:
        report: what pip-audit wrote as JSON; no JSON where it could not reach the service.
    """
    try:
        packages: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return 2, NOT_REACHED
    weak = [f"{it['name']} {it['version']}: {known['id']}" for it in packages for known in it.get("vulns", ())]
    skipped = [it for it in packages if "skip_reason" in it]
    if weak:
        return 1, "\n".join(["Known weaknesses:", *weak])
    if skipped or not packages:
        reason = f" The first reason: {skipped[0]['skip_reason']}" if skipped else ""
        return 2, f"{NOT_REACHED} {len(skipped)} of {len(packages)} packages were not found there.{reason}"
    return 0, f"No weakness is known in {counted(len(packages), 'package')}."


def main(service: str = "pypi") -> int:
    """Audit what is installed beside this project.

    Args:
        service: pypi or osv.
    """
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "freeze", "--exclude-editable"]
    installed = subprocess.run(pip, capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "installed.txt"
        listed.write_text(installed.stdout, encoding="utf-8")
        audit = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off", "--no-deps"]
        done = subprocess.run(  # noqa: S603 - our own words
            [*audit, "--disable-pip", "--vulnerability-service", service, "--requirement", str(listed)],
            capture_output=True,
            text=True,
            check=False,
        )
    code, words = verdict(done.stdout)
    print(words)
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
