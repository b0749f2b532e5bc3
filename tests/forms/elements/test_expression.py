import pytest

from engine.form import Answers
from engine.variables import SensitiveText
from forms import plain
from tests.forms.making import SECRET, codes, form, page, properties, read

A = {"type": "number", "id": "a", "key": "a", "label": "A"}


def computed(key: str, formula: str) -> dict[str, str]:
    return {"type": "expression", "id": f"{key}_id", "key": key, "expression": formula}


def test_the_form_builder_asks_for_a_formula_and_not_for_a_label() -> None:
    assert (properties("expression")["expression"]["kind"], properties("expression")["expression"]["required"]) == (
        "feel",
        True,
    )
    assert codes(form(computed("e", "=1"))) == []
    assert codes(form(computed("e", "=("))) == ["form.bad-expression"]
    assert codes(form(computed("e", ""))) == ["form.missing-property"]
    assert codes(form({**computed("e", "=1"), "computeOn": "never"})) == ["form.invalid-property"]


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=a * 2", 6),
        ("a * 2", 6),
        ("=a / 2", 1.5),
        ('=if a > 2 then "x" else "y"', "x"),
        ("=[a, {b: a}]", [3, {"b": 3}]),
        ('=date("2026-01-31")', "2026-01-31"),
        ("=a > 2", True),
        ("=nothing", None),
        ("=[1..3]", None),
        ("=function(x) x", None),
        ("=known.deep", "k"),
        ("=secret", None),
        ("=[secret]", None),
        ("={x: secret}", None),
        ("=secret != null", True),
        ("=sensitive", None),
        ("=[sensitive]", None),
    ],
)
def test_what_it_gives_is_kept_like_an_answer(formula: str, value: object) -> None:
    variables = {"known": {"deep": "k"}, "secret": SECRET, "sensitive": SensitiveText("canary")}
    assert read(form(A, computed("e", formula)), {"a": ["3"]}, variables) == Answers({"a": 3, "e": value})


def test_what_is_posted_for_it_is_ignored() -> None:
    assert read(form(computed("e", "=1 + 1")), {"e": ["forged"]}, {"e": "known"}).values == {"e": 2}


def test_one_may_use_another_in_any_order() -> None:
    chain = [computed(f"e{each}", f"=e{each + 1} + 1") for each in range(5)]
    last = computed("e5", "=a")
    for elements in ([A, last, *reversed(chain)], [*chain, last, A]):
        assert read(form(*elements), {"a": ["1"]}).values["e0"] == 6


def test_those_that_use_each_other_come_to_an_end() -> None:
    found = read(form(computed("x", "=if y = null then 1 else y + 1"), computed("y", "=x + 1")), {})
    assert found.values.keys() == {"x", "y"}


def test_the_value_of_a_hidden_field_is_nothing_to_it() -> None:
    hidden = {**A, "conditional": {"hide": "=true"}}
    assert read(form(hidden, computed("e", "=a")), {"a": ["3"]}, {"a": 4}) == Answers({"e": None})


def test_a_hidden_one_keeps_nothing() -> None:
    assert read(form(A, {**computed("e", "=a"), "conditional": {"hide": "=a = 3"}}), {"a": ["3"]}) == Answers({"a": 3})


def test_nothing_of_it_is_shown() -> None:
    content = form(A, computed("e", '="canary"'))
    assert "canary" not in page(content).text
    assert "canary" not in str(plain(content, {}))
