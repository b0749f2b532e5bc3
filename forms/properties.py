"""Reads declared properties from a JSON object, and finds everything that is wrong with them at once."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from engine.declare import Declared, Parameter, ParameterInvalid
from engine.errors import Problem, Severity
from forms.template import Template, TemplateInvalid

MAXIMUM_TEXT = 5_000
"""How many characters one text of a form may have, unless its property says otherwise."""

MAXIMUM_ROWS = 500
"""How many rows a property that is a list may have."""

_Read = TypeVar("_Read", bound=Declared)


def read(
    declared: type[_Read], values: Mapping[str, object], passed_over: frozenset[str] = frozenset()
) -> tuple[_Read | None, tuple[Problem, ...]]:
    """Return an instance of `declared`, None when it cannot be made, and what is wrong with `values`.

    Names in `passed_over` need no declaration. A text of spaces only counts as missing.
    """
    problems = tuple(_problems(declared, values, passed_over, ""))
    if any(each.severity is Severity.ERROR for each in problems):
        return None, problems
    return declared.read(_present(declared, {name: values[name] for name in values.keys() - passed_over})), problems


def _present(declared: type[Declared], values: Mapping[str, object]) -> dict[str, object]:
    """Return the values without those that count as missing, at any depth."""
    present = {name: value for name, value in values.items() if not _is_missing(value)}
    for each in declared.parameters:
        value = present.get(each.key)
        if each.item is not None and isinstance(value, list):
            present[each.key] = [_present(each.item, row) for row in value]
        elif each.item is None and issubclass(each.type, Declared) and isinstance(value, dict):
            present[each.key] = _present(each.type, value)
    return present


def text_problem(label: str, text: str, longest: int = MAXIMUM_TEXT) -> Problem | None:
    """Return what is wrong with a text of the document, if anything: its length or characters that cannot be shown."""
    if len(text) > longest:
        message = f"{label} has {len(text)} characters; {longest} are allowed."
        return Problem("form.text-too-long", message, "Shorten it, or use several elements.")
    if text.isascii() and text.isprintable():
        return None
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


def _problems(
    declared: type[Declared], values: Mapping[str, object], passed_over: Iterable[str], where: str
) -> Iterator[Problem]:
    known = {each.key: each for each in declared.parameters}
    for name in sorted(values.keys() - known.keys() - frozenset(passed_over)):
        remedy = f"Remove it; there are: {', '.join(known)}."
        yield Problem("form.unknown-property", f"There is no property {where}{name[:100]!r} here.", remedy)
    missing = [each.label for each in declared.parameters if each.required and _is_missing(values.get(each.key))]
    if missing:
        labels = ", ".join(f"{where}{label}" for label in missing)
        yield Problem("form.missing-property", f"Properties Missing: {labels}.", f"Fill in {labels}.")
    for name, each in known.items():
        if not _is_missing(values.get(name)) or (values.get(name) == [] and each.item is None):
            yield from _value_problems(each, values[name], where)


def _is_missing(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value == []


def _value_problems(parameter: Parameter, value: object, where: str) -> Iterator[Problem]:
    label = f"{where}{parameter.label}"
    if isinstance(value, str):
        longest = getattr(parameter.type, "longest", MAXIMUM_TEXT)
        if problem := text_problem(label, value, longest):
            yield problem
            return
    if parameter.item is not None and isinstance(value, list):
        yield from _row_problems(parameter.item, value, label)
        return
    if issubclass(parameter.type, Declared) and isinstance(value, dict):
        yield from _problems(parameter.type, value, (), f"{label}: " if where else "")
        return
    try:
        made = parameter.convert(value)
    except (ParameterInvalid, ValueError) as error:
        text = f"{where}{error}"
        if isinstance(error.__cause__, TemplateInvalid):
            braces = issubclass(parameter.type, Template)
            remedy = "Write FEEL between double braces: {{processvar.name}}." if braces else "Write FEEL, as in =a > 1."
            yield Problem("form.bad-expression", text, remedy)
        else:
            yield Problem("form.invalid-property", text, f"Change {label}.")
        return
    if isinstance(made, Template) and made.unchanging:
        message = f"{label}: {{{{{made.unchanging[:50]}}}}} has no variable in it, so it is always the same."
        yield Problem("form.unchanging-expression", message, "Write the value itself, or name a variable.")


def _row_problems(item: type[Declared], rows: list[object], label: str) -> Iterator[Problem]:
    if len(rows) > MAXIMUM_ROWS:
        message = f"{label} has {len(rows)} rows; {MAXIMUM_ROWS} are allowed."
        yield Problem("form.too-many-rows", message, "Remove some, or let an expression make them.")
        return
    for number, row in enumerate(rows, start=1):
        if isinstance(row, dict):
            yield from _problems(item, row, (), f"{label}, row {number}: ")
        else:
            yield Problem("form.invalid-property", f"{label}, row {number} is not a JSON object.", f"Change {label}.")
