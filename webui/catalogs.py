"""The languages that the pages speak, and their texts.

A language is there when `translations/<locale>/LC_MESSAGES/messages.mo` is: compiled from the `.po` file beside it
when the package is installed. English needs no catalog, and is all that is offered where nothing was compiled.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale
from babel.support import NullTranslations, Translations

TRANSLATIONS = Path(__file__).parent / "translations"
DOMAIN = "messages"


@dataclass(frozen=True, slots=True)
class Language:
    """One language that the pages can be read in."""

    tag: str
    """As in HTML and HTTP (RFC 5646): `de`, `pt-BR`."""
    name: str
    """In the language itself."""
    direction: str
    """Of its script: `ltr` or `rtl`."""


ENGLISH = Language("en", "English", "ltr")
"""What the texts are written in."""


def N_(text: str) -> str:  # noqa: N802 - gettext's own name
    """Mark a text for the catalogs where it stands; it is translated where it is shown."""
    return text


def offered() -> tuple[Language, ...]:
    """Return the languages that there are texts in, by their names."""
    return _offered(TRANSLATIONS)


def say(tag: str) -> Callable[[str], str]:
    """Return what translates our own texts into an offered language; in any other, they stay as they are."""
    if tag not in {each.tag for each in offered()}:
        return str
    return _say(TRANSLATIONS, tag)


@cache
def _offered(folder: Path) -> tuple[Language, ...]:
    compiled = (catalog.parents[1].name for catalog in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return tuple(sorted((ENGLISH, *map(_language, compiled)), key=lambda each: each.name.casefold()))


def _language(folder: str) -> Language:
    locale = Locale.parse(folder)
    name = locale.get_display_name() or folder
    return Language(folder.replace("_", "-"), name[:1].upper() + name[1:], locale.text_direction)


def texts(tag: str) -> NullTranslations:
    """Return the texts in an offered language, loaded once; those of English are what the program says."""
    return _texts(TRANSLATIONS, tag)


@cache
def _texts(folder: Path, tag: str) -> NullTranslations:
    return Translations.load(folder, [tag.replace("-", "_")], DOMAIN)


@cache
def _say(folder: Path, tag: str) -> Callable[[str], str]:
    catalog = _texts(folder, tag)

    def translated(text: str) -> str:
        # The empty text is the key of a catalog's own header.
        return catalog.gettext(text) if text else text

    return translated
