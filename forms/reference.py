"""The reference page of the form elements, from their declarations: `python -m forms.reference` writes it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from forms.declarations import declarations
from forms.elements import UNSUPPORTED

PAGE = Path(__file__).parents[1] / "docs" / "form-elements.md"

_INTRODUCTION = """# Form elements

What a form can have: the elements of [form-js](https://github.com/bpmn-io/form-js) that make sense on a page, and this
project's own. How a form is drawn, translated, checked and shown is in [forms](forms.md). This page is made from the
declarations: `python -m forms.reference`.

A property with dots in its name is inside of others: `validate.required` is `{"validate": {"required": true}}`. Bold
ones are needed: without them an element says "Properties Missing", and the form cannot be deployed. Elements
with the same `layout.row` stand beside each other.
"""

_VALUES = {
    "string": "a text",
    "text": "a text with FEEL in braces",
    "multiline": "lines with FEEL in braces",
    "feel": "FEEL",
    "flag": "true or false",
    "flag-or-feel": "true, false or FEEL",
    "integer": "a whole number",
    "number": "a number",
    "number-or-feel": "a number or FEEL",
    "choice": "one of",
    "list": "a list of",
}


def page() -> str:
    """Return the page in Markdown."""
    declared = declarations()
    first, *others = declared["elements"]
    common = [each for each in first["properties"] if all(each in other["properties"] for other in others)]
    lines = [_INTRODUCTION, "## The form itself\n", *_table(declared["form"]["properties"])]
    lines += ["## Every element\n", *_table(common)]
    for group in declared["groups"]:
        lines.append(f"## {group}\n")
        for element in declared["elements"]:
            if element["group"] == group:
                lines += [f"### {element['name']}\n", f"`{element['type']}`: {element['description']}\n"]
                lines += _table([each for each in element["properties"] if each not in common])
    lines += ["## What is not supported\n", "| type | why |", "|---|---|"]
    lines += [f"| `{kind}` | {reason} |" for kind, reason in UNSUPPORTED.items()]
    return "\n".join([*lines, ""])


def _table(properties: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not properties:
        return
    yield "| property | name | value | |"
    yield "|---|---|---|---|"
    for each in properties:
        label = f"**{each['label']}**" if each["required"] else each["label"]
        yield f"| {label} | `{'.'.join(each['path'])}` | {_value(each)} | {each['help']} |"
    yield ""


def _value(declared: Mapping[str, Any]) -> str:
    value = _VALUES[declared["kind"]]
    if declared["choices"]:
        value += " " + ", ".join(f"`{each}`" for each in declared["choices"])
    if "item" in declared:
        value += " " + ", ".join(f"`{each['path'][0]}`" for each in declared["item"])
    if declared["minimum"] is not None and declared["maximum"] is not None:
        value += f" from {declared['minimum']} to {declared['maximum']}"
    return f"{value}; `{declared['default']}` when not set" if declared["default"] else value


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
