"""Writes a word of any script in Latin letters: Indian scripts by Unicode's shared layout, Arabic by table.

The nine Indian blocks of Unicode repeat the layout of ISCII, so that one table of offsets serves them all.
"""

import unicodedata

_INDIC = {
    "Deva": 0x0900, "Beng": 0x0980, "Guru": 0x0A00, "Gujr": 0x0A80, "Orya": 0x0B00,
    "Taml": 0x0B80, "Telu": 0x0C00, "Knda": 0x0C80, "Mlym": 0x0D00,
}  # fmt: skip
_VOWELS = {
    0x05: "a", 0x06: "a", 0x07: "i", 0x08: "i", 0x09: "u", 0x0A: "u", 0x0B: "ri", 0x0C: "li", 0x0D: "e",
    0x0E: "e", 0x0F: "e", 0x10: "ai", 0x11: "o", 0x12: "o", 0x13: "o", 0x14: "au", 0x60: "ri", 0x61: "li",
}  # fmt: skip
_CONSONANTS = dict(
    zip(
        range(0x15, 0x3A),
        [
            "k", "kh", "g", "gh", "n", "ch", "chh", "j", "jh", "n", "t", "th", "d", "dh", "n", "t",
            "th", "d", "dh", "n", "n", "p", "ph", "b", "bh", "m", "y", "r", "r", "l", "l", "zh", "v",
            "sh", "sh", "s", "h",
        ],
        strict=True,
    )
) | {0x58: "k", 0x59: "kh", 0x5A: "g", 0x5B: "z", 0x5C: "r", 0x5D: "rh", 0x5E: "f", 0x5F: "y"}  # fmt: skip
_VOWEL_SIGNS = {
    0x3E: "a", 0x3F: "i", 0x40: "i", 0x41: "u", 0x42: "u", 0x43: "ri", 0x44: "ri", 0x45: "e", 0x46: "e",
    0x47: "e", 0x48: "ai", 0x49: "o", 0x4A: "o", 0x4B: "o", 0x4C: "au",
}  # fmt: skip
_NASAL = {0x01, 0x02, 0x70}
_NUKTA, _VIRAMA, _VISARGA = 0x3C, 0x4D, 0x03
_NUKTA_FORMS = {"j": "z", "ph": "f", "d": "r", "dh": "rh"}
_SINGLE = {
    "\u09ce": "t", "\u0a71": "", "\u0d7a": "n", "\u0d7b": "n", "\u0d7c": "r", "\u0d7d": "l", "\u0d7e": "l",
    "\u0d7f": "k", "\u09f0": "r", "\u09f1": "v",
}  # fmt: skip
_ARABIC = {
    "ا": "a", "آ": "a", "أ": "a", "إ": "i", "ب": "b", "پ": "p", "ت": "t", "ٹ": "t", "ث": "s", "ج": "j",
    "چ": "ch", "ح": "h", "خ": "kh", "د": "d", "ڈ": "d", "ذ": "z", "ر": "r", "ڑ": "r", "ز": "z", "ژ": "z",
    "س": "s", "ش": "sh", "ص": "s", "ض": "z", "ط": "t", "ظ": "z", "ع": "a", "غ": "gh", "ف": "f", "ق": "q",
    "ک": "k", "ك": "k", "گ": "g", "ل": "l", "م": "m", "ن": "n", "ں": "n", "و": "v", "ہ": "h", "ه": "h",
    "ھ": "h", "ة": "h", "ی": "i", "ي": "i", "ى": "a", "ے": "e", "ئ": "i", "ؤ": "u", "ء": "", "َ": "a",
    "ِ": "i", "ُ": "u", "ّ": "", "ْ": "",
}  # fmt: skip
_LATIN = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ŋ": "n"})
_SCRIPT_WORDS = {"LATIN": "Latn", "ARABIC": "Arab", "CYRILLIC": "Cyrl", "HAN": "Hani", "CJK": "Hani"}
_SCRIPT_WORDS |= {"MEETEI": "Mtei", "OL": "Olck", "TIBETAN": "Tibt", "GREEK": "Grek", "THAI": "Thai"}

HONORIFICS = frozenset(
    [
        "shri", "sri", "shree", "smt", "shrimati", "srimati", "kumari", "sushri", "mr", "mrs", "ms",
        "miss", "dr", "prof", "late", "adv", "alias", "urf", "janab",
    ]
)  # fmt: skip
"""Titles that say nothing about who is meant."""

SHORT_FORMS = {"md": "mohammad", "mohd": "mohammad", "mhd": "mohammad", "kr": "kumar"}
"""Usual short forms in Indian police records."""


def script_of(text: str) -> str:
    """Return the ISO 15924 code of the script most letters belong to; Zyyy when there are none."""
    counts: dict[str, int] = {}
    for letter in text:
        if unicodedata.category(letter)[0] in "LM":
            code = _letter_script(letter)
            counts[code] = counts.get(code, 0) + 1
    return max(counts, key=lambda code: counts[code]) if counts else "Zyyy"


def _letter_script(letter: str) -> str:
    point = ord(letter)
    for code, base in _INDIC.items():
        if base <= point < base + 0x80:
            return code
    return _SCRIPT_WORDS.get(unicodedata.name(letter, "").split(" ")[0], "Zzzz")


def romanise_word(word: str) -> str:
    """Return one word in lower-case Latin letters; letters of a script without a table stay as they are."""
    letters: list[str] = []
    for letter in unicodedata.normalize("NFC", word).casefold():
        base = next((base for base in _INDIC.values() if base <= ord(letter) < base + 0x80), None)
        if base is not None:
            _add_indic(letters, letter, ord(letter) - base)
        elif letter in _ARABIC:
            letters.append(_ARABIC[letter])
        elif letter.isalnum():
            letters.append(_plain(letter))
    if len(letters) > 2 and letters[-1] == _INHERENT:  # Hindi and its kin do not speak a final short a
        letters.pop()
    return "".join(letters).replace(_INHERENT, "a")


_INHERENT = "\x01"
"""Marks the short a that a consonant carries unless a sign says otherwise."""


def _add_indic(letters: list[str], letter: str, offset: int) -> None:
    carries_inherent = bool(letters) and letters[-1] == _INHERENT
    if letter in _SINGLE:
        letters.append(_SINGLE[letter])
    elif offset in _CONSONANTS:
        letters.extend((_CONSONANTS[offset], _INHERENT))
    elif offset in _VOWELS:
        letters.append(_VOWELS[offset])
    elif offset in _VOWEL_SIGNS or offset == _VIRAMA:
        if carries_inherent:
            letters.pop()
        letters.append(_VOWEL_SIGNS.get(offset, ""))
    elif offset == _NUKTA and carries_inherent:
        letters[-2] = _NUKTA_FORMS.get(letters[-2], letters[-2])
    elif offset in _NASAL:
        letters.append("n")
    elif offset == _VISARGA:
        letters.append("h")
    elif 0x66 <= offset <= 0x6F:
        letters.append(str(offset - 0x66))


def _plain(letter: str) -> str:
    bare = "".join(
        part
        for part in unicodedata.normalize("NFKD", letter.translate(_LATIN))
        if not unicodedata.combining(part)
    )
    return bare.casefold()
