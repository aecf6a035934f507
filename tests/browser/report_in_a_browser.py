"""The page of a report in a real browser: it fits, axe finds nothing, it needs no mouse. Run by ``make browser``."""

from pathlib import Path

import pytest

from saleshandy_mcp.features.reports.make_report import MakeReport
from saleshandy_mcp.features.reports.report_page import page_of
from tests.browser.chromium import chromium, new_page, program
from tests.browser.window_in_a_browser import AXE, RULES, SCREENS
from tests.kit import context_over, new_box

PICTURES = Path(__file__).parents[2] / "build" / "browser"
pytestmark = pytest.mark.skipif(program() is None, reason="needs Chromium: apt-get install chromium")


@pytest.fixture
async def page_file(tmp_path: Path) -> Path:
    async with context_over(new_box()) as context:
        report = await MakeReport(period="last 30 days").run(context)
    file = tmp_path / "report.html"
    file.write_text(page_of(report), encoding="utf-8")
    return file


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
async def test_a_report_fits_its_screen_and_axe_finds_nothing(
    page_file: Path, tmp_path: Path, width: int, scheme: str
) -> None:
    async with chromium(tmp_path) as pipe:
        page = await new_page(pipe, "", width, 900, scheme)
        await page.visit(page_file.as_uri(), "")
        assert await page.run("document.documentElement.scrollWidth <= innerWidth")
        assert await page.run("[...document.images].every((it) => it.complete && it.naturalWidth > 0 && it.alt)")
        PICTURES.mkdir(parents=True, exist_ok=True)
        await page.picture(PICTURES / f"report-{width}-{scheme}.png")
        if AXE.exists():
            await page.run(f"{AXE.read_text(encoding='utf-8')};1")
            assert await page.run(f"axe.run(document).then({RULES})") == []


async def test_each_wide_table_is_reached_and_scrolled_by_keyboard(page_file: Path, tmp_path: Path) -> None:
    async with chromium(tmp_path) as pipe:
        page = await new_page(pipe, "", 400, 900, "light")
        await page.visit(page_file.as_uri(), "")
        reached: list[str] = []
        for _ in range(int(await page.run("document.querySelectorAll('[tabindex]').length"))):
            await page.press("Tab")
            reached.append(await page.run("document.activeElement.getAttribute('aria-label')"))
        assert reached == await page.run("[...document.querySelectorAll('[tabindex]')].map((it) => it.ariaLabel)")
        assert "Sequences" in reached
