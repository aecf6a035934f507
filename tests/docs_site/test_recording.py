"""The recording of the demo: whole, small, and without anything of the machine that it was made on."""

import re
from xml.etree import ElementTree as ET

from tests.docs_site.recording import COLUMNS, PICTURE, ROWS, pages, svg


def test_every_line_is_on_a_page_and_a_page_begins_with_a_step() -> None:
    text = "== Act\n\n# One\n" + "\n".join(f"line {it}" for it in range(ROWS)) + "\n\n# Two\nend"
    shown = pages(text)
    assert [line for page in shown for line in page if line] == [line for line in text.splitlines() if line]
    assert all(len(page) <= ROWS for page in shown)
    assert pages("# One\n" + "x" * (COLUMNS + 1))[0][1] == "x" * (COLUMNS - 1) + "…"


def test_the_heading_of_an_act_is_never_alone_on_a_page() -> None:
    long = "\n".join(f"line {it}" for it in range(ROWS))
    assert pages(f"== Act\nwords\n\n# One\n{long}")[0][:4] == ["== Act", "words", "", "# One"]


def test_an_address_is_the_same_in_every_recording() -> None:
    assert pages("Sandbox at http://127.0.0.1:45657, its key") == [["Sandbox at http://127.0.0.1:8787, its key"]]


def test_what_the_demo_prints_is_text_and_no_markup() -> None:
    root = ET.fromstring(svg([["? <b>&amp;</b>"]]))  # noqa: S314 - made here
    assert "".join(root.itertext()).strip().endswith("? <b>&amp;</b>")


def test_the_picture_is_small_whole_and_names_no_place_of_a_machine() -> None:
    text = PICTURE.read_text(encoding="utf-8")
    assert len(text) < 300_000
    assert "All as it should be." in text
    assert not re.search(r"/(?:home|root|Users|tmp|var|work)/", text)
    assert not re.search(r"""(?:href|src)=|url\(""", text)
