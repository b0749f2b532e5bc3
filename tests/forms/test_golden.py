"""Forms that form-js has made something of: ours make the same of them. See golden/README.md."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml.html import HtmlElement

from engine.errors import Severity
from engine.variables import scope
from forms import ELEMENTS, FormJs, render
from forms.document import load
from forms.page import Page
from forms.visit import Visit
from tests.forms.seen import Fields, Seen

FOLDER = Path(__file__).parent / "golden"
FILES = {each.stem: json.loads(each.read_text()) for each in sorted(FOLDER.glob("*.json"))}

UNSUPPORTED = {
    "editor-complex": "Columns as an element are not part of the schema any more",
    "editor-form": "A preview of documents needs the store of documents of another engine",
    "viewer-customField": "A range is not part of the schema",
    "e2e-empty": "The form has no elements",
    "viewer-iframes": "A page of another host cannot be shown within a journey",
}
"""The files that are refused, mostly for an element that we do not support, with the reason that is given."""

CASES = [
    (name, number) for name, each in FILES.items() if name not in UNSUPPORTED for number in range(len(each["cases"]))
]

_NOBODY = "form-js asks for required answers in read-only fields, which nobody can give; we do not"
DIFFERENT = {("e2e-complex", "empty"): _NOBODY, ("e2e-complex", "bad"): _NOBODY}
"""The cases that differ, and why. The list is exact: a case that agrees may not stand in it."""

ENOUGH = 0.98

_SOURCES = ("values", "valuesKey", "valuesExpression")


def content_of(name: str, *, completed: bool = True) -> bytes:
    """Return the form; unless it is not to be `completed`, a field without options is given the one of form-js."""
    schema = json.loads(json.dumps(FILES[name]["schema"]))
    for each in schema["components"] if completed else ():
        if each["type"] in {"select", "radio", "checklist", "taglist"} and not any(map(each.get, _SOURCES)):
            none = {"values": [], "valuesKey": "nothing"}
            each.update(none if "values" in each else {"values": [{"label": "Value", "value": "value"}]})
    return json.dumps({"id": "Example", **schema}).encode()


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_a_form_that_is_not_supported_is_refused_with_the_reason(name: str) -> None:
    problems = FormJs().check(content_of(name)).problems
    found = {each.code for each in problems if UNSUPPORTED[name] in each.message}
    assert found <= {"form.unknown-element", "form.no-elements"}
    assert found


@pytest.mark.parametrize("name", [name for name in FILES if name not in UNSUPPORTED])
def test_every_other_form_can_be_deployed(name: str) -> None:
    assert [each for each in FormJs().check(content_of(name)).problems if each.severity is Severity.ERROR] == []


def test_a_field_without_options_is_incomplete() -> None:
    for name in ("viewer-required", "viewer-valuesExpression"):
        problems = FormJs().check(content_of(name, completed=False)).problems
        assert "Properties Missing: Options." in {each.message for each in problems}


@pytest.mark.parametrize(("name", "number"), CASES)
def test_a_form_is_what_it_is_in_form_js(name: str, number: int) -> None:
    mode = FILES[name]["cases"][number]["mode"]
    made, expected = outcome(name, number)
    if (name, mode) in DIFFERENT:
        assert made != expected, "These agree by now: take the case out of DIFFERENT."
    else:
        assert made == expected


def test_nearly_all_cases_agree() -> None:
    assert len(CASES) > 100
    assert 1 - len(DIFFERENT) / len(CASES) >= ENOUGH


@cache
def outcome(name: str, number: int) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return what we make of a case, and what form-js did."""
    case, content = FILES[name]["cases"][number], content_of(name)
    page = Seen(render(content, case["data"]).html)
    posted = page.posted()
    errors = render(content, case["data"], posted=posted, check=True).errors
    keys = {each.key for each in errors}
    made = {
        "submit": submitted(content, case["data"], posted),
        "errors": sorted(each.message for each in errors),
        "keys": sorted(key for key in keys if "[" not in key),
        "controls": ours(page, FILES[name]["schema"]["components"]),
    }
    expected = {
        "submit": case["submit"],
        "errors": sorted(" ".join(message.split()) for _, message in case["errors"]),
        # Where the schema gives no id, form-js makes one, and then it is not known whose the error is.
        "keys": sorted({key for key, _ in case["errors"]} if all(key for key, _ in case["errors"]) else made["keys"]),
        "controls": theirs(case["controls"]),
    }
    return made, expected


def submitted(content: bytes, data: dict[str, Any], posted: Fields) -> Any:
    """Return what would be kept, whatever is wrong with it: form-js hands that over, too."""
    answers = FormJs().read(content, data, posted)
    visit = Visit(load(content).elements, Page(scope(data), data, posted=posted))
    assert answers.errors or answers.values == visit.answers()
    return json.loads(json.dumps(visit.answers()))


# What a field is made with differs by rules: form-js draws its own calendars, menus and tag lists of several text
# fields, and a browser has a field for each.
_TEXTS = {"text", "email", "tel", "date", "time", "select"}
_UNNAMED = {each.name for each in ELEMENTS.values()} | {"Date", "Time"}
"""What a field without a label is called by us, so that it has a name at all; form-js calls it nothing."""


def ours(page: Seen, components: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return the kinds and labels of the fields; the boxes of a tag list are one text field there.

    A menu that is disabled and cannot be searched has no field at all there.
    """
    found: dict[HtmlElement, tuple[str, str]] = {}
    for control in page.controls:
        around = page.group(control)
        if around is not None and any(each.get("data-search") is not None for each in around.iter("div")):
            found[around] = ("text", _bare("".join(around.xpath("./legend/text()"))))
        elif control.get("name") != "form-action":
            kind = control.get("type", str(control.tag))
            found[control] = ("text" if kind in _TEXTS else kind, _bare(page.label(control)))
    for around in page.root.xpath("//fieldset[.//div[@data-search]]"):
        # A tag list without options is a text field there as well.
        found.setdefault(around, ("text", _bare("".join(around.xpath("./legend/text()")))))
    seen = sorted(found.values())
    for each in components:
        if each["type"] == "select" and each.get("disabled") and not each.get("searchable"):
            seen.remove(("text", each["label"]))
    return seen


def theirs(controls: list[list[str]]) -> list[tuple[str, str]]:
    """Return the kinds and labels of the fields of form-js, without the months and years of its calendar."""
    kept = [each for each in controls if not _is_of_calendar(*each) and each[0] in {"input", "textarea", "button"}]
    return sorted((kind, _bare(label)) for _, kind, label in kept)


def _is_of_calendar(tag: str, kind: str, label: str) -> bool:
    return (tag == "select" and label.startswith("January February")) or (kind == "number" and not label)


def _bare(label: str) -> str:
    bare = label.removesuffix("*").strip()
    return "" if bare in _UNNAMED else bare
