"""Text files: the first of two passes finds the encoding and pins the file, the second reads it."""

import codecs
import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from typing import IO, NamedTuple

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.sources import letters
from saleshandy_mcp.import_engine.sources.table import DAMAGE, Pin, SourceRow

HEAD = 65_536
_CHUNK = 1 << 18
_SAMPLE = 65_536
_SHOWN = 3
_WORD = 40
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_TOLD = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
_ESCAPED = "surrogateescape"
_RARE = 1000
"""Up to one NUL among so many bytes is damage; more is another kind of file."""
_REMEDY = "Save it as CSV UTF-8 (Excel offers it as a file type)."


class Text(NamedTuple):
    """How a file is to be read.

    Attributes:
        codec: in Python's words.
        guessed: the encoding was neither marked nor proven.
        head: the first of its characters.
        others: encodings that read the letters nearly as well; a person should choose.
        doubtful: the first lines with letters that are no ASCII, each with its number, where the encoding was guessed.
        damaged: some bytes fit no encoding, or are NUL; `undamaged` tells the rows that hold them.
    """

    pin: Pin
    codec: str
    guessed: bool
    head: str
    damaged: bool = False
    others: tuple[str, ...] = ()
    doubtful: tuple[tuple[int, bytes], ...] = ()

    @property
    def encoding(self) -> str:
        """In the words of people."""
        return _TOLD.get(self.codec) or letters.name(self.codec)

    def sentence(self) -> str:
        """The letters that a guess rests on; empty where nothing was guessed."""
        if not self.guessed:
            return ""
        shown = ", ".join(f'line {number} "{self._word(line, self.codec)}"' for number, line in self.doubtful)
        if not self.others:
            return f"Read as {self.encoding}: {shown}"
        read = [f'"{self._word(self.doubtful[0][1], it)}" in {letters.name(it)} ({it})' for it in self.others]
        return f"Its letters can be read in several ways. As {self.encoding}: {shown}; the first is {' or '.join(read)}"

    @staticmethod
    def _word(line: bytes, codec: str) -> str:
        """The first word of a line with letters that are no ASCII."""
        words = re.findall(r"[^\s,;|\t\"]*[^\x00-\x7f][^,;|\t\"\r\n]*", line.decode(codec, "replace"))
        return words[0][:_WORD] if words else ""


class Hashing(io.BufferedIOBase):
    """A file that keeps the hash of what was read of it, and is read in large pieces."""

    name = ""  # a text wrapper asks for one

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file = file
        self._hash = hashlib.sha256()
        self._size = 0

    def readable(self) -> bool:
        return True

    def read1(self, _: int = -1, /) -> bytes:
        got = self._file.read(_CHUNK)
        self._hash.update(got)
        self._size += len(got)
        return got

    @property
    def pin(self) -> Pin:
        return Pin(self._hash.hexdigest(), self._size)


def examined(file: IO[bytes], name: str, said: str = "") -> Text:
    """Go through a file once; `said` is the encoding, if somebody says.

    Raises:
        Mistake: when it is not text in one encoding.
    """
    file.seek(0)
    start = file.read(HEAD)
    codec = said or _codec(start)
    guess: _Guess | None = None
    passed = _pass(file, codec)
    if passed.wrong is not None and not said and codec == "utf-8" and b"\0" not in start:
        guess = _guess(file, name)
        codec = guess.codec
        passed = _pass(file, codec)
    if passed.wrong is not None:
        if codec.startswith("utf-16"):
            line = _line(file, codec, passed.wrong)
            raise Mistake(f"file: line {line} of {name} holds bytes that are no UTF-16, unlike the rest", _REMEDY)
        passed = _pass(file, codec, _ESCAPED)._replace(wrong=passed.wrong)
    if passed.nuls * _RARE > passed.pin.size:
        raise Mistake(f"file: {name} is not a text file: it holds {passed.nuls:,} NUL characters", _REMEDY)
    damaged = passed.wrong is not None or passed.nuls > 0
    head = codecs.getincrementaldecoder(codec)(_ESCAPED if damaged else "strict").decode(start)
    if guess is None or codec == "utf-8":
        return Text(passed.pin, codec, guessed=False, head=head, damaged=damaged)
    return Text(passed.pin, codec, True, head, damaged, guess.others, guess.doubtful)  # noqa: FBT003 - its field


