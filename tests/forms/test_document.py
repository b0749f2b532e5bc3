import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import MAXIMUM_PROBLEMS, InvalidDeployment, Severity
from engine.form import MAXIMUM_BYTES
from forms import ELEMENTS, GROUPS, FormJs, declarations, render
from forms.languages import MAXIMUM_LANGUAGES
from forms.reading import MAXIMUM_ELEMENTS, MAXIMUM_GROUPS
from forms.source import MAXIMUM_DEPTH

Document = Callable[..., bytes]
SHIPPED = Path(__file__).parents[2] / "bpmn/get_current_totp/ShowCurrentTOTP.form"
TEXT = {"type": "text", "id": "intro", "text": "Hello"}
FIELD = {"type": "textfield", "id": "Field_0x1", "key": "name", "label": "Name"}


def codes(content: bytes) -> set[str]:
    return {problem.code for problem in FormJs().check(content).problems}


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
    assert codes(content) == set()


def test_a_byte_order_mark_is_no_problem(form: Document) -> None:
    assert codes(b"\xef\xbb\xbf" + form(TEXT)) == set()


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
    assert "form.too-deep" not in codes(b'{"a":' + b"[" * (MAXIMUM_DEPTH - 1) + b"]" * (MAXIMUM_DEPTH - 1) + b"}")


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
    assert code in codes(form(TEXT, **root))


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
    assert code in codes(form(element))


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
    assert codes(form(FIELD, {**FIELD, "id": "other"})) == {"form.repeated-key"}


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
    assert "form.repeated-key" in codes(form(first, second))


def test_groups_may_share_a_path_and_items_have_keys_of_their_own(form: Document) -> None:
    one = {"type": "group", "path": "a", "components": [{**FIELD, "id": "x1", "key": "b"}]}
    other = {"type": "group", "path": "a", "components": [{**FIELD, "id": "x2", "key": "c"}]}
    items = {"type": "dynamiclist", "path": "d", "components": [{**FIELD, "id": "x3", "key": "b"}]}
    assert codes(form(one, other, items, {**FIELD, "id": "x4", "key": "b"})) == set()


def test_an_element_without_an_id_is_given_one_that_nobody_has(form: Document) -> None:
    content = form({"type": "text", "text": "x"}, {"type": "text", "text": "y", "id": ""}, {**FIELD, "id": "Field_1"})
    assert codes(content) == set()
    html = render(content, {}).html
    assert [f'id="element-Field_{number}"' in html for number in (1, 2, 3, 4)] == [True, True, True, False]


def test_groups_are_nested_up_to_the_limit(form: Document) -> None:
    def nested(depth: int) -> dict[str, Any]:
        return {"type": "group", "components": [nested(depth - 1)] if depth else [FIELD]}

    assert codes(form(nested(MAXIMUM_GROUPS - 1))) == set()
    assert codes(form(nested(MAXIMUM_GROUPS))) == {"form.too-deep"}


def test_what_is_wrong_in_one_language_only_is_said_with_the_language(form: Document) -> None:
    content = form({**TEXT, "translations": {"de": {"text": "{{"}, "fr": {"text": "Salut"}}})
    (problem,) = FormJs().check(content).problems
    assert (problem.code, problem.element) == ("form.bad-expression", "intro")
    assert problem.message.startswith("In de: ")


@pytest.mark.parametrize(
    "element",
    [
        {**FIELD, "translations": {"de": {"key": "other"}}},
        {**FIELD, "translations": {"de": {"id": "other"}}},
        {**FIELD, "translations": {"de": {"type": "html"}}},
        {**FIELD, "translations": {"de": {"colour": "x"}}},
        {**FIELD, "translations": {"de": {"description": "x"}}},
        {**FIELD, "validate": {"pattern": "a"}, "translations": {"de": {"validate.pattern": "b"}}},
        {**FIELD, "validate": {"pattern": "a", "translations": {"de": {"pattern": "b"}}}},
        {**FIELD, "conditional": {"hide": "=x"}, "translations": {"de": {"conditional.hide": "=y"}}},
        {**FIELD, "translations": {"not a tag": {"label": "x"}}},
        {**FIELD, "translations": {"de": {"label": 1}}},
        {**FIELD, "translations": {"de": ["label"]}},
        {
            "type": "radio",
            "id": "r",
            "key": "r",
            "label": "R",
            "values": [{"value": "a", "translations": {"de": {"value": "b"}}}],
        },
    ],
)
def test_only_texts_that_are_there_can_be_translated(form: Document, element: dict[str, Any]) -> None:
    assert "form.bad-translations" in codes(form(element))


