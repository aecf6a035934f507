"""``python -m tests.docs_site`` (``make docs``): the documentation as static pages in build/site.

Broken links end it with an error. The pages load nothing from other hosts, and open from a folder as from a server.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.docs_site.pages import ROOT, llms, page, sources

GATHERED, SITE = ROOT / "build/docs", ROOT / "build/site"
_OUTSIDE_WORKER = re.compile(r"https://unpkg\.com/iframe-worker/shim")
_WORKER = "assets/javascripts/file-worker.js"


def gather(folder: Path) -> None:
    """Write the pages into a folder as the generator takes them."""
    shutil.rmtree(folder, ignore_errors=True)
    places = frozenset(sources())
    for place, path in sources().items():
        file = folder / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page(place, path.read_text(encoding="utf-8"), places), encoding="utf-8")
    for name in ("pictures", "examples"):
        shutil.copytree(ROOT / "docs" / name, folder / name)
    (folder / "assets").mkdir()
    for name in ("extra.css", "extra.js"):
        shutil.copy(Path(__file__).with_name(name), folder / "assets" / name)
    (folder / "llms.txt").write_text(llms(), encoding="utf-8")


def keep_inside(site: Path) -> None:
    """Put the one script that the generator takes from another host into the site: search from a folder needs it."""
    shutil.copy(Path(__file__).with_name("file-worker.js"), site / _WORKER)
    for file in site.rglob("*.html"):
        up = "../" * (len(file.relative_to(site).parts) - 1)
        file.write_text(_OUTSIDE_WORKER.sub(up + _WORKER, file.read_text(encoding="utf-8")), encoding="utf-8")


def say_where_to_go(site: Path) -> None:
    """Let the page for an address that is not there lead on: the generator's has no more than a heading."""
    page = site / "404.html"
    heading, more = "<h1>404 - Not found</h1>", '<p>Begin at the <a href="/index.html">start</a>, or search above.</p>'
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace(heading, f"<h1>There is no such page</h1>{more}"), encoding="utf-8")


def main() -> int:
    """Build the site; the code of the generator."""
    gather(GATHERED)
    shutil.rmtree(SITE, ignore_errors=True)
    program = Path(sys.executable).with_name("zensical")
    done = subprocess.run([program, "build", "--strict", "--clean"], cwd=ROOT, check=False)  # noqa: S603 - the generator
    if done.returncode == 0:
        keep_inside(SITE)
        say_where_to_go(SITE)
        sys.stdout.write(f"{len(list(SITE.rglob('*.html')))} pages are in {SITE.relative_to(ROOT)}\n")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
