"""The languages of a form: every text can have translations.

    {"type": "text", "text": "Hello", "translations": {"de": {"text": "Hallo"}, "fr": {"text": "Bonjour"}}}

A translation names its property by the path in the element (`validate.patternErrorMessage`); the rows of a list have
translations of their own, and so has the document (for its title). What is not translated stays as it is.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.errors import Problem
from forms.source import Located

TRANSLATIONS = "translations"

MAXIMUM_LANGUAGES = 50
"""How many languages a form may have translations for."""

Paths = frozenset[str]
"""The texts of an object that can be translated, by their paths in it: `validate.patternErrorMessage`."""

Texts = Callable[[Located], Mapping[str, Paths]]
"""Tells them of the document or an element, under an empty name, and of the rows of its lists, under their names."""

_NO_PATHS: Paths = frozenset()

_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
"""The language tags that a form may use (RFC 5646, 2.1, without extensions)."""

RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"})
"""The languages that are written from right to left."""


def direction(language: str) -> str:
    """Return the HTML `dir` of a language."""
    return "rtl" if language.partition("-")[0].lower() in RIGHT_TO_LEFT else "ltr"


def lookup(wanted: str, offered: frozenset[str]) -> str | None:
    """Return the offered language that fits best: `de` for `de-AT` (RFC 4647, 3.4); None when none does."""
    known = {each.lower(): each for each in offered}
    parts = wanted.lower().split("-")
    while parts:
        if "-".join(parts) in known:
            return known["-".join(parts)]
        parts.pop()
    return None


def offered(value: object) -> frozenset[str]:
    """Return the languages that anything in a document has translations for."""
    return frozenset(_offered(value))


def _offered(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        table = value.get(TRANSLATIONS)
        if isinstance(table, dict):
            yield from (tag for tag, texts in table.items() if texts)
        for name, each in value.items():
            if name != TRANSLATIONS:
                yield from _offered(each)
    elif isinstance(value, list):
        for each in value:
            yield from _offered(each)


def in_language(value: Any, language: str | None) -> Any:
    """Return a copy of a part of a document, in a language, without its translations; None is as it was written."""
    if isinstance(value, list):
        return [in_language(each, language) for each in value]
    if not isinstance(value, Located):
        return value
    copy = Located({name: in_language(each, language) for name, each in value.items() if name != TRANSLATIONS})
    copy.line = value.line
    table = value.get(TRANSLATIONS)
    texts = table.get(language) if isinstance(table, dict) and language is not None else None
    for path, text in texts.items() if isinstance(texts, dict) else ():
        *way, last = path.split(".")
        target: Any = copy
        for part in way:
            target = target.get(part)
            if not isinstance(target, dict):
                break
        else:
            if isinstance(text, str) and text:
                target[last] = text
    return copy


def problems(value: Located, texts: Texts) -> Iterator[tuple[int, Problem]]:
    """Find what is wrong with the translations of a document, each with its line.

    `texts` tells of a JSON object which texts of it, and of the rows of its lists, can be translated.
    """
    if len(found := offered(value)) > MAXIMUM_LANGUAGES:
        message = f"There are translations into {len(found)} languages; {MAXIMUM_LANGUAGES} are allowed."
        yield value.line, Problem("form.too-many-languages", message, "Remove some.")
        return
    yield from _problems(value, texts(value), texts)


def _problems(value: Located, known: Mapping[str, Paths], texts: Texts) -> Iterator[tuple[int, Problem]]:
    if TRANSLATIONS in value:
        for problem in _table_problems(value, value[TRANSLATIONS], known.get("", _NO_PATHS)):
            yield value.line, problem
    for name, inside in value.items():
        if name == TRANSLATIONS:
            continue
        rows = {"": known[name]} if name in known else {}
        for each in inside if isinstance(inside, list) else [inside]:
            if isinstance(each, Located):
                yield from _problems(each, texts(each) if name == "components" else rows, texts)


def _table_problems(element: Located, table: object, known: Paths) -> Iterator[Problem]:
    remedy = 'Write {"de": {"label": "…"}}.'
    if not isinstance(table, dict):
        yield Problem("form.bad-translations", "translations is not a JSON object.", remedy)
        return
    for tag, translated in table.items():
        if not _TAG.fullmatch(tag):
            message = f"translations: {tag[:50]!r} is not a language tag."
            yield Problem("form.bad-translations", message, "Write one such as de or pt-BR.")
        if not isinstance(translated, dict) or not all(isinstance(text, str) for text in translated.values()):
            yield Problem("form.bad-translations", f"translations: {tag[:50]!r} holds no texts.", remedy)
            continue
        for path in translated:
            if path not in known or not _is_text(element, path):
                message = f"translations: {tag[:50]} has a text for {path[:100]!r}, which is no text of this element."
                yield Problem("form.bad-translations", message, "Remove it, or write the property itself first.")


def _is_text(element: Located, path: str) -> bool:
    place: Any = element
    for part in path.split("."):
        place = place.get(part) if isinstance(place, dict) else None
    return isinstance(place, str)
