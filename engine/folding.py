"""Texts as they are looked for: in whatever small and capital letters, composed or with combining marks.

The folding is NFKC with full case folding (Unicode 16.0, 3.13, D146 `toNFKC_Casefold`, but for the characters that
one cannot see), so that `STRASSE` finds `Straße` and a combining accent finds the letter that has it. The dot that
folding leaves above a Turkish İ is taken away, so that `istanbul` finds `İstanbul`.
"""

from unicodedata import normalize

LONGEST_KEY = 255
"""How many characters of a folded text are compared."""

LAST = "\U0010ffff"
"""Sorts after every other character."""


def folded(text: str) -> str:
    """Return a text as it is looked for, without spaces at its ends and as long as it is."""
    once = normalize("NFKC", normalize("NFD", text).casefold())
    # What was folded may be composed otherwise, and what was composed may fold again.
    return normalize("NFKC", once.casefold()).replace("i\u0307", "i").strip()


def key_of(text: str) -> str:
    """Return the same, no longer than a key can be."""
    return folded(text)[:LONGEST_KEY]
