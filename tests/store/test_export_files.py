"""The files of an export: private, replaced whole, and never over what is somebody else's."""

import errno
import os
from pathlib import Path

import pytest

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.store.export_files import ExportFiles

POSIX = pytest.mark.skipif(os.name != "posix", reason="modes and links of POSIX")


def begun(path: Path, content: bytes = b"a\nb\n") -> ExportFiles:
    files = ExportFiles(path)
    files.keep("state")
    files.open(0)
    files.append(content)
    return files


@POSIX
def test_all_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    begun(tmp_path / "a.csv").finish(None)
    begun(tmp_path / "b.csv")
    assert {it.name: it.stat().st_mode & 0o777 for it in tmp_path.iterdir()} == {
        "a.csv": 0o600,
        "a.csv.export.json": 0o600,
        "b.csv.partial": 0o600,
        "b.csv.export.json": 0o600,
    }


@POSIX
def test_a_file_that_its_owner_lets_others_read_stays_so_when_more_is_added(tmp_path: Path) -> None:
    files = begun(tmp_path / "a.csv")
    files.finish(None)
    files.path.chmod(0o640)
    files.open(4)
    files.append(b"c\n")
    files.finish(4)
    assert (files.path.read_bytes(), files.path.stat().st_mode & 0o777) == (b"a\nb\nc\n", 0o640)


def test_what_the_state_does_not_count_is_cut_off(tmp_path: Path) -> None:
    files = begun(tmp_path / "a.csv", b"a\nb\nhalf a li")
    assert list(files.open(4)) == ["a\n", "b\n"]
    assert files.making.read_bytes() == b"a\nb\n"


@pytest.mark.parametrize("name", ["a.csv", "a.csv.partial"])
def test_a_file_that_no_export_wrote_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine", encoding="utf-8")
    with pytest.raises(Mistake, match=f"{name} is there already"):
        ExportFiles(tmp_path / "a.csv").refuse_foreign()


def test_a_file_that_came_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    files = begun(tmp_path / "a.csv")
    files.path.write_text("mine", encoding="utf-8")
    with pytest.raises(Mistake, match="was not replaced"):
        files.finish(None)
    assert files.path.read_text(encoding="utf-8") == "mine"
    assert files.making.read_bytes() == b"a\nb\n"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Mistake, match=r"there is no folder .*nowhere"):
        ExportFiles(tmp_path / "nowhere" / "a.csv").refuse_foreign()


def test_an_export_whose_rows_are_gone_does_not_begin_anew_by_itself(tmp_path: Path) -> None:
    files = begun(tmp_path / "a.csv")
    files.making.unlink()
    with pytest.raises(Mistake, match=r"a\.csv\.partial is gone or was cut"):
        files.open(4)


@POSIX
def test_no_link_is_followed_when_rows_are_written(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    (tmp_path / "a.csv.partial").symlink_to(tmp_path / "mine")
    with pytest.raises(Mistake, match="cannot be written"):
        ExportFiles(tmp_path / "a.csv").open(0)
    assert (tmp_path / "mine").read_text(encoding="utf-8") == "mine"


def test_a_full_disk_is_told_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = begun(tmp_path / "a.csv")

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.write", full)
    with pytest.raises(Mistake, match=r"a\.csv\.partial cannot be written \(No space left on device\)"):
        files.append(b"c\n")
