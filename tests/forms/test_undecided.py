"""Answers that make a rule of their form fail are not taken: nothing is skipped by them."""

from typing import Any

import pytest

from engine.form import FormUndecided
from tests.forms.making import form, read

SLOW = "count(for a in 1..400, b in 1..400 return a) > long"
"""More steps than an expression may take."""
LONG = {"type": "number", "id": "l", "key": "long", "label": "Long"}
CODE = {"type": "textfield", "id": "c", "key": "code", "label": "Code"}


@pytest.mark.parametrize(
    "rule",
    [
        {"conditional": {"hide": f"={SLOW}"}},
        {"readonly": f"={SLOW}"},
        {"validate": {"required": f"={SLOW}"}},
        {"validate": {"minLength": f"=if {SLOW} then 1 else 5"}},
    ],
    ids=["hide", "readonly", "required", "minLength"],
)
def test_answers_for_which_a_rule_cannot_be_worked_out_are_not_taken(rule: dict[str, Any]) -> None:
    with pytest.raises(FormUndecided) as refusal:
        read(form(LONG, {**CODE, **rule}), {"long": ["1"], "code": ["x"]})
    assert refusal.value.code == "form-undecided"


def test_what_is_only_shown_may_fail() -> None:
    text = {"type": "text", "id": "t", "text": f"{{{{{SLOW}}}}}"}
    assert read(form(LONG, CODE, text), {"long": ["1"], "code": ["x"]}).values == {"long": 1, "code": "x"}
