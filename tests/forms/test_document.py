"""What deployment says of a document."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.errors import MAXIMUM_PROBLEMS, InvalidDeployment, Severity
from engine.form import MAXIMUM_BYTES
from forms import ELEMENTS, FormJs, render
from forms.reading import MAXIMUM_ELEMENTS, MAXIMUM_GROUPS
from forms.source import MAXIMUM_DEPTH
from tests.forms.conftest import Document
from tests.forms.making import FIELD, TEXT, all_codes

SHIPPED = Path(__file__).parents[2] / "bpmn/get_current_totp/ShowCurrentTOTP.form"


def test_the_shipped_form_has_no_problem() -> None:
    summary = FormJs().check(SHIPPED.read_bytes())
    assert (summary.name, summary.version_tag, summary.problems) == ("ShowCurrentTOTP", "1", ())


def test_what_an_editor_writes_for_itself_is_passed_over(form: Document) -> None:
    field = {**FIELD, "layout": {"row": "Row_1", "columns": None}, "properties": {"note": "x"}, "validate": {}}
    content = form(
        field,
        schemaVersion=19,
        exporter={"name": "x"},
        executionPlatform="Camunda Cloud",
        executionPlatformVersion="8.7",
    )
    assert all_codes(content) == set()


def test_a_byte_order_mark_is_no_problem(form: Document) -> None:
    assert all_codes(b"\xef\xbb\xbf" + form(TEXT)) == set()


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b'{\n "type": "default",\n oops', "form.not-json", 3),
        (b'{\n "type": "def\xffault"}', "form.not-utf-8", 2),
        (b"[]", "form.not-an-object", 1),
        (b"", "form.not-json", 1),
        (b" " * (MAXIMUM_BYTES + 1), "form.too-large", None),
        (b'{"a":\n' + b"[" * 100_000, "form.too-deep", 2),
        (b'{\n"a": {\n"b": 1, "b": 2}}', "form.repeated-name", 2),
        (b'{\n"a": {\n"b": NaN}}', "form.not-a-number", 2),
        (b'{"a":\n' + b"[9" + b"9" * 5000 + b"]}", "form.number-too-long", 2),
    ],
)
def test_text_that_is_not_plain_json_is_refused_with_its_line(content: bytes, code: str, line: int | None) -> None:
    found = {(problem.code, problem.line) for problem in FormJs().check(content).problems}
    assert (code, line) in found


def test_nesting_up_to_the_limit_is_read() -> None:
    assert "form.too-deep" not in all_codes(b'{"a":' + b"[" * (MAXIMUM_DEPTH - 1) + b"]" * (MAXIMUM_DEPTH - 1) + b"}")


@pytest.mark.parametrize(
    ("root", "code"),
    [
        ({"id": None}, "form.missing-property"),
        ({"id": "1x"}, "form.invalid-id"),
        ({"id": "x" * 256}, "form.invalid-id"),
        ({"id": {}}, "form.invalid-property"),
        ({"type": "other"}, "form.invalid-property"),
        ({"type": None}, "form.missing-property"),
        ({"versionTag": "x" * 65}, "form.text-too-long"),
        ({"versionTag": []}, "form.invalid-property"),
        ({"title": "{{"}, "form.bad-expression"),
        ({"components": None}, "form.no-elements"),
        ({"components": []}, "form.no-elements"),
        ({"language": ["de"]}, "form.invalid-property"),
        ({"title": "=="}, "form.bad-expression"),
        ({"title": "{{7 * 7}}"}, "form.unchanging-expression"),
        ({"translations": []}, "form.bad-translations"),
        ({"components": {}}, "form.no-elements"),
        ({"components": [1]}, "form.unknown-element"),
        ({"components": [TEXT] * (MAXIMUM_ELEMENTS + 1)}, "form.too-many-elements"),
        ({"conditional": {}}, "form.unknown-property"),
    ],
)
def test_a_document_that_is_wrong_as_a_whole_is_refused(form: Document, root: dict[str, Any], code: str) -> None:
    assert code in all_codes(form(TEXT, **root))


@pytest.mark.parametrize(
    ("element", "code"),
    [
        ({"type": "iframe", "id": "x"}, "form.unknown-element"),
        ({"type": ["text"], "id": "x"}, "form.unknown-element"),
        ({"id": "x"}, "form.unknown-element"),
        ({"type": "text", "id": 1.5, "text": "x"}, "form.invalid-property"),
        ({**TEXT, "id": "a-b"}, "form.invalid-id"),
        ({**FIELD, "key": "a..b"}, "form.invalid-key"),
        ({**FIELD, "key": "1a"}, "form.invalid-key"),
        ({**FIELD, "key": "__proto__"}, "form.invalid-key"),
        ({**FIELD, "key": "x" * 201}, "form.invalid-key"),
        ({**FIELD, "key": None}, "form.missing-property"),
        ({**FIELD, "key": "csrf_token"}, "form.reserved-key"),
        ({**FIELD, "key": "_identityStore.users"}, "form.reserved-key"),
        ({**FIELD, "key": "this.x"}, "form.hidden-key"),
        ({**FIELD, "readonly": "yes"}, "form.invalid-property"),
        ({**FIELD, "readonly": "=("}, "form.bad-expression"),
        ({**FIELD, "label": ["x"]}, "form.invalid-property"),
        ({**FIELD, "conditional": {"show": "=x"}}, "form.unknown-property"),
        ({**FIELD, "conditional": {"hide": "=a b"}}, "form.bad-expression"),
        ({**FIELD, "conditional": {"hide": "=("}}, "form.bad-expression"),
        ({**FIELD, "conditional": {"hide": True}}, "form.invalid-property"),
        ({**FIELD, "layout": {"columns": 1}}, "form.invalid-property"),
        ({**FIELD, "layout": {"columns": 17}}, "form.invalid-property"),
        ({**FIELD, "layout": []}, "form.invalid-property"),
        ({**FIELD, "components": [TEXT]}, "form.invalid-property"),
        ({**TEXT, "text": "x" * 5_001}, "form.text-too-long"),
        ({**TEXT, "text": "a\x00b"}, "form.bad-character"),
        ({**TEXT, "text": "a\ud800b"}, "form.bad-character"),
        ({**TEXT, "text": "\ufdd00\ufdd1"}, "form.bad-character"),
        ({**TEXT, "text": "=concat(x"}, "form.bad-expression"),
        ({**TEXT, "text": "a {{b"}, "form.bad-expression"),
        ({**TEXT, "text": "{{}}"}, "form.bad-expression"),
        ({**TEXT, "text": "{{1 = 1}}"}, "form.unchanging-expression"),
        ({**TEXT, "text": "{{7*7}}"}, "form.unchanging-expression"),
        ({**TEXT, "text": "{{#if x}}y"}, "form.bad-expression"),
        ({**TEXT, "text": "y{{/if}}"}, "form.bad-expression"),
        ({**TEXT, "text": "{{#each x}}y{{/each}}"}, "form.bad-expression"),
        ({**FIELD, "defaultValue": "{{processvar._identityStore.currentTOTP.secret}}"}, "form.secret-not-shown"),
    ],
)
def test_an_element_that_is_wrong_is_refused(form: Document, element: dict[str, Any], code: str) -> None:
    assert code in all_codes(form(element))


def test_all_problems_are_found_at_once_each_with_element_and_line() -> None:
    content = json.dumps(
        {
            "type": "default",
            "id": "Example",
            "components": [
                {"type": "qrcode", "id": "code"},
                {"type": "map", "id": "map"},
                {"type": "text", "id": "text", "text": "{{ a + }}", "colour": "red"},
                {"type": "text", "id": "text", "text": "x"},
            ],
        },
        indent=1,
    ).encode()
    lines = content.decode().splitlines()
    starts = [number for number, line in enumerate(lines, start=1) if line == "  {"]
    found = [(problem.code, problem.element, problem.line) for problem in FormJs().check(content).problems]
    assert found == [
        ("form.no-submit", None, 1),
        ("form.missing-property", "code", starts[0]),
        ("form.unknown-element", "map", starts[1]),
        ("form.unknown-property", "text", starts[2]),
        ("form.bad-expression", "text", starts[2]),
        ("form.repeated-id", "text", starts[3]),
    ]


def test_a_missing_property_is_named_as_the_form_builder_names_it(form: Document) -> None:
    problem = FormJs().check(form({"type": "qrcode", "id": "qrCode"})).problems[0]
    assert problem.message == "Properties Missing: QR Content."
    assert problem.element == "qrCode"


def test_a_bad_placeholder_is_reported_with_its_column(form: Document) -> None:
    problem = FormJs().check(form({**TEXT, "text": "Hello {{ a.. }}"})).problems[0]
    assert problem.code == "form.bad-expression"
    assert "character 1" in problem.message


def test_an_unknown_element_is_told_what_there_is(form: Document) -> None:
    remedy = FormJs().check(form({"type": "iframe", "id": "x"})).problems[0].remedy
    assert all(name in remedy for name in ELEMENTS)


def test_of_very_many_problems_the_first_are_told() -> None:
    problems = FormJs().check(json.dumps({f"x{number}": 1 for number in range(500)}).encode()).problems
    assert len(problems) == MAXIMUM_PROBLEMS + 1
    assert problems[-1].code == "form.more-problems"


def test_two_fields_cannot_have_one_key(form: Document) -> None:
    assert all_codes(form(FIELD, {**FIELD, "id": "other"})) == {"form.repeated-key"}


def test_a_form_without_submit_button_is_only_warned_about(form: Document) -> None:
    (problem,) = FormJs().check(form(components=[TEXT])).problems
    assert (problem.code, problem.severity) == ("form.no-submit", Severity.WARNING)
    assert "Hello" in render(form(components=[TEXT]), {}).html


def test_a_form_with_errors_is_neither_shown_nor_read(form: Document) -> None:
    content = form({"type": "qrcode", "id": "code"})
    with pytest.raises(InvalidDeployment, match="Properties Missing"):
        render(content, {})
    with pytest.raises(InvalidDeployment, match="Properties Missing"):
        FormJs().read(content, {}, {})


@pytest.mark.parametrize(
    "pair",
    [
        ({"key": "a"}, {"key": "a.b"}),
        ({"key": "a.b"}, {"key": "a"}),
        ({"key": "a.b"}, {"type": "group", "path": "a", "components": [{**FIELD, "key": "b"}]}),
        ({"key": "a"}, {"type": "group", "path": "a", "components": []}),
        ({"key": "a"}, {"type": "dynamiclist", "path": "a", "components": []}),
        ({"type": "group", "path": "a"}, {"type": "dynamiclist", "path": "a"}),
    ],
)
def test_no_answer_is_kept_within_another(form: Document, pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    first, second = ({**(FIELD if "type" not in each else {}), **each, "id": f"x{at}"} for at, each in enumerate(pair))
    assert "form.repeated-key" in all_codes(form(first, second))


def test_groups_may_share_a_path_and_items_have_keys_of_their_own(form: Document) -> None:
    one = {"type": "group", "path": "a", "components": [{**FIELD, "id": "x1", "key": "b"}]}
    other = {"type": "group", "path": "a", "components": [{**FIELD, "id": "x2", "key": "c"}]}
    items = {"type": "dynamiclist", "path": "d", "components": [{**FIELD, "id": "x3", "key": "b"}]}
    assert all_codes(form(one, other, items, {**FIELD, "id": "x4", "key": "b"})) == set()


def test_an_element_without_an_id_is_given_one_that_nobody_has(form: Document) -> None:
    content = form({"type": "text", "text": "x"}, {"type": "text", "text": "y", "id": ""}, {**FIELD, "id": "Field_1"})
    assert all_codes(content) == set()
    html = render(content, {}).html
    assert [f'id="element-Field_{number}"' in html for number in (1, 2, 3, 4)] == [True, True, True, False]


def test_groups_are_nested_up_to_the_limit(form: Document) -> None:
    def nested(depth: int) -> dict[str, Any]:
        return {"type": "group", "components": [nested(depth - 1)] if depth else [FIELD]}

    assert all_codes(form(nested(MAXIMUM_GROUPS - 1))) == set()
    assert all_codes(form(nested(MAXIMUM_GROUPS))) == {"form.too-deep"}
