"""Texts (DMN 1.5, 10.3.4.3). Characters are Unicode code points."""

from engine.feel.budget import MAXIMUM_TEXT, Run, too_long_text
from engine.feel.builtins.declare import Library
from engine.feel.values.texts import to_text

LIBRARY = Library()


@LIBRARY.function("substring", "string: string, start position: integer, length?: integer")
def substring(run: Run, text: str, start: int, length: int | None = None) -> object:
    """Return the part from a place on; a negative place counts from the end (DMN 1.5, table 69)."""
    if start == 0 or abs(start) > len(text) or (length is not None and length < 1):
        return run.null("there is no such part of the text")
    first = start - 1 if start > 0 else len(text) + start
    return text[first:] if length is None else text[first : first + length]


@LIBRARY.function("string length", "string: string")
def string_length(_run: Run, text: str) -> object:
    """Return the number of characters (DMN 1.5, table 69)."""
    return len(text)


@LIBRARY.function("upper case", "string: string")
def upper_case(_run: Run, text: str) -> object:
    """Return the text in capitals (DMN 1.5, table 69)."""
    return text.upper()


@LIBRARY.function("lower case", "string: string")
def lower_case(_run: Run, text: str) -> object:
    """Return the text in small letters (DMN 1.5, table 69)."""
    return text.lower()


@LIBRARY.function("substring before", "string: string, match: string")
def substring_before(_run: Run, text: str, match: str) -> object:
    """Return what stands before the first match; nothing without one (DMN 1.5, table 69)."""
    return text[: max(text.find(match), 0)]


@LIBRARY.function("substring after", "string: string, match: string")
def substring_after(_run: Run, text: str, match: str) -> object:
    """Return what stands after the first match; nothing without one (DMN 1.5, table 69)."""
    return text[text.find(match) + len(match) :] if match in text else ""


@LIBRARY.function("contains", "string: string, match: string")
def contains(_run: Run, text: str, match: str) -> object:
    """Return whether the text holds the match (DMN 1.5, table 69)."""
    return match in text


@LIBRARY.function("starts with", "string: string, match: string")
def starts_with(_run: Run, text: str, match: str) -> object:
    """Return whether the text begins with the match (DMN 1.5, table 69)."""
    return text.startswith(match)


@LIBRARY.function("ends with", "string: string, match: string")
def ends_with(_run: Run, text: str, match: str) -> object:
    """Return whether the text ends with the match (DMN 1.5, table 69)."""
    return text.endswith(match)


@LIBRARY.function("string join", "list: list, delimiter?: string?, prefix?: string?, suffix?: string?")
def string_join(
    run: Run, texts: list[object], delimiter: str | None = None, prefix: str | None = None, suffix: str | None = None
) -> object:
    """Return the texts with the delimiter between them; null items are left out (DMN 1.5, table 69)."""
    known = [text for text in texts if text is not None]
    if any(type(text) is not str for text in known):
        return run.null("only texts can be joined")
    between = delimiter or ""
    if sum(len(str(text)) for text in known) + len(between) * len(known) > MAXIMUM_TEXT:
        raise too_long_text()
    return (prefix or "") + between.join(str(text) for text in known) + (suffix or "")


@LIBRARY.function("trim", "string: string")
def trim(_run: Run, text: str) -> object:
    """Return the text without white space at its ends (Camunda)."""
    return text.strip()


@LIBRARY.function("is blank", "string: string")
def is_blank(_run: Run, text: str) -> object:
    """Return whether there is nothing but white space (Camunda)."""
    return not text.strip()


@LIBRARY.function("string format", "template: string, values+: any")
def string_format(run: Run, template: str, values: list[object]) -> object:
    """Return the template with each `%s` replaced by the next value as text; `%%` is a percent sign (Camunda)."""
    parts, place, rest = [], 0, template
    while "%" in rest:
        before, _, rest = rest.partition("%")
        parts.append(before)
        mark, rest = rest[:1], rest[1:]
        if mark == "%":
            parts.append("%")
        elif mark == "s" and place < len(values):
            parts.append(to_text(run, values[place]))
            place += 1
        else:
            return run.null("the template asks for more values than there are, or has another mark than %s and %%")
        run.tick(1 + (len(rest) >> 8))
        if sum(map(len, parts[-2:])) > MAXIMUM_TEXT:
            raise too_long_text()
    return run.text("".join([*parts, rest]))
