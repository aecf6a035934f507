"""A thing comes into a settings document and out of it, and all the rest stays as it was."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.client_settings.documents.edit import Form, entry, put, read, take
from saleshandy_mcp.client_settings.documents.placement import Broken, Placement

IN_TABLE = Placement(("servers",), "ours", {"command": "run", "args": ["serve"], "env": {"A": "b"}})
IN_LIST = Placement(("servers",), "ours", {"name": "ours", "command": "run"}, by="name")
DEEP = Placement(("a", "b"), "ours", {"command": "run"})

JSONS = [
    "",
    "{}",
    '{\n  "servers": {}\n}\n',
    '{"servers": {"other": {"command": "x"}}}',
    '{\n\t"theme": "dark", // kept\n\t"servers": {\n\t\t"other": {"command": "x"}, // last\n\t\t// none\n\t},\n}\n',
    '{\r\n  "servers": {\r\n    "other": {}\r\n  }\r\n}',
    '// head\n{\n  /* {"servers": 1} */\n  "text": "// no comment, \\" /*",\n  "servers": {\n    // empty\n  }\n}\n',
    '{ "servers": null, "n": [1, 2, ] }\n',
    "// only a remark\n",
    '{\n  "servers": {"other": {"command": "x"}},\n  "after": 1\n}',
]
TOMLS = [
    "",
    '# mine\nmodel = "x"   # kept\n',
    '[servers.other]\ncommand = "x"\n\n[after]\nn = 1\n',
    'servers = { other = { command = "x" } }\n',
    '[servers]\nother = { command = "x" }\n[after]\nn = 1',
    "[after]\r\nn = 1\r\n",
    '[servers.other]\ncommand = "x"\n[between]\nm = 2\n[servers.third]\ncommand = "y"\n',
]
YAMLS = [
    "",
    "# mine\nmodel: x   # kept\n",
    "servers:\n  other:\n    command: x  # kept\n\n# after\nafter: 1\n",
    "servers:\n    other:\n        command: x",
    "servers: {}\nafter: 'quoted'\n",
    "servers:\nafter: 1\n",
    "{}\n",
    "servers:\r\n  other:\r\n    text: |\r\n      two\r\n      lines\r\nafter: 1\r\n",
    "---\nafter: 1\n",
]
LISTS = [
    "",
    "servers: []\nafter: 1\n",
    "servers:\n  - name: other\n    command: x\n  # after the last\nafter: 1\n",
    "servers:\n- name: other\n  command: x\nafter: 1\n",
    "after: 1\n",
]
CASES: list[tuple[Form, str, Placement]] = [
    *(("json", text, it) for text in JSONS for it in (IN_TABLE, DEEP)),
    *(("toml", text, it) for text in TOMLS for it in (IN_TABLE, DEEP)),
    *(("yaml", text, it) for text in YAMLS for it in (IN_TABLE, DEEP)),
    *(("yaml", text, IN_LIST) for text in LISTS),
    ("json", '{"servers": [{"name": "other"}]}', IN_LIST),
    ("json", '{\n  "servers": [\n    {"name": "other"} // kept\n  ]\n}', IN_LIST),
    ("json", '{"servers": []}', IN_LIST),
]
each = pytest.mark.parametrize(("form", "text", "it"), CASES)


def lines_kept(before: str, after: str) -> bool:
    """Whether each line of before is in after, in order, but for commas."""
    rest = iter(line.replace(",", "").rstrip() for line in after.splitlines())
    return all(any(line.replace(",", "").rstrip() == other for other in rest) for line in before.splitlines())


@each
def test_it_comes_in_and_out_again(form: Form, text: str, it: Placement) -> None:
    after = put(form, text, [it])
    assert entry(form, after, it) == it.value
    assert entry(form, take(form, after, [it]), it) is None


@each
def test_what_is_put_twice_stands_there_once(form: Form, text: str, it: Placement) -> None:
    once = put(form, text, [it])
    assert put(form, once, [it]) == once


@each
def test_a_new_value_takes_the_place_of_the_old(form: Form, text: str, it: Placement) -> None:
    other = Placement(it.path, it.name, {**it.value, "command": "walk", "more": [1, True]}, it.by)
    assert entry(form, put(form, put(form, text, [it]), [other]), it) == other.value


@pytest.mark.parametrize(
    ("form", "text"),
    [("json", JSONS[4]), ("json", JSONS[6]), ("toml", TOMLS[2]), ("toml", TOMLS[6]), ("yaml", YAMLS[2])],
)
def test_lines_and_remarks_of_others_stay(form: Form, text: str) -> None:
    after = put(form, text, [IN_TABLE])
    assert lines_kept(text, after)
    assert lines_kept(text, take(form, after, [IN_TABLE]))


def test_line_ends_stay() -> None:
    cases: list[tuple[Form, str]] = [("json", JSONS[5]), ("toml", TOMLS[5]), ("yaml", YAMLS[7])]
    for form, text in cases:
        after = put(form, text, [IN_TABLE])
        assert after.count("\n") == after.count("\r\n") > text.count("\n")


@pytest.mark.parametrize(
    ("form", "text", "line"),
    [
        ("json", '{\n  "a": 1\n  "b": 2\n}', 3),
        ("json", '{"a": 1', 1),
        ("json", "[1]", 1),
        ("json", '{\n"servers": 1}', 2),
        ("json", '{"servers": {},\n"servers": {}}', 2),
        ("json", "{,}", 1),
        ("json", "[" * 100_000, None),
        ("toml", "a = 1\nb = \n", 2),
        ("toml", "servers = 1\n", None),
        ("yaml", "a: 1\n b: 2\n", 2),
        ("yaml", "a: [1\n", 2),
        ("yaml", "servers: 1\n", 1),
        ("yaml", "a: 1\n---\nb: 1\n", 2),
        ("yaml", "- 1\n", 1),
    ],
)
def test_a_broken_document_is_refused_with_its_line(form: Form, text: str, line: int | None) -> None:
    with pytest.raises(Broken) as refused:
        put(form, text, [IN_TABLE])
    assert refused.value.line in (line, None)
    assert refused.value.what


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("yaml", "servers: {other: {command: x}}\n"),
        ("yaml", "servers: &s\n  other: 1\nmore: *s\n"),
        ("yaml", "a: &s {x: 1}\nservers: *s\n"),
        ("yaml", "a: &s\n  b: *s\n"),
    ],
)
def test_what_cannot_be_changed_without_changing_more_is_refused(form: Form, text: str) -> None:
    with pytest.raises(Broken):
        put(form, text, [IN_TABLE])


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=4), plain, max_size=4), st.sampled_from([None, 1, 2, "\t"]))
def test_any_json_keeps_all_else(data: dict[str, Any], indent: int | str | None) -> None:
    data.pop("servers", None)
    text = json.dumps(data, indent=indent)
    after = put("json", text, [IN_TABLE])
    assert read("json", after) == {**data, "servers": {"ours": IN_TABLE.value}}
    assert read("json", take("json", after, [IN_TABLE])) == {**data, "servers": {}}
