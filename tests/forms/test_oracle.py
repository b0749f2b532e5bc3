"""Our own forms, as form-js answers them: see oracle/make.py. What differs on purpose is listed with its reason."""

import json
from pathlib import Path
from typing import Any

import pytest

from forms import FormJs, render
from tests.forms.seen import Seen
from tests.forms.test_golden import ours, submitted, theirs

FILES = {each.stem: json.loads(each.read_text()) for each in sorted((Path(__file__).parent / "oracle").glob("*.json"))}
CASES = [(name, number) for name, each in FILES.items() for number in range(len(each["cases"]))]
_HIDDEN = "a hidden field is nothing to the conditions of others; form-js looks at what it held before"
_SPACES = "white space alone is no answer; form-js counts it, and takes it where something is required"
_VALUES = "a value is shown as it is, and one that is missing as nothing; form-js reads it as HTML, or shows a sign"
DIFFERENT = {
    ("datetimes", 3, "errors"): "a date that has passed is refused wherever it comes from; form-js only greys it out",
    ("email", 1, "submit"): "an address loses the space around it",
    ("email", 1, "errors"): "an address loses the space around it",
    ("hidden", 0, "submit"): _HIDDEN,
    ("hidden", 0, "controls"): _HIDDEN,
    ("hidden", 0, "text"): _HIDDEN,
    ("hidden", 1, "text"): _HIDDEN,
    ("hidden", 2, "text"): _HIDDEN,
    ("hidden", 4, "submit"): _HIDDEN,
    ("hidden", 4, "controls"): _HIDDEN,
    ("hidden", 5, "text"): _HIDDEN,
    ("lengths", 4, "errors"): _SPACES,
    ("required", 1, "errors"): _SPACES,
    ("numbers", 4, "submit"): "a number that is kept as text keeps all digits; form-js reads it as a float first",
    ("options", 3, "submit"): "what is not offered is not chosen, also where there are no options at all",
    ("phone", 1, "errors"): "a telephone number may be grouped by spaces, hyphens and brackets, and begin with 00",
    ("templates", 0, "text"): _VALUES,
    ("templates", 2, "text"): _VALUES,
}
"""What differs, and why: file, number of the case, what of it. The list is exact."""


def outcome(name: str, number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what we make of a case, and what form-js did."""
    schema, case = FILES[name]["schema"], FILES[name]["cases"][number]
    content = json.dumps(schema).encode()
    rendered = render(content, case["data"])
    page = Seen(rendered.html)
    posted = page.posted()
    errors = render(content, case["data"], posted=posted, check=True).errors
    texts = [each for each in page.root.iter("div") if {"element-text", "element-html"} & {*each.classes}]
    made = {
        "submit": submitted(content, case["data"], posted),
        "errors": sorted(each.message for each in errors),
        "controls": ours(page, schema["components"]),
        "text": [" ".join(each.text_content().split()) for each in texts],
    }
    expected = {
        "submit": case["submit"],
        "errors": sorted(" ".join(each.split()) for each in case["errors"]),
        "controls": theirs([each for each in case["controls"] if each[0] != "button"]),
        "text": [" ".join(each.split()) for each in case["text"]],
    }
    return made, expected


@pytest.mark.parametrize(("name", "number"), CASES)
@pytest.mark.parametrize("part", ["submit", "errors", "controls", "text"])
def test_a_form_is_what_it_is_in_form_js(name: str, number: int, part: str) -> None:
    made, expected = outcome(name, number)
    if (name, number, part) in DIFFERENT:
        assert made[part] != expected[part], "These agree by now: take them out of DIFFERENT."
    else:
        assert made[part] == expected[part]


@pytest.mark.parametrize("name", FILES)
def test_it_can_be_deployed(name: str) -> None:
    codes = {each.code for each in FormJs().check(json.dumps(FILES[name]["schema"]).encode()).problems}
    assert codes <= {"form.no-submit"}


def test_elements_with_the_same_row_stand_beside_each_other() -> None:
    schema = FILES["layout"]["schema"]
    page = Seen(render(json.dumps(schema).encode(), {}).html)
    rows = [sum("element" in inside.classes for inside in each) for each in page.root.find_class("row")]
    assert rows == [each for each in FILES["layout"]["cases"][0]["rows"] if each > 1]
