"""Which of some texts fit a query in plain words: BM25, as tool search does it. Pure."""

import math
import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

_K, _B = 1.2, 0.75
_EMPTY = frozenset(
    re.findall(
        r"\w+",
        "a an the of to for in on at by with from into as than then and or but if so no not is are was were be been do "
        "did does done have has had i me my we us our you your he him his she her they them their it its this that "
        "these those there here what which who how when where will would should can could let please",
    )
)
"""Words that say nothing of what is wanted."""


def ranked(query: str, texts: Mapping[str, str]) -> list[str]:
    """The names of the texts that share a word with the query, best first; of equal ones in their order.

    Args:
        query: plain words.
        texts: by name; the name counts as part of its text.
    """
    found = scores(query, texts)
    return sorted(found, key=lambda name: -found[name])


def scores(query: str, texts: Mapping[str, str]) -> dict[str, float]:
    """How well each text fits that shares a word with the query; the name counts as part of its text."""
    documents, holding, average = _index(tuple(texts.items()))
    asked = words(query)
    found: dict[str, float] = {}
    for name, document in documents.items():
        length = _K * (1 - _B + _B * document.total() / average)
        found[name] = sum(
            math.log(1 + (len(documents) - holding[word] + 0.5) / (holding[word] + 0.5))
            * (document[word] * (_K + 1) / (document[word] + length))
            for word in asked
            if word in document
        )
    return {name: score for name, score in found.items() if score > 0}


@lru_cache(maxsize=8)
def _index(texts: tuple[tuple[str, str], ...]) -> tuple[dict[str, Counter[str]], Counter[str], float]:
    """How often each word stands in each text, in how many texts it stands, and how many words a text has.

    The same texts are searched again and again, so this is kept.
    """
    documents = {name: Counter(words(f"{name} {text}")) for name, text in texts}
    holding = Counter(word for document in documents.values() for word in document)
    average = sum(document.total() for document in documents.values()) / max(len(documents), 1)
    return documents, holding, average or 1.0


def words(text: str) -> list[str]:
    """The words that tell something, in lower case and without their commonest endings."""
    return [_stem(word) for word in re.findall(r"[a-z0-9]+", text.casefold()) if word not in _EMPTY]


def _stem(word: str) -> str:
    word = word[:-3] + "y" if word.endswith(("ies", "ied")) else word.removesuffix("s")
    for ending in ("ing", "ed", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word