def undamaged(rows: Iterable[SourceRow], encoding: str) -> Iterator[SourceRow]:
    """The rows; one with bytes that fit no encoding, or with NUL, has that as its flaw."""
    for row in rows:
        found = DAMAGE.search("\n".join(row.values.values()))
        if found is None:
            yield row
        else:
            what = "a NUL character" if found[0] == "\0" else f"bytes that are no {encoding}"
            yield SourceRow(row.number, {}, f"holds {what}")


def pin(file: IO[bytes]) -> Pin:
    """What a file is, by a pass of its own."""
    file.seek(0)
    hashing = Hashing(file)
    for _ in _chunks(hashing):
        pass
    return hashing.pin


def reading(hashing: Hashing, seen: Text) -> io.TextIOWrapper:
    """The characters of a file, line ends as they are."""
    return io.TextIOWrapper(hashing, encoding=seen.codec, errors=_ESCAPED if seen.damaged else "strict", newline="")


class _Passed(NamedTuple):
    """What a pass has found: where the first byte is that does not fit the encoding, and how many NULs there are."""

    pin: Pin
    wrong: int | None
    nuls: int


def _pass(file: IO[bytes], codec: str, errors: str = "strict") -> _Passed:
    """Read to the end, unless a byte does not fit."""
    file.seek(0)
    hashing = Hashing(file)
    decoder = codecs.getincrementaldecoder(codec)(errors)
    nuls = 0
    try:
        for chunk in _chunks(hashing):
            nuls += decoder.decode(chunk).count("\0")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        # The decoder's object ends where the file was read to, and may begin in the chunk before.
        return _Passed(hashing.pin, hashing.pin.size - len(error.object) + error.start, nuls)
    return _Passed(hashing.pin, None, nuls)


def _chunks(hashing: Hashing) -> Iterator[bytes]:
    while chunk := hashing.read1():
        yield chunk


def _codec(start: bytes) -> str:
    """By the mark at the beginning, or by where the zero bytes of UTF-16 are; else UTF-8, until it proves wrong."""
    for mark, codec in _MARKS:
        if start.startswith(mark):
            return codec
    even, odd, tenth = start[::2].count(0), start[1::2].count(0), len(start) / 20
    if odd >= tenth and odd > 4 * even:
        return "utf-16-le"
    if even >= tenth and even > 4 * odd:
        return "utf-16-be"
    return "utf-8"


class _Guess(NamedTuple):
    codec: str
    others: tuple[str, ...] = ()
    doubtful: tuple[tuple[int, bytes], ...] = ()


def _guess(file: IO[bytes], name: str) -> _Guess:
    """The likeliest encoding of a file that is not all UTF-8, by its lines that are not ASCII.

    Raises:
        Mistake: when nothing fits.
    """
    file.seek(0)
    lines: list[bytes] = []
    first: list[tuple[int, bytes]] = []
    size = 0
    for number, line in enumerate(_raw_lines(file), start=1):
        if not line.isascii():
            lines.append(line[:_SAMPLE])
            size += len(lines[-1])
            if len(first) < _SHOWN:
                first.append((number, lines[-1]))
        if size > _SAMPLE:
            break
    if sum(map(_is_utf8, lines)) > len(lines) / 2:
        return _Guess("utf-8")
    found = letters.verdict(lines)
    if found is None:
        raise Mistake(f"file: {name} is in no encoding that could be told", _REMEDY)
    return _Guess(found.codec, found.others, tuple(first))


def _raw_lines(file: IO[bytes]) -> Iterator[bytes]:
    """Lines, also of a Mac, which ends them with a carriage return."""
    for line in file:
        yield from line.splitlines() if b"\r" in line[:-2] else (line,)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _line(file: IO[bytes], codec: str, place: int) -> int:
    """The line in which a byte is."""
    file.seek(0)
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(codec)("replace"), translate=True)
    line = 1
    while place > 0 and (chunk := file.read(min(_CHUNK, place))):
        line += decoder.decode(chunk).count("\n")
        place -= len(chunk)
    return line
