"""What somebody could type into the fields of a form, as their declarations say: right, just right, and wrong.

It is for whoever tries a form out without a person: the values are made up and mean nothing. Whether a form takes them,
only the form says: rules of several fields, and patterns that nothing here fits, are not worked out.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.form import Posted, Upload
from engine.variables import scope
from forms.document import load
from forms.elements.checkbox import ON, Checkbox
from forms.elements.datetime import DateTime
from forms.elements.filepicker import FilePicker
from forms.elements.number import NumberField
from forms.elements.one_time_code import OneTimeCode
from forms.formulas import Amount
from forms.input import AnswerRefused, Input
from forms.options import Offering
from forms.page import Page
from forms.place import Place
from forms.text_input import TextInput
from forms.visit import Visit

LONG = 200
"""How many characters are typed at most where a form allows more."""

Typed = tuple[str | Upload, ...]
"""What a browser sends for one field; nothing is an untouched box, or a list in which nothing is chosen."""

NOTHING: Typed = ()

_WORDS = ("Anna Example", "Anna", "Example Street 1", "AB-1234", "AB1234", "abc", "a1!Bcdef-Gh2", "anna.example")
_NUMBERS = (*tuple("1234567890"[:length] for length in range(1, 11)), "12345678901234567890", "10115", "2026-01-05")
_EMAIL, _PHONE = "anna.example@example.com", "+1 202 555 0123"
_ODD = ("<b>&\"'", "\u202eabc", "{{totp", "=1/0", "\N{LATIN SMALL LETTER E WITH ACUTE}\N{SNOWMAN}")


@dataclass(frozen=True, slots=True)
class Numbers:
    """Every number that a field declares to take."""

    low: Decimal | None
    high: Decimal | None
    step: Decimal
    """How far one is from the next."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Every text that a field declares to take; lengths in characters."""

    shortest: int
    longest: int
    pattern: str
    """RE2, found anywhere in the text; empty: any text."""


@dataclass(frozen=True, slots=True)
class Tries:
    """What can be tried in one field."""

    name: str
    """What a browser calls it."""
    kind: str
    """The type of the element."""
    sensitive: bool
    valid: tuple[Typed, ...]
    """At least one, if anything is known that the field takes."""
    border: tuple[Typed, ...]
    """Right, at the borders of what is right: the longest, the smallest, with letters that are rarely typed."""
    wrong: tuple[Typed, ...]
    declared: Numbers | Texts | None = None
    """Of which there are more than can be listed."""


def tries(
    content: bytes,
    variables: Mapping[str, Any],
    *,
    earlier: Mapping[str, Any] | None = None,
    posted: Posted | None = None,
    now: datetime | None = None,
) -> list[Tries]:
    """Return what can be tried in each field that a person could fill in, once `posted` is filled in."""
    page = Page(
        scope(variables), {**variables, **(earlier or {})}, posted=posted, checked=True, now=now or datetime.now(UTC)
    )
    visit = Visit(load(content).elements, page)
    return [_tries(each) for each in visit.inputs if not each.hidden and _asks(each)]


def _asks(place: Place) -> bool:
    return isinstance(place.element, Input) and place.element.type != "expression" and place.element.asks(place)


def _tries(place: Place) -> Tries:
    element = place.element
    known = [] if place.first in ("", None, []) else [_written(place.first)]
    made = [*known, *_made(element, place)]
    sorted_out: dict[bool, list[Typed]] = {True: [], False: []}
    for typed in dict.fromkeys(made):
        sorted_out[_takes(place, typed)].append(typed)
    good, wrong = sorted_out[True], sorted_out[False]
    ordinary = [each for each in good if each and not _is_odd(each)]
    sensitive = isinstance(element, OneTimeCode) or (isinstance(element, TextInput) and element.sensitive)
    rest = [each for each in good if each not in ordinary]
    return Tries(
        place.name,
        element.type,
        sensitive,
        tuple(ordinary or good),
        tuple(rest),
        tuple(wrong),
        _declared(element, place),
    )


def _written(value: object) -> Typed:
    values = value if isinstance(value, list) else [value]
    return tuple(ON if each is True else str(each) for each in values if each is not False)


def _made(element: object, place: Place) -> Iterator[Typed]:
    """Make up values; which of them are right is looked at afterwards."""
    match element:
        case Offering():
            yield from _choices(element, place)
        case Checkbox():
            yield from ((ON,), NOTHING)
        case NumberField():
            yield from _one_each([*_amounts(element, place), "", "x", "1e400"])
        case DateTime():
            yield from _moments(element, place)
        case FilePicker():
            yield from _files(element)
        case OneTimeCode():
            digits = "1234567890"[: element.digits]
            yield from _one_each([digits, digits[:-1], f"{digits}1", "x" * element.digits, ""])
        case TextInput():
            yield from _one_each([*_texts(element, place), ""])


