"""Names in any script: normal form, script, one romanisation, and keys under which they sound alike."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from records.romanisation import HONORIFICS, SHORT_FORMS, romanise_word, script_of

_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f\u0900-\u0dff\u200c\u200d]+[^\W_]*)*", re.UNICODE)
_FINE = (
    ("ksh", "ks"), ("x", "ks"), ("chh", "c"), ("ch", "c"), ("sh", "s"), ("zh", "l"), ("kh", "k"),
    ("gh", "g"), ("jh", "j"), ("th", "t"), ("dh", "d"), ("ph", "f"), ("bh", "b"), ("ck", "k"),
    ("q", "k"), ("z", "j"), ("w", "v"), ("p", "p"),
)  # fmt: skip
# Letters that one script or another does not tell apart: Tamil writes k and g, t and d, p and b alike.
# Bengali writes b for v, and nobody agrees on the first vowel of Imran or the last letters of Singh.
_COARSE = str.maketrans(
    {"g": "k", "d": "t", "b": "p", "f": "p", "v": "p", "j": "c", "s": "c", "i": "a", "u": "a"}
)
_COARSE_PAIRS = (("nk", "n"), ("tc", "kc"))
_VOWEL_CLASS = str.maketrans({"e": "i", "y": "i", "o": "u"})
_SHORTEST_WORD = 2


@dataclass(frozen=True)
class IndexedName:
    """A name as the search needs it.

    Attributes:
        text: In Unicode normal form C, else as written.
        script: ISO 15924 code of most of its letters.
        romanised: Words in Latin letters without marks, lower case, honorifics left out.
        keys: Sound keys of its words: fine ones begin with ``f:``, coarse ones with ``c:``.
    """

    text: str
    script: str
    romanised: str
    keys: tuple[str, ...]


def index_name(text: str) -> IndexedName:
    """Prepare one name for storage and search."""
    composed = unicodedata.normalize("NFC", text)
    words = romanised_words(composed)
    keys = sorted({key for word in words for key in word_keys(word)})
    return IndexedName(composed, script_of(composed), " ".join(words), tuple(keys))


def romanised_words(text: str) -> list[str]:
    """Return the words of a name in Latin letters; honorifics are dropped, short forms spelt out."""
    words = [romanise_word(word) for word in _WORD.findall(unicodedata.normalize("NFC", text))]
    kept = [SHORT_FORMS.get(word, word) for word in words if word]
    return [word for word in kept if word not in HONORIFICS] or kept


def word_keys(word: str) -> tuple[str, ...]:
    """Return the sound keys of one romanised word; an initial has only itself."""
    if len(word) < _SHORTEST_WORD:
        return (f"i:{word}",)
    fine = _sound(word)
    coarse = fine.translate(_COARSE)
    for written, heard in _COARSE_PAIRS:
        coarse = coarse.replace(written, heard)
    return (f"f:{fine}", f"c:{coarse}", f"i:{word[0]}")


def _sound(word: str) -> str:
    """Consonants in order, aspirates and doubles merged; a vowel counts only at the beginning."""
    for written, heard in _FINE:
        word = word.replace(written, heard)
    start = word[0].translate(_VOWEL_CLASS)
    rest = re.sub(r"[aeiouyh]", "", word[1:])
    return re.sub(r"(.)\1+", r"\1", start + rest)


def similarity(first: Sequence[str], second: Sequence[str]) -> float:
    """Return from 0 to 1 how alike two names are, whatever the order of their words.

    Each word of the shorter name is paired with its most similar unused word of the other; an initial
    agrees with any word that begins with it. Words left over lower the value a little, since a
    father's or a house's name is often left out.
    """
    short, long = sorted((list(first), list(second)), key=len)
    if not short:
        return 0.0
    unused, total = list(long), 0.0
    for word in sorted(short, key=len, reverse=True):
        best = max(unused, key=lambda other: _word_similarity(word, other))
        total += _word_similarity(word, best)
        unused.remove(best)
    return total / len(short) - 0.05 * min(len(unused), 4)


def _word_similarity(first: str, second: str) -> float:
    if first == second:
        return 1.0
    if min(len(first), len(second)) == 1:
        return 0.85 if first[0] == second[0] else 0.0
    alike = 1 - _edit_distance(first, second) / max(len(first), len(second))
    return max(alike, 0.9) if _sound(first) == _sound(second) else alike


def _edit_distance(first: str, second: str) -> int:
    """Levenshtein distance."""
    row = list(range(len(second) + 1))
    for at, letter in enumerate(first, 1):
        diagonal, row[0] = row[0], at
        for to, other in enumerate(second, 1):
            diagonal, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, diagonal + (letter != other))
    return row[-1]
