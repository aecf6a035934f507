"""The built site: it loads nothing from other hosts, and broken links end the build. Needs `make docs` once."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.docs_site.__main__ import SITE, gather, keep_inside
from tests.docs_site.pages import ROOT

LOADED = re.compile(
    r"""<(?:script|img|iframe|source|audio|video|embed)\b[^>]*\bsrc="?(?P<src>[^">\s]+)"""
    r"""|<link\b(?=[^>]*\brel="?(?:stylesheet|preload|icon|preconnect|modulepreload))[^>]*\bhref="?(?P<href>[^">\s]+)"""
    r"""|@import\s+(?:url\()?["']?(?P<sheet>[^"')]+)|url\(["']?(?P<url>[^"')]+)"""
)


built = pytest.mark.skipif(find_spec("zensical") is None or not SITE.exists(), reason="make docs builds the site")


def loaded(text: str) -> set[str]:
    """What a page or a style sheet loads by itself."""
    return {next(filter(None, found.groups())) for found in LOADED.finditer(text)}


def test_what_a_page_loads_is_seen() -> None:
    assert loaded('<script src=https://a.example/x></script><img alt="" src="/b.png">') == {
        "https://a.example/x",
        "/b.png",
    }
    assert loaded('<link rel="stylesheet" href="https://a.example/x.css">') == {"https://a.example/x.css"}
    assert loaded("@import url(//a.example/x); a { background: url('c.svg') }") == {"//a.example/x", "c.svg"}
    assert loaded('<a href="https://a.example">there</a><link rel="canonical" href="https://a.example">') == set()


def test_the_script_of_another_host_is_replaced_on_each_page(tmp_path: Path) -> None:
    (tmp_path / "assets/javascripts").mkdir(parents=True)
    (tmp_path / "install").mkdir()
    script = '<script src="https://unpkg.com/iframe-worker/shim"></script>'
    for name in ("index.html", "install/cursor.html"):
        (tmp_path / name).write_text(script, encoding="utf-8")
    keep_inside(tmp_path)
    for name in ("index.html", "install/cursor.html"):
        page = tmp_path / name
        (named,) = loaded(page.read_text(encoding="utf-8"))
        assert (page.parent / named).is_file()


def test_what_is_gathered_has_a_page_for_each_source_and_llms_txt(tmp_path: Path) -> None:
    gather(tmp_path)
    assert (tmp_path / "CHANGELOG.md").is_file()
    assert "(install/cursor.html)" in (tmp_path / "llms.txt").read_text(encoding="utf-8")


@built
def test_the_page_for_what_is_not_there_leads_to_the_start() -> None:
    assert 'There is no such page</h1><p>Begin at the <a href="/index.html">' in (SITE / "404.html").read_text("utf-8")


@built
def test_no_page_loads_anything_from_another_host() -> None:
    files = [path for path in SITE.rglob("*") if path.suffix in (".html", ".css")]
    assert len(files) > 50
    outside = {
        (path.relative_to(ROOT).as_posix(), it)
        for path in files
        for it in loaded(path.read_text(encoding="utf-8"))
        if re.match(r"(?:https?:)?//", it)
    }
    assert outside == set()
