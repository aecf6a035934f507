"""What a plan tells of addresses that were mended, and of those that could not be."""

from pathlib import Path

from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.import_engine.cells.written_addresses import Mend
from tests.import_engine.cases.kit import planned

ANN = "ann.lake@example.com"


async def test_the_plan_tells_what_was_mended_with_a_sample_and_why_rows_are_left(tmp_path: Path) -> None:
    cells = [
        "ann@example.com?",
        '"bea@example.com,"',
        "cem@example.com <Cem Nord>",
        "dan",
        '"@example.com,sandy@example.com"',
        "hal..sands@example.com",
        "joy @example.com",
        '"kim@example,com"',
        "\u200blea@example.com",
        "max@@example.com",
        "\u0435ve@example.com",
    ]
    found = await planned("\n".join(["Email", *cells]), tmp_path)
    assert [row["Email"].partition("@")[0] for row in found.stored] == [
        *("ann", "bea", "cem", "sandy", "joy", "lea"),
        "\u0435ve",
    ]
    assert found.skipped == {
        5: "bad address: no @ in it",
        7: "bad address: two dots in a row",
        9: "bad address: a comma or the like, perhaps for a dot",
        11: "bad address: more than one @",
    }
    mended = {it.what: it for it in found.view.mended}
    assert {what: it.cells for what, it in mended.items()} == {Mend.AROUND: 5, Mend.INVISIBLE: 1}
    first = mended[Mend.AROUND].samples[0]
    assert (first.row, first.before, first.after) == (2, "ann@example.com?", "ann@example.com")
    assert any("look like Latin ones: \u0435ve@example.com" in it for it in found.view.warnings)


async def test_one_person_in_several_spellings_goes_once(tmp_path: Path) -> None:
    spellings = ["'cem@example.com", "Cem@example.com", "<CEM@example.com>", "\uff43em@example.com"]
    domains = ["bea@b\u00fccher.example.com", "bea@xn--bcher-kva.example.com", "bea@BU\u0308CHER.example.com"]
    found = await planned("\n".join(["Email", *spellings, *domains]), tmp_path)
    assert [key(row["Email"]) for row in found.stored] == ["cem@example.com", "bea@b\u00fccher.example.com"]
    assert list(found.skipped) == [3, 4, 5, 7, 8]


async def test_somebody_on_the_do_not_contact_list_is_found_behind_a_text_mark(tmp_path: Path) -> None:
    found = await planned("Email\n'stop@saltmeadow.example.com\nann@example.com", tmp_path)
    assert [row["Email"] for row in found.stored] == ["ann@example.com"]
    assert "do-not-contact" in found.skipped[2]
