"""Mutation testing: small changes of the modules that keep people safe, each of which a test has to notice.

``make mutants`` runs a sample of each module, and writes docs/mutants.md. Results are kept in build/mutants, so that
modules can be run one at a time.
"""

# T201: what it finds is printed.
# ruff: noqa: T201

import argparse
import json
import sys
from datetime import UTC, datetime

from tests.mutants.modules import MODULES
from tests.mutants.running import ROOT, run
from tests.mutants.table import PAGE, WANTED, Found, page

PLACE = ROOT / "build/mutants"
SAMPLE, SEED, MINUTES = 60, 1, 30.0


def _found(name: str, sample: int, seed: int, minutes: float) -> Found:
    it = run(MODULES[name], PLACE / name, sample=sample, seed=seed, minutes=minutes)
    return Found(name, f"{datetime.now(UTC):%Y-%m-%d}", it.made, sample, seed, minutes, it.mutants)


def _kept() -> list[Found]:
    files = [PLACE / f"{name}.json" for name in MODULES]
    return [Found.of(json.loads(it.read_text(encoding="utf-8"))) for it in files if it.exists()]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("modules", nargs="*", help=f"which; all without any: {', '.join(MODULES)}")
    parser.add_argument("--sample", type=int, default=SAMPLE, help=f"how many mutants of each module ({SAMPLE})")
    parser.add_argument("--seed", type=int, default=SEED, help=f"chooses them ({SEED})")
    parser.add_argument("--minutes", type=float, default=MINUTES, help=f"the limit of each module ({MINUTES:g})")
    parser.add_argument("--page", action="store_true", help="only write the page, from what was run before")
    asked = parser.parse_args()
    if unknown := set(asked.modules) - set(MODULES):
        parser.error(f"there is no module {', '.join(sorted(unknown))}; there are {', '.join(MODULES)}")
    PLACE.mkdir(parents=True, exist_ok=True)
    wanted: list[str] = asked.modules or list(MODULES)
    for name in [] if asked.page else wanted:
        found = _found(name, asked.sample, asked.seed, asked.minutes)
        (PLACE / f"{name}.json").write_text(json.dumps(found.as_json(), indent=1), encoding="utf-8")
        print(f"{name}: {len(found.mutants)} of {found.made:,} mutants run, {found.share:.0%} noticed", flush=True)
    kept = _kept()
    PAGE.write_text(page(kept), encoding="utf-8")
    low = [it.module for it in kept if it.share < WANTED]
    if low:
        print(f"Below {WANTED:.0%}: {', '.join(low)}. The survivors stand in {PAGE}.")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