def test_a_form_may_have_so_many_languages(form: Document) -> None:
    tags = [f"{first}{second}" for first in "abcdefgh" for second in "abcdefgh"]
    for count, found in ((MAXIMUM_LANGUAGES, set()), (MAXIMUM_LANGUAGES + 1, {"form.too-many-languages"})):
        assert codes(form({**TEXT, "translations": {tag: {"text": "x"} for tag in tags[:count]}})) == found


def test_a_form_is_shown_in_the_language_that_fits_best(form: Document) -> None:
    content = form({**TEXT, "translations": {"de": {"text": "Hallo"}, "ar": {"text": "مرحبا"}}}, language="en-GB")
    shown = {tag: render(content, {}, language=tag) for tag in ("de-AT", "AR", "fr", "en", None)}
    assert [("Hallo" in each.html, each.language, each.direction) for each in shown.values()] == [
        (True, "de", "ltr"),
        (False, "ar", "rtl"),
        (False, "en-GB", "ltr"),
        (False, "en-GB", "ltr"),
        (False, "en-GB", "ltr"),
    ]


TYPES = {
    *("text", "paragraph", "html", "table", "notification"),
    *("textfield", "textarea", "number", "datetime", "filepicker", "password", "onetimecode", "expression"),
    *("checkbox", "radio", "checklist", "select", "taglist"),
    *("image", "qrcode", "button", "submit", "link", "copy", "group", "dynamiclist", "separator", "spacer"),
}


def test_every_element_describes_itself_for_the_form_builder() -> None:
    assert set(ELEMENTS) == TYPES
    told = declarations()
    assert [each["type"] for each in told["elements"]] == list(ELEMENTS)
    for each in told["elements"]:
        assert ELEMENTS[each["type"]].type == each["type"]
        assert each["group"] in GROUPS
        assert all((each["name"], each["description"], each["icon"]))
        assert all(one["label"] and one["section"] in told["sections"] for one in each["properties"])


def test_an_element_as_the_form_builder_makes_it_can_be_deployed_or_says_what_is_missing(form: Document) -> None:
    for each in declarations()["elements"]:
        found = codes(form({"type": each["type"], "id": "new", **each["create"]}))
        assert found <= {"form.missing-property", "form.no-label", "form.image-not-shown"}


def test_the_declarations_are_json() -> None:
    assert json.loads(json.dumps(declarations())) == declarations()


@pytest.mark.parametrize(
    ("kind", "labels"),
    [
        ("qrcode", {"Element ID", "QR Content", "Size"}),
        ("link", {"Element ID", "UI Label", "Default Value"}),
        ("copy", {"Element ID", "UI Label", "Default Value"}),
    ],
)
def test_properties_are_called_what_the_guide_calls_them(kind: str, labels: set[str]) -> None:
    assert {each.label for each in ELEMENTS[kind].parameters} == labels | {"Condition", "Layout"}


@given(st.binary())
def test_checking_any_bytes_never_fails(content: bytes) -> None:
    assert FormJs().check(content).problems


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
names = sorted({each.key for element in ELEMENTS.values() for each in element.parameters} | {"type", "layout"})
texts = st.sampled_from(["{{", "{{a.b}}", "}}", "--5", "(", "[a](b)", "javascript:x", "=", "\ud800"]) | st.text()
changes = st.dictionaries(st.sampled_from(names), json_values | texts, max_size=2)
sound = [
    {"type": "text", "id": "a", "text": "# {{a}}"},
    {"type": "paragraph", "id": "a", "text": "{{a}}"},
    {"type": "textfield", "id": "a", "key": "a", "label": "{{a}}", "validate": {"minLength": 2}},
    {"type": "qrcode", "id": "a", "content": "{{a}}"},
    {"type": "link", "id": "a", "label": "{{a}}", "defaultValue": "https://{{a}}"},
    {"type": "copy", "id": "a", "label": "{{a}}", "defaultValue": "{{a}}"},
    {"type": "button", "id": "a", "label": "{{a}}"},
]
typed = st.builds(lambda element, change: {**element, **change}, st.sampled_from(sound), changes)


@given(
    json_values | st.fixed_dictionaries({"components": st.lists(typed, max_size=3) | json_values, "id": json_values})
)
def test_checking_any_json_never_fails(value: object) -> None:
    problems = FormJs().check(json.dumps(value).encode()).problems
    assert problems
    assert "\n".join(str(problem) for problem in problems).encode()


@given(typed)
def test_whatever_passes_the_check_can_be_shown_and_read(component: dict[str, Any]) -> None:
    content = json.dumps({"type": "default", "id": "Example", "components": [component]}).encode()
    if all(problem.severity is Severity.WARNING for problem in FormJs().check(content).problems):
        render(content, {"a": {"b": "x"}})
        FormJs().read(content, {}, {})
