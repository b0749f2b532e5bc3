"""Documents, values, answers and formulas that are huge, deep or slow: each is refused or comes to an end."""

import pytest

from engine.form import MAXIMUM_BYTES
from forms import FormJs
from forms.reading import MAXIMUM_ELEMENTS
from tests.ending import ends
from tests.forms.making import SHORT_FIELD, codes, form, page, read


def test_very_many_posted_fields_are_passed_over() -> None:
    posted = {f"x{each}": ["y" * 100] for each in range(10_000)} | {"f": ["a"], "form-shown": ["x"] * 10_000}
    with ends():
        assert read(form(SHORT_FIELD), posted).values == {"f": "a"}
        page(form(SHORT_FIELD), posted=posted)


def test_very_many_items_that_are_posted_are_bounded() -> None:
    inner = {"type": "dynamiclist", "id": "i", "path": "n", "allowAddRemove": True, "components": [SHORT_FIELD]}
    outer = {"type": "dynamiclist", "id": "o", "path": "o", "allowAddRemove": True, "components": [inner]}
    middle = {"type": "dynamiclist", "id": "m", "path": "m", "allowAddRemove": True, "components": [outer]}
    posted = {"m[]": ["50"]}
    posted |= {f"m[{one}].o[]": ["50"] for one in range(50)}
    posted |= {f"m[{one}].o[{two}].n[]": ["50"] for one in range(50) for two in range(50)}
    with ends():
        page(form(middle), posted=posted)


def test_very_many_elements_are_refused() -> None:
    for count in (MAXIMUM_ELEMENTS - 1, 10_000):
        with ends():
            found = codes(form(*({**SHORT_FIELD, "id": f"f{each}", "key": f"f{each}"} for each in range(count))))
        assert (found == ["form.too-many-elements"]) is (count == 10_000)


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b'{"type":"default","components":[' * 1000,
        b" " * (10 * 1024 * 1024),
        b'{"id": "' + b"x" * (10 * 1024 * 1024) + b'"}',
        b'{"id": "' + b"x" * (MAXIMUM_BYTES - 20) + b'"}',
        b'{"components": [' + b"1," * 200_000 + b"1]}",
        b'{"components": [' + b"{}," * 100_000 + b"{}]}",
        b'{"a": "' + b"\\u0000" * 300_000 + b'"}',
        b'{"a": 1' + b"0" * 1_000_000 + b"}",
        b'{"a": 1e' + b"9" * 1_000_000 + b"}",
        b"\xff\xfe" * 1000,
    ],
)
def test_a_huge_or_deep_document_is_refused(content: bytes) -> None:
    with ends():
        assert FormJs().check(content).problems


def test_deep_groups_and_blocks_are_refused() -> None:
    group = SHORT_FIELD
    for _ in range(12):
        group = {"type": "group", "components": [group]}  # type: ignore[dict-item]
    assert "form.too-deep" in codes(form(group))
    blocks = "{{#if a}}" * 100 + "{{/if}}" * 100
    assert codes(form({"type": "text", "id": "t", "text": blocks})) == ["form.bad-expression"]
    assert codes(form({"type": "text", "id": "t", "text": "{{" + "(" * 500 + "a" + ")" * 500 + "}}"})) == [
        "form.bad-expression"
    ]


def test_very_many_translations_are_checked() -> None:
    table = {
        f"{first}{second}{third}": {"label": "{{"}
        for first in "abcdefgh"
        for second in "abcdefghij"
        for third in "abcdefghij"
    }
    with ends():
        assert "form.too-many-languages" in codes(
            form(*({**SHORT_FIELD, "id": f"f{at}", "key": f"f{at}", "translations": table} for at in range(50)))
        )
    few = dict(list(table.items())[:50])
    with ends():
        codes(form(*({**SHORT_FIELD, "id": f"f{at}", "key": f"f{at}", "translations": few} for at in range(100))))


BURNING = "count(for a in 1..300, b in 1..300 return a * b) > 0"


def test_formulas_that_burn_their_budget_end_and_show_nothing() -> None:
    fields = [
        {**SHORT_FIELD, "id": f"f{at}", "key": f"f{at}", "conditional": {"hide": f"={BURNING} and {at} = nothing"}}
        for at in range(40)
    ]
    texts = [{"type": "text", "id": f"t{at}", "text": f"[{{{{{BURNING} or x = {at}}}}}]"} for at in range(40)]
    choices = [
        {
            "type": "select",
            "id": f"s{at}",
            "key": f"s{at}",
            "label": "S",
            "valuesExpression": f"=if {BURNING} and x = {at} then [1] else [2]",
        }
        for at in range(40)
    ]
    with ends():
        seen = page(form(*texts, *fields, *choices))
    assert "[]" in seen.text
    assert not seen.named("f39")


def test_a_loop_over_a_huge_list_ends() -> None:
    text = {"type": "text", "id": "t", "text": "{{#loop list}}{{#loop list}}- {{this}}\n{{/loop}}{{/loop}}"}
    with ends():
        page(form(text, {**text, "id": "t2", "type": "paragraph"}), {"list": list(range(20_000))})


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|aa)+$", "(.*a){20}", "^(([a-z])+.)+[A-Z]([a-z])+$", "(?:a?){50}a{50}"]
)
def test_a_pattern_takes_no_longer_for_a_nasty_answer(pattern: str) -> None:
    content = form({**SHORT_FIELD, "validate": {"pattern": pattern}})
    if not codes(content):
        with ends():
            read(content, {"f": ["a" * 1999 + "!"]})
    assert codes(form({**SHORT_FIELD, "validate": {"pattern": "((a{1000}){1000}){1000}"}})) == ["form.invalid-pattern"]
