"""Replaces what is personal: whoever went through a journey becomes a sample user, and what they wrote is made up.

A text that a process or a form names itself is none of that: an option, a literal of an expression. Numbers, yes and no
are kept. The same text always becomes the same other one.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from engine.throwaway import NEWCOMER, SAMPLE
from engine.variables import MASK

_OF_SAMPLES: Mapping[str, Mapping[str, str]] = {
    SAMPLE: {"email": "sample.user@example.com", "firstName": "Sample", "lastName": "User", "phone": "+1 202 555 0100"},
    NEWCOMER: {"email": "new.user@example.com", "firstName": "New", "lastName": "User", "phone": "+1 202 555 0100"},
}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_ID = re.compile(r"[0-9a-f]{24}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")


@dataclass(slots=True)
class Personal:
    """Who somebody is, and what they are replaced by."""

    applicant: str | None
    attributes: Mapping[str, str]
    contents: tuple[bytes, ...] = field(repr=False)
    """The files of the processes and forms."""
    person: str = SAMPLE
    """The sample user that stands for them."""
    keep_people: bool = False
    keep_texts: bool = False
    replaced: dict[str, str] = field(default_factory=dict)
    """What was replaced so far, and by what."""
    names: list[str] = field(default_factory=list)
    """Where something was replaced."""

    def text(self, text: str, place: str, made_up: Iterable[str] = ()) -> str:
        """Return what stands for a text; one of those that were made up for the place, if there are any."""
        found = self._of_person(text)
        if found is None:
            if self.keep_texts or not text or text == MASK or self._is_named(text):
                return text
            found = self.replaced.get(text)
            if found is None:
                found = next(iter(made_up), None) or self._made_up(text)
        self.replaced[text] = found
        if place not in self.names:
            self.names.append(place)
        return found

    def value(self, value: Any, place: str) -> Any:
        """Return a JSON value with what is personal in it replaced."""
        match value:
            case str():
                return value if _MOMENT.fullmatch(value) else self.text(value, place)
            case list():
                return [self.value(each, place) for each in value]
            case Mapping():
                return {name: self.value(each, f"{place}.{name}") for name, each in value.items()}
        return value

    def known(self, value: Any, *, attribute: bool = False) -> Any:
        """Return a value that Idflow wrote: replaced are the person, their attributes, and what was replaced before."""
        match value:
            case str() if not self.keep_people and _ID.fullmatch(value):
                return "0" * len(value)
            case str():
                found = self._of_person(value) or self.replaced.get(value)
                return found or (self.text(value, "attributes of a user") if attribute else value)
            case list():
                return [self.known(each, attribute=attribute) for each in value]
            case Mapping():
                inside = {name: attribute or name == "attributes" for name in value}
                return {name: self.known(each, attribute=inside[name]) for name, each in value.items()}
        return value

    def sentence(self, text: str) -> str:
        """Return a sentence in which what was replaced elsewhere is replaced, too."""
        person = {} if self.keep_people or not self.applicant else {self.applicant: self.person}
        everything = {**self.replaced, **person}
        for each in sorted(everything, key=len, reverse=True):
            text = text.replace(each, everything[each]) if len(each) > 2 else text  # noqa: PLR2004 - a part of any word
        return text

    def _of_person(self, text: str) -> str | None:
        if self.keep_people or not text:
            return None
        if text == self.applicant:
            return self.person
        attribute = self.attributes.get(text)
        return _OF_SAMPLES.get(self.person, {}).get(attribute) if attribute is not None else None

    def _is_named(self, text: str) -> bool:
        written = (f'"{text}"', f"&#34;{text}&#34;", f"&quot;{escape(text)}&quot;", f">{escape(text)}<")
        return any(each.encode() in content for each in written for content in self.contents)

    def _made_up(self, text: str) -> str:
        number = len(self.replaced) + 1
        return f"somebody-{number}@example.com" if _EMAIL.fullmatch(text) else f"text-{number}"
