"""``make recording``: the demo as a moving picture, docs/pictures/demo.svg; it reads on light and on dark pages.

The demo runs for real; what it prints is shown in pages of a terminal, one after the other, by CSS alone. Without
animation, as for readers who want less motion, the first page stands.
"""

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from tests.docs_site.pages import ROOT

PICTURE = ROOT / "docs/pictures/demo.svg"
COLUMNS, ROWS, SECONDS = 100, 26, 5
_WIDE, _HIGH, _EDGE = 8.4, 19, 16
_COLOURS = {"#": "#8ab4f8", "→": "#81c995", "?": "#fdd663", "=": "#ffffff"}
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


def pages(text: str, rows: int = ROWS) -> list[list[str]]:
    """The output in pages of a terminal: a page begins where a step of the demo begins, and long steps go on.

    The heading of an act stays on the page of its first step.
    """
    steps = [
        step.splitlines() for step in re.split(r"\n\n(?=[#=])", _ADDRESS.sub("http://127.0.0.1:8787", text).strip())
    ]
    done: list[list[str]] = [[]]
    after_heading = False
    for step in steps:
        if done[-1] and not after_heading and len(done[-1]) + 1 + len(step) > rows:
            done.append([])
        after_heading = step[0].startswith("=")
        for line in ([""] if done[-1] else []) + step:
            if len(done[-1]) == rows:
                done.append([])
            done[-1].append(line if len(line) <= COLUMNS else line[: COLUMNS - 1] + "…")
    return done


def svg(shown: Sequence[Sequence[str]]) -> str:
    """The pages as one picture that shows them in turn."""
    width, height = round(COLUMNS * _WIDE + 2 * _EDGE), ROWS * _HIGH + 2 * _EDGE
    total, share = len(shown) * SECONDS, 100 / len(shown)
    head = f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="The demo, step by step">
<style>
text {{ font: 14px ui-monospace, Menlo, Consolas, monospace; fill: #e8eaed; white-space: pre }}
.page {{ opacity: 0; animation: turn {total}s step-end infinite }}
@keyframes turn {{ 0% {{ opacity: 1 }} {share:.3f}% {{ opacity: 0 }} }}
@media (prefers-reduced-motion: reduce) {{ .page {{ animation: none }} .page:first-of-type {{ opacity: 1 }} }}
</style>
<rect width="{width}" height="{height}" rx="10" fill="#202124"/>
"""
    return head + "".join(_page(lines, number * SECONDS) for number, lines in enumerate(shown)) + "</svg>\n"


def _page(lines: Sequence[str], start: int) -> str:
    return f'<g class="page" style="animation-delay: {start}s">\n{"".join(_lines(lines))}</g>\n'


def _lines(lines: Sequence[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        if line.strip():
            colour = f' style="fill: {_COLOURS[line[0]]}"' if line[0] in _COLOURS else ""
            yield f'<text x="{_EDGE}" y="{_EDGE + 14 + number * _HIGH}"{colour}>{escape(line, quote=False)}</text>\n'


def main() -> int:
    """Run the demo and draw it; nothing is drawn when it fails."""
    program = [sys.executable, "-m", "saleshandy_mcp", "demo"]
    done = subprocess.run(program, capture_output=True, text=True, check=True, encoding="utf-8")  # noqa: S603 - this very program
    PICTURE.write_text(svg(pages(done.stdout)), encoding="utf-8")
    sys.stdout.write(f"{PICTURE.relative_to(ROOT)}: {Path(PICTURE).stat().st_size // 1000} kB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
