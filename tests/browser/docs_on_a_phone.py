"""The pages of the documentation at the width of a phone. Run by ``make browser``, after ``make docs``."""

import json
from pathlib import Path

import pytest

from tests.browser.chromium import chromium, new_page, program
from tests.docs_site.__main__ import SITE

WIDTH = 400
NOT_FITTING = """
[document.documentElement, ...document.querySelectorAll(".md-typeset__scrollwrap")]
  .filter((it) => it.scrollWidth > it.clientWidth + 1)
  .map((it) => it.innerText.slice(0, 60))
"""

pytestmark = [
    pytest.mark.skipif(program() is None, reason="needs Chromium: apt-get install chromium"),
    pytest.mark.skipif(not SITE.exists(), reason="make docs builds the site"),
]


async def test_no_page_and_no_table_scrolls_sideways(tmp_path: Path) -> None:
    async with chromium(tmp_path) as pipe:
        page = await new_page(pipe, "", WIDTH, 800, "light")
        wider: dict[str, list[str]] = {}
        for file in sorted(SITE.rglob("*.html")):
            await page.visit(file.as_uri(), "")
            if found := await page.run(NOT_FITTING):
                wider[file.relative_to(SITE).as_posix()] = found
    assert wider == {}, json.dumps(wider, indent=1)
