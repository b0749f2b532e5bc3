"""A form as a browser and a person have it: its fields with their labels, and what is posted when it is sent."""

from collections.abc import Iterator, Mapping, Sequence

from lxml import html

from engine.form import Upload

Fields = dict[str, Sequence[str | Upload]]


class Seen:
    """One page."""

    def __init__(self, markup: str) -> None:
        self.root = html.fragment_fromstring(markup, create_parent="form")
        self._by_id = {each.get("id", ""): each for each in self.root.iter() if each.get("id")}

    @property
    def text(self) -> str:
        return _spaced(self.root.text_content())

    @property
    def controls(self) -> list[html.HtmlElement]:
        """What a person can see and use, in the order of the page."""
        tags = ("input", "textarea", "select", "button")
        return [each for each in self.root.iter(*tags) if each.get("type") != "hidden" and each.get("hidden") is None]

    def named(self, name: str) -> list[html.HtmlElement]:
        return [each for each in self.controls if each.get("name") == name]

    def one(self, name: str) -> html.HtmlElement:
        (control,) = self.named(name)
        return control

    def label(self, control: html.HtmlElement) -> str:
        """Return what the control is called; every one has exactly one label."""
        if control.tag == "button":
            return _spaced(control.text_content())
        (label,) = (each for each in self.root.iter("label") if each.get("for") == control.get("id"))
        assert control.get("id") in self._by_id
        optional = "".join(each.text_content() for each in label.find_class("optional"))
        return _spaced(label.text_content().removesuffix(optional))

    def group(self, control: html.HtmlElement) -> html.HtmlElement | None:
        """Return the fieldset around a control."""
        return next(iter(control.iterancestors("fieldset")), None)

    def notes(self, control: html.HtmlElement) -> list[str]:
        """Return what is read out after the label: every id that is named is there."""
        ids = (control.get("aria-describedby") or "").split()
        return [_spaced(self._by_id[each].text_content()) for each in ids]

    def posted(self, filled: Mapping[str, str | Sequence[str | Upload]] | None = None) -> Fields:
        """Return what a browser posts after the person has filled in fields, by their names (WHATWG HTML, 4.10.22)."""
        posted: dict[str, list[str | Upload]] = {}
        for control in self.root.iter("input", "textarea", "select"):
            name = control.get("name")
            if name and control.get("disabled") is None:
                posted.setdefault(name, []).extend(_values(control))
        for name, value in (filled or {}).items():
            posted[name] = [value] if isinstance(value, str) else list(value)
        return {name: values for name, values in posted.items() if values}


def _values(control: html.HtmlElement) -> Iterator[str]:
    kind = control.get("type", "text")
    if control.tag == "textarea":
        # A parser drops the first line break (WHATWG HTML, 13.1.2.5); lxml keeps it.
        yield (control.text or "").removeprefix("\n").replace("\n", "\r\n")
    elif control.tag == "select":
        options = list(control.iter("option"))
        chosen = [each for each in options if each.get("selected") is not None]
        yield from (each.get("value", "") for each in (chosen or options[:1]))
    elif kind in {"checkbox", "radio"}:
        if control.get("checked") is not None:
            yield control.get("value", "on")
    elif kind not in {"file", "submit", "reset", "button"}:
        yield control.get("value", "")


def _spaced(text: str) -> str:
    return " ".join(text.split())
