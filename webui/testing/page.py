"""The form of a page, as a person sees it: fields by their labels, buttons by their texts, and what is wrong."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from lxml import etree, html

from engine.form import Upload
from webui.testing.failures import JourneyFailed

_ISOLATES = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069"))
"""What keeps texts of different directions apart, and nobody sees."""

Values = list[str | Upload]


@dataclass(slots=True)
class Field:
    """Something to fill in."""

    name: str
    """What the browser calls it: `clients[0].name`."""
    label: str
    kind: str
    """`text`, `select`, `radio`, `checks`, `box` or `file`."""
    values: Values = field(default_factory=list)
    """What it holds."""
    options: Sequence[tuple[str, str]] = ()
    """What can be chosen: label and value."""
    disabled: bool = False
    readonly: bool = False
    hint: str = ""

    def set(self, value: object) -> None:
        """Fill it in as a person does; raises `JourneyFailed` when that cannot be done."""
        __tracebackhide__ = True
        if self.disabled or self.readonly:
            raise JourneyFailed(
                f"{self.label!r} cannot be filled in: it is {'disabled' if self.disabled else 'read-only'}."
            )
        given = value if isinstance(value, list | tuple) else [value]
        match self.kind:
            case "box":
                self.values = ["true"] if value else []
            case "select" | "radio" | "checks":
                self.values = [self._chosen(each) for each in given if each not in {None, ""}]
            case "file":
                self.values = [_upload(each) for each in given]
            case _:
                self.values = ["" if value is None else str(value)]

    def _chosen(self, wanted: object) -> str:
        __tracebackhide__ = True
        for label, value in self.options:
            if str(wanted) in {label, value}:
                return value
        there = ", ".join(repr(label) for label, _ in self.options)
        raise JourneyFailed(f"{self.label!r} does not offer {wanted!r}; it offers {there or 'nothing'}.")


@dataclass(frozen=True, slots=True)
class Button:
    """A button that sends the form."""

    text: str
    full: str
    """With what only those hear who do not see it."""
    name: str = ""
    value: str = ""
    disabled: bool = False


class FormPage:
    """A page with a form."""

    def __init__(self, markup: str, live: Sequence[str] = ()) -> None:
        """Read a page; `live` are the names of the fields whose answers change what else is on it."""
        self.root = html.document_fromstring(markup or "<p></p>")
        forms = self.root.xpath("//form[@data-once]")
        self.form = forms[0] if forms else self.root
        self.live = frozenset(live or self.form.get("data-live", "").split())
        self.fields = list(_fields(self.form))
        self.buttons = list(_buttons(self.form))
        self.hidden = [
            (each.get("name", ""), each.get("value", "")) for each in self.form.xpath(".//input[@type='hidden']")
        ]

    @property
    def heading(self) -> str:
        """The first heading."""
        found = self.root.xpath("//h1")
        return _text(found[0]) if found else ""

    @property
    def text(self) -> str:
        """Everything that is to be read, a line for each block."""
        main = self.root.xpath("//main") or [self.root]
        blocks = main[0].xpath(
            ".//h1|.//h2|.//p|.//li|.//label|.//legend|.//code|.//button|.//a|.//summary|.//td|.//th"
        )
        return "\n".join(text for each in blocks if (text := _text(each)))

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong, by the labels of the fields."""
        found: dict[str, str] = {}
        for each in self.form.xpath(".//p[contains(concat(' ', @class, ' '), ' error ')]"):
            spoken = "".join(_text(part) + " " for part in each.xpath("./span[@class='visually-hidden']"))
            around = each.getparent()
            label = _label_in(around)
            found.setdefault(label, _text(each).removeprefix(spoken.strip()).strip())
        return found

    def find(self, label: str) -> Field | None:
        """Return the field with this label or name; None when there is none.

        Raises:
            JourneyFailed: when several have this label.

        """
        __tracebackhide__ = True
        named = [each for each in self.fields if each.name == label]
        labelled = [each for each in self.fields if each.label == label]
        if len({each.name for each in labelled}) > 1:
            names = ", ".join(each.name for each in labelled)
            raise JourneyFailed(f"{len(labelled)} fields are called {label!r}: say which one: {names}.")
        return next(iter([*labelled, *named]), None)

    def fill(self, label: str, value: object) -> bool:
        """Fill a field in; return whether it is there."""
        __tracebackhide__ = True
        found = self.find(label)
        if found is None:
            return False
        parts = [each for each in self.fields if each.name == found.name]
        if isinstance(value, list | tuple) and len(parts) > 1:
            # A date and its time.
            for part, each in zip(parts, value, strict=False):
                part.set(each)
        else:
            found.set(value)
        return True

    def button(self, text: str | None = None) -> Button | None:
        """Return the button with this text; without one, the first that sends the form."""
        __tracebackhide__ = True
        if text is None:
            return next((each for each in self.buttons if not each.name and not each.disabled), None)
        found = [each for each in self.buttons if text in {each.text, each.full}]
        if not found:
            there = ", ".join(repr(each.full) for each in self.buttons) or "none"
            raise JourneyFailed(f"There is no button {text!r}; there is {there}.")
        if len({(each.name, each.value) for each in found}) > 1:
            there = ", ".join(repr(each.full) for each in found)
            raise JourneyFailed(f"{len(found)} buttons say {text!r}: say which one: {there}.")
        if found[0].disabled:
            raise JourneyFailed(f"The button {text!r} is disabled.")
        return found[0]

    def posted(self, button: Button | None = None) -> dict[str, Values]:
        """Return what a browser sends."""
        sent: dict[str, Values] = {}
        for name, value in self.hidden:
            sent.setdefault(name, []).append(value)
        for each in self.fields:
            if not each.disabled and each.values:
                sent.setdefault(each.name, []).extend(each.values)
        if button is not None and button.name:
            sent.setdefault(button.name, []).append(button.value)
        return sent

    def missing(self, label: str) -> JourneyFailed:
        """Return what to say of a field that is not there."""
        there = [each.label or each.name for each in self.fields]
        close = get_close_matches(label, [*there, *(each.name for each in self.fields)], n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        listed = ", ".join(dict.fromkeys(map(repr, there))) or "none"
        return JourneyFailed(f"There is no field {label!r} on the form {self.heading!r}; there is {listed}.{hint}")


def _fields(form: etree._Element) -> Iterator[Field]:
    groups: dict[str, Field] = {}
    for each in form.iter("input", "textarea", "select"):
        kind = "select" if each.tag == "select" else each.get("type", "text") if each.tag == "input" else "text"
        name = each.get("name", "")
        if kind == "hidden" or not name:
            continue
        around = _group(each)
        if kind in {"radio", "checkbox"} and around is not None:
            chosen = groups.get(name)
            if chosen is None:
                kind = "radio" if kind == "radio" else "checks"
                chosen = groups[name] = Field(name, _label_in(around), kind, disabled=_is(each, "disabled"))
                yield chosen
            chosen.options = [*chosen.options, (_label_of(form, each), each.get("value", ""))]
            if _is(each, "checked"):
                chosen.values.append(each.get("value", ""))
            continue
        yield _single(form, each, name, kind)


def _single(form: etree._Element, each: etree._Element, name: str, kind: str) -> Field:
    made = Field(name, _label_of(form, each), "text", disabled=_is(each, "disabled"), readonly=_is(each, "readonly"))
    if kind == "select":
        options = each.findall("option")
        made.kind = "select"
        made.options = [(_text(option), option.get("value", "")) for option in options if option.get("value")]
        made.values = [*[option.get("value", "") for option in options if _is(option, "selected")][:1]] or [""]
    elif kind == "checkbox":
        made.kind = "box"
        made.values = ["true"] if _is(each, "checked") else []
    elif kind == "file":
        made.kind = "file"
    elif each.tag == "textarea":
        made.values = [(each.text or "").removeprefix("\n")]
    else:
        made.values = [each.get("value", "")]
    return made


def _buttons(form: etree._Element) -> Iterator[Button]:
    for each in form.iter("button"):
        if each.get("type", "submit") != "submit":
            continue
        unseen = " ".join(_text(part) for part in each.xpath(".//*[contains(@class, 'visually-hidden')]"))
        full = _text(each)
        seen = full.removesuffix(unseen).strip() if unseen else full
        yield Button(seen, full, each.get("name", ""), each.get("value", ""), _is(each, "disabled"))


def _group(control: etree._Element) -> etree._Element | None:
    """Return the field set of options that a control is one of."""
    for each in control.iterancestors("fieldset"):
        return each if "field" in each.get("class", "").split() else None
    return None


def _label_of(form: etree._Element, control: etree._Element) -> str:
    identifier = control.get("id", "")
    found = [each for each in form.iter("label") if each.get("for") == identifier]
    return _label(found[0]) if found and identifier else control.get("aria-label", "")


def _label_in(around: etree._Element) -> str:
    found = next(around.iter("legend", "label"), None)
    return "" if found is None else _label(found)


def _label(node: etree._Element) -> str:
    optional = " ".join(_text(each) for each in node.xpath("./span[@class='optional']"))
    return _text(node).removesuffix(optional).strip() if optional else _text(node)


def _text(node: etree._Element) -> str:
    return re.sub(r"\s+", " ", "".join(map(str, node.itertext()))).translate(_ISOLATES).strip()


def _is(node: etree._Element, name: str) -> bool:
    return node.get(name) is not None


def _upload(value: Any) -> Upload:
    if isinstance(value, Upload):
        return value
    if isinstance(value, Path):
        return Upload(value.name, "application/octet-stream", value.read_bytes())
    raise JourneyFailed(f"A file is a path or an `engine.form.Upload`, not {value!r}.")


def as_answers(answers: Mapping[str, object] | None, named: Mapping[str, object]) -> dict[str, object]:
    """Return answers by labels and by names together."""
    return {**(answers or {}), **named}
