"""Each link of the documentation leads somewhere."""

import re
from pathlib import Path

import pytest

from tests.docs_site.pages import BESIDE, ROOT, anchors, links, page, sources

PAGES = [ROOT / "README.md", ROOT / "manifests/README.md", *sources().values()]


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_each_link_leads_to_a_file_and_to_a_heading_of_it(file: Path) -> None:
    wrong: list[str] = []
    for target, anchor in links(file.read_text(encoding="utf-8")):
        path = (file.parent / target).resolve() if target else file
        if not path.exists() or (anchor and anchor not in anchors(path.read_text(encoding="utf-8"))):
            wrong.append(f"{target}#{anchor}")
    assert wrong == []


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_each_column_of_a_table_has_a_name(file: Path) -> None:
    heads = re.findall(r"^ *(\|.*\|)\n *\|[-:| ]+\|$", file.read_text(encoding="utf-8"), re.MULTILINE)
    assert [head for head in heads if re.search(r"\|\s*\|", head)] == []


def test_lists_and_bars_are_as_the_generator_reads_them() -> None:
    fence = "```text\n   as it is `a\\|b`\n```\n"
    assert page("x.md", f"1. One:\n   - in it\n\n   ```\n   x\n   ```\n{fence}", frozenset()) == (
        f"1. One:\n    - in it\n\n    ```\n    x\n    ```\n{fence}"
    )
    assert page("x.md", "| `a [b\\|<c>]` | `d` |", frozenset()) == "| <code>a [b&#124;&lt;c&gt;]</code> | `d` |"


def test_a_link_to_another_page_is_one_on_the_site_and_a_link_to_code_is_its_text() -> None:
    places = frozenset({"cli.md", "install/index.md", "install/cursor.md", "CHANGELOG.md"})
    assert page("install/cursor.md", "[a](../cli.md#keys)", places) == "[a](../cli.md#keys)"
    assert page("cli.md", "[a](install) [b](../tests/kit.py)", places) == "[a](install/index.md) b"
    assert page("cli.md", "[a](../CHANGELOG.md)", places) == "[a](CHANGELOG.md)"
    assert page(BESIDE[0], "[a](docs/cli.md)", places) == "[a](cli.md)"
    assert page("cli.md", "[a](https://example.com)", places) == "[a](https://example.com)"