def _one_each(texts: Iterable[str]) -> Iterator[Typed]:
    return ((each,) for each in texts)


def _choices(element: Offering, place: Place) -> Iterator[Typed]:
    written = [each.written for each in element.offered(place)]
    yield from _one_each(written[:20])
    if element.type in {"checklist", "taglist"}:
        yield tuple(written[:2])
        yield tuple(written[:20])
    yield from (NOTHING, ("not one of these",))


def _amounts(element: NumberField, place: Place) -> Iterator[str]:
    low, high = _amount(element.validate.min, place), _amount(element.validate.max, place)
    step = _amount(element.increment, place) or Decimal(1)
    if low is not None and high is not None:
        yield f"{low + (high - low) // 2 // step * step:f}"
    for bound in (low, high):
        if bound is not None:
            yield from (f"{each:f}" for each in (bound, bound + step, bound - step))
    yield from (f"{each:f}" for each in (step, Decimal(0), -step, step * 2, step * 10, step * 1000, step / 2))
    yield from ("42", "0.5", "1,5", "-1")


def _moments(element: DateTime, place: Place) -> Iterator[Typed]:
    today = place.page.now.astimezone(place.page.zone).date()
    days = [today + timedelta(days=each) for each in (1, 0, -1, 30, 365, -365 * 17, -365 * 19, -365 * 40)]
    dates = [*(each.isoformat() for each in days), "0001-01-01", "9999-12-31", "2026-02-30"]
    times = ["12:00", "00:00", "23:59", "24:61"]
    if element.subtype == "datetime":
        yield from ((day, times[0]) for day in dates)
        yield from ((dates[0], each) for each in times)
        yield (dates[0], "")
    else:
        yield from _one_each(dates if element.subtype == "date" else times)
    yield ("",)


def _declared(element: object, place: Place) -> Numbers | Texts | None:
    """Return what a field takes besides what was made up."""
    match element:
        case NumberField():
            rules = element.validate
            return Numbers(
                _amount(rules.min, place), _amount(rules.max, place), _amount(element.increment, place) or Decimal(1)
            )
        case OneTimeCode():
            return None
        case TextInput() if getattr(element.validate, "validation_type", "custom") == "custom":
            low, high = _amount(element.validate.min_length, place), _amount(element.validate.max_length, place)
            longest = LONG if high is None else min(int(high), element.longest, LONG)
            return Texts(int(low or 0), longest, getattr(element.validate, "pattern", None) or "")
    return None


def _files(element: FilePicker) -> Iterator[Typed]:
    content = b"%PDF-1.4 made up"
    one = Upload("example.pdf", "application/pdf", content)
    picture = Upload("example.png", "image/png", b"\x89PNG\r\n\x1a\nmade up")
    text = Upload("example.txt", "text/plain", b"made up")
    yield from ((each,) for each in (one, picture, text))
    yield (Upload("empty.pdf", "application/pdf", b""),)
    yield (one,) * (element.max_files + 1)
    yield NOTHING


def _texts(element: TextInput, place: Place) -> Iterator[str]:
    rules = element.validate
    kind = getattr(rules, "validation_type", "custom")
    yield from {"email": (_EMAIL,), "phone": (_PHONE,)}.get(kind, ())
    low, high = _amount(rules.min_length, place), _amount(rules.max_length, place)
    longest = min(int(high), element.longest) if high is not None else LONG
    yield from (each for each in (*_WORDS, *_NUMBERS) if low is None or len(each) >= low)
    if kind == "custom":
        lengths = {int(low or 0), int(low or 0) - 1, int(low or 0) + 1, min(longest, LONG), longest + 1}
        for length in sorted(each for each in lengths if 0 < each <= element.longest + 1):
            yield from (("a" * length), ("1" * length))
    yield from (_EMAIL, _PHONE, " ", *_ODD)
    if element.lines:
        yield "One line\nand another"


def _is_odd(typed: Typed) -> bool:
    return any(each in _ODD or each.strip() == "" for each in typed if isinstance(each, str))


def _amount(amount: Amount | None, place: Place) -> Decimal | None:
    value = None if amount is None else amount.of(place.scope)
    return None if value is None else Decimal(str(value))


def _takes(place: Place, typed: Typed) -> bool:
    """Tell whether a field takes this by its own rules."""
    element, before = place.element, place.value
    assert isinstance(element, Input)  # noqa: S101 - only those are asked
    try:
        place.value = element.take(place, list(typed))
        element.settle(place)
        return not any(True for _ in element.verify(place))
    except AnswerRefused:
        return False
    finally:
        place.value = before
