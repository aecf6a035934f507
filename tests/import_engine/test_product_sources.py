"""The headers of exports: what was seen in public stands in the samples, and the documents tell the true figures."""

from pathlib import Path

import pytest

from saleshandy_mcp.import_engine.mapping.presets import word
from tests.import_engine.product_sources import samples, sources, table
from tests.import_engine.test_presets import read

EVIDENCE = Path(__file__).parents[2] / "docs" / "imports-evidence.md"


@pytest.mark.parametrize("sample", samples())
def test_each_header_that_a_source_shows_is_in_the_sample(sample: str) -> None:
    there = set(map(word, read(sample)[0]))
    assert [name for it in sources() if sample in it.samples for name in it.headers if word(name) not in there] == []


def test_sources_are_for_samples_that_exist() -> None:
    assert {name for it in sources() for name in it.samples} <= set(samples())


def test_the_documents_have_the_table_of_headers_as_it_is() -> None:
    assert table() in EVIDENCE.read_text(encoding="utf-8"), "python -m tests.import_engine.product_sources prints it"
