"""Keys of both products as people set them: what is no key is told in words, and never repeated."""

import os
from pathlib import Path

import pytest

from saleshandy_mcp.core.keys.found_key import found_key
from saleshandy_mcp.core.settings import Settings

NAMES = ("SALESHANDY_API_KEY", "SALESSHEET_API_KEY")
KEY = "k4XzT-canary_9"
both = pytest.mark.parametrize("name", NAMES)


def refusal(environ: dict[str, str], name: str) -> str:
    with pytest.raises(ValueError, match=name) as caught:
        found_key(environ, name)
    return str(caught.value)


@both
@pytest.mark.parametrize("text", [KEY, f"  {KEY}\n", f"\t{KEY}\r\n"])
def test_blanks_around_a_key_do_not_count(name: str, text: str) -> None:
    key, warning = found_key({name: text}, name)
    assert key
    assert (key.get_secret_value(), warning) == (KEY, "")


@both
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f'"{KEY}"', "has quotes around the key"),
        (f"'{KEY}'", "has quotes around the key"),
        (f"“{KEY}”", "has quotes around the key"),
        (f'" {KEY} "', "has quotes around the key"),
        (f'{KEY}"', "has quotes around the key"),
        ("${SALESHANDY_API_KEY}", "the name of a variable instead of a key"),
        ("${env:SALESHANDY_API_KEY}", "the name of a variable instead of a key"),
        ("${input:saleshandy-key}", "the name of a variable instead of a key"),
        ("${user_config.api_key}", "the name of a variable instead of a key"),
        ("$SALESHANDY_API_KEY", "the name of a variable instead of a key"),
        ("%SALESHANDY_API_KEY%", "the name of a variable instead of a key"),
        ("{{ secrets.KEY }}", "the name of a variable instead of a key"),
        ("paste-your-key-here", "the words of an example"),
        ("YOUR_API_KEY", "the words of an example"),
        ("<your key>", "the words of an example"),
        ("your-saleshandy-api-key", "the words of an example"),
        ("...", "the words of an example"),
        ("xxxxxxxx", "the words of an example"),
        (f"Bearer {KEY}", "begins with the word Bearer"),
        (f"{KEY} {KEY}", "characters that no key has, such as a blank"),
        (f"{KEY}\n{KEY}", "characters that no key has"),
        (f"{KEY}\u200b", "characters that no key has"),
        ("clé", "characters that no key has"),
    ],
)
def test_what_is_no_key_is_told(name: str, text: str, said: str) -> None:
    told = refusal({name: text}, name)
    assert said in told
    assert "canary" not in told


@both
@pytest.mark.parametrize("content", [KEY, f"{KEY}\n", f"\ufeff{KEY}\r\n\n"])
def test_a_key_is_read_from_a_file(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / "key"
    path.touch(mode=0o600)
    path.write_bytes(content.encode())
    key, warning = found_key({f"{name}_FILE": f" {path} "}, name)
    assert key
    assert (key.get_secret_value(), warning) == (KEY, "")


@both
@pytest.mark.parametrize(
    "content", [b"", b"\n \n", b"\xff\xfe", b"x" * 5000, f"{KEY}\n# of ours\n".encode(), f'"{KEY}"'.encode()]
)
def test_a_file_that_holds_something_else_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / "key").write_bytes(content)
    told = refusal({f"{name}_FILE": str(tmp_path / "key")}, name)
    assert f"{name}_FILE" in told
    assert "canary" not in told


@both
def test_a_file_that_is_not_there_or_is_a_folder_is_named(tmp_path: Path, name: str) -> None:
    for place in (tmp_path / "none", tmp_path):
        assert str(place) in refusal({f"{name}_FILE": str(place)}, name)


@both
def test_a_key_and_a_file_at_once_are_refused(name: str) -> None:
    assert "keep one of them" in refusal({name: KEY, f"{name}_FILE": "/nowhere"}, name)


@pytest.mark.skipif(os.name == "nt", reason="no modes of files there")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o602])
def test_a_file_that_others_may_use_is_told_and_taken(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    path.write_text(KEY, encoding="utf-8")
    path.chmod(mode)
    chosen = Settings.from_env({"SALESSHEET_API_KEY_FILE": str(path)})
    assert chosen.crm_key
    assert chosen.warnings == (
        f"SALESSHEET_API_KEY_FILE: other users of this machine may read {path}. Mend it: chmod 600 {path}",
    )
    path.chmod(0o600)
    assert not Settings.from_env({"SALESSHEET_API_KEY_FILE": str(path)}).warnings


def test_nothing_set_is_no_key() -> None:
    assert found_key({}, NAMES[0]) == (None, "")
    assert found_key({NAMES[0]: " ", f"{NAMES[0]}_FILE": " "}, NAMES[0]) == (None, "")
