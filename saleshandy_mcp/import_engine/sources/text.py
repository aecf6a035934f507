"""Text files: the first of two passes finds the encoding and pins the file, the second reads it."""

import codecs
import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from typing import IO, NamedTuple

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.sources.table import DAMAGE, Pin, SourceRow

HEAD = 65_536
_CHUNK = 1 << 18
_SAMPLE = 65_536
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_TOLD = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
_LIKELY = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "mac_roman", "cp932", "gb18030", "big5", "cp949"]
_NOT_WESTERN = re.compile("[^\x00-\x7f]{3}|[\xa4\xa6\xa8\xac\xaf\xb3\xb6\xb8\xb9\xbe\xa2\xa5\u0192\u02c6\u2030]")
"""What shows up when a text in another language is read as Western: three such signs in a row, or odd ones."""
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
        damaged: some bytes fit no encoding, or are NUL; `undamaged` tells the rows that hold them.
    """

    pin: Pin
    codec: str
    guessed: bool
    head: str
    damaged: bool = False

    @property
    def encoding(self) -> str:
        """In the words of people."""
        return _TOLD.get(self.codec, self.codec.replace("cp125", "Windows-125"))


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
    guessed = False
    passed = _pass(file, codec)
    if passed.wrong is not None and not said and codec == "utf-8" and b"\0" not in start:
        codec = _guess(file, name)
        guessed = codec != "utf-8"
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
    return Text(passed.pin, codec, guessed, head, damaged)


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


def _guess(file: IO[bytes], name: str) -> str:
    """The likeliest encoding of a file that is not all UTF-8, by its lines that are not ASCII.

    Raises:
        Mistake: when nothing fits.
    """
    file.seek(0)
    lines: list[bytes] = []
    size = 0
    for line in file:
        if not line.isascii():
            lines.append(line[:_SAMPLE])
            size += len(lines[-1])
        if size > _SAMPLE:
            break
    if sum(map(_is_utf8, lines)) > len(lines) / 2:
        return "utf-8"
    codec = _likeliest(b"".join(lines))
    if codec is None:
        raise Mistake(f"file: {name} is in no encoding that could be told", _REMEDY)
    return codec


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _likeliest(sample: bytes) -> str | None:
    """Western (cp1252) where that reads well and nothing else reads better: a few signs alone prove little."""
    from charset_normalizer import from_bytes  # noqa: PLC0415 - slow to load, and seldom needed

    matches = from_bytes(sample, cp_isolation=_LIKELY, enable_fallback=False)
    best = matches.best()
    try:
        western = sample.decode("cp1252")
    except UnicodeDecodeError:
        western = ""
    if western and not _NOT_WESTERN.search(western):
        coherence = max((it.coherence for it in matches if it.encoding == "cp1252"), default=0)
        if best is None or best.coherence <= coherence or str(best) == western:
            return "cp1252"
    return best.encoding if best else None


def _line(file: IO[bytes], codec: str, place: int) -> int:
    """The line in which a byte is."""
    file.seek(0)
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(codec)("replace"), translate=True)
    line = 1
    while place > 0 and (chunk := file.read(min(_CHUNK, place))):
        line += decoder.decode(chunk).count("\n")
        place -= len(chunk)
    return line
