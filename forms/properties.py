"""Reads declared properties from a JSON object, and finds everything that is wrong with them at once."""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import TypeVar

from engine.declare import Declared, Parameter, ParameterInvalid
from engine.errors import Problem

MAXIMUM_TEXT = 5_000
"""How many characters one text of a form may have."""

_Read = TypeVar("_Read", bound=Declared)


def read(
    declared: type[_Read], values: Mapping[str, object], passed_over: frozenset[str] = frozenset()
) -> tuple[_Read | None, tuple[Problem, ...]]:
    """Return an instance of `declared`, None when it cannot be made, and what is wrong with `values`.

    Names in `passed_over` need no declaration. A text of spaces only counts as missing.
    """
    problems = tuple(_problems(declared, values, passed_over))
    if problems:
        return None, problems
    return declared.read({name: value for name, value in values.items() if name not in passed_over}), ()


def text_problem(label: str, text: str) -> Problem | None:
    """Return what is wrong with a text of the document, if anything: its length or characters that cannot be shown."""
    if len(text) > MAXIMUM_TEXT:
        message = f"{label} has {len(text)} characters; {MAXIMUM_TEXT} are allowed."
        return Problem("form.text-too-long", message, "Shorten it, or use several elements.")
    for position, character in enumerate(text, start=1):
        if _is_unprintable(character):
            message = f"{label} has the character U+{ord(character):04X} at {position}, which cannot be shown."
            return Problem("form.bad-character", message, "Remove it.")
    return None


def _is_unprintable(character: str) -> bool:
    """Tell controls except white space, surrogates, and the noncharacters U+FDD0 to U+FDEF (Unicode 16, 23.7)."""
    if character in "\t\n\r":
        return False
    return unicodedata.category(character) in {"Cc", "Cs"} or "\ufdd0" <= character <= "\ufdef"


def _problems(declared: type[Declared], values: Mapping[str, object], passed_over: frozenset[str]) -> Iterator[Problem]:
    known = {each.key: each for each in declared.parameters}
    for name in values.keys() - known.keys() - passed_over:
        remedy = f"Remove it; there are: {', '.join(known)}."
        yield Problem("form.unknown-property", f"There is no property {name[:100]!r} here.", remedy)
    missing = [each.label for each in declared.parameters if each.required and _is_missing(values.get(each.key))]
    if missing:
        labels = ", ".join(missing)
        yield Problem("form.missing-property", f"Properties Missing: {labels}.", f"Fill in {labels}.")
    for name, each in known.items():
        if not _is_missing(values.get(name)):
            yield from _value_problems(each, values[name])


def _is_missing(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _value_problems(parameter: Parameter, value: object) -> Iterator[Problem]:
    if isinstance(value, str) and (problem := text_problem(parameter.label, value)):
        yield problem
        return
    try:
        parameter.convert(value)
    except (ParameterInvalid, ValueError) as error:
        yield Problem("form.invalid-property", str(error), f"Change {parameter.label}.")
