"""Texts, links, names and characters that mean harm: each is shown as what it is, or refused."""

import json

import pytest

from engine.variables import encode
from forms import render
from tests.ending import ends
from tests.forms.harmful import TEXT_PROPERTIES, element, harmless, with_text
from tests.forms.making import SHORT_FIELD, again, codes, form, page, read
from tests.forms.seen import Seen

SCRIPT = "<script>canary()</script><b onx=y>\"'&"
LINKS = (
    "javascript:canary()",
    "JaVa\tScript:canary()",
    "data:text/html,canary",
    "vbscript:canary()",
    "//canary.example",
    " javascript:canary()",
)


@pytest.mark.parametrize(("kind", "path"), TEXT_PROPERTIES)
def test_a_script_in_a_text_of_the_form_is_text(kind: str, path: tuple[str, ...]) -> None:
    for text in (SCRIPT, f"x{{{{v}}}}{SCRIPT}", "{{v}}"):
        content = form(with_text(kind, path, text), title=text)
        if any(not each.endswith("?") for each in codes(content)):
            continue
        for how in ({}, {"posted": {"key": [SCRIPT]}, "check": True}, {"readonly": True}):
            seen = page(content, {"v": SCRIPT, "key": SCRIPT}, **how)
            harmless(seen)
            assert not list(seen.root.iter("script"))


@pytest.mark.parametrize(("kind", "path"), TEXT_PROPERTIES)
def test_no_value_or_text_leads_to_a_dangerous_place(kind: str, path: tuple[str, ...]) -> None:
    for target in LINKS:
        for text in (
            target,
            "{{v}}",
            f"[x]({target})",
            "[x]({{v}})",
            f'<a href="{target}">x</a>',
            '<a href="{{v}}">x</a>',
        ):
            content = form(with_text(kind, path, text))
            if all(each.endswith("?") for each in codes(content)):
                harmless(page(content, {"v": target}))


@pytest.mark.parametrize(("kind", "path"), TEXT_PROPERTIES)
def test_a_template_is_refused_where_it_computes_nothing_and_kept_where_it_is_a_value(
    kind: str, path: tuple[str, ...]
) -> None:
    assert "form.unchanging-expression" in codes(form(with_text(kind, path, "x {{7*7}}")))
    content = form(with_text(kind, path, "https://a.example/{{v}}"))
    if all(each.endswith("?") for each in codes(content)):
        assert "49" not in page(content, {"v": "{{7*7}}"}).text.replace("490", "")


@pytest.mark.parametrize(
    "answer", ["{{7*7}}", "${7*7}", "=7*7", "{% x %}", "#{7*7}", "__import__('os')", "{0.__class__}"]
)
def test_an_answer_stays_as_it_was_typed(answer: str) -> None:
    content = form(
        SHORT_FIELD,
        {"type": "text", "id": "t", "text": "[{{f}}]"},
        {"type": "expression", "id": "e", "key": "e", "expression": "=f"},
    )
    assert read(content, {"f": [answer]}).values == {"f": answer, "e": answer}
    seen = page(content, posted={"f": [answer]})
    assert f"[{answer}]" in seen.text
    assert seen.one("f").get("value") == answer


PROTOTYPES = ("__proto__", "constructor", "prototype", "toString", "__class__", "__init__")


@pytest.mark.parametrize("name", PROTOTYPES)
def test_names_that_other_languages_fear_are_names_or_refused(name: str) -> None:
    for made in (
        {**SHORT_FIELD, "key": name},
        {**SHORT_FIELD, "key": f"a.{name}"},
        {**SHORT_FIELD, "id": name},
        element("group", path=name),
    ):
        content = form(made)
        if codes(content):
            assert set(codes(content)) <= {"form.invalid-key", "form.invalid-id"}
            continue
        posted = page(content, {name: {name: "x"}}).posted()
        encode(dict(read(content, posted).values))
    posted = {name: ["x"], f"f.{name}": ["x"], f"{name}[0].f": ["x"], f"{name}[]": ["9"]}
    assert read(form(SHORT_FIELD), posted).values == {"f": ""}
    document = json.loads(form(SHORT_FIELD))
    for target in (document, document["components"][0]):
        target[name] = {"polluted": True}
        assert "form.unknown-property" in codes(json.dumps(document).encode())
        del target[name]
    assert page(form({"type": "text", "id": "t", "text": f"[{{{{a.{name}}}}}]"}), {"a": {"b": 1}}).text == "[] Submit"


@pytest.mark.parametrize(
    "text", ["\u202egpj.exe", "a\u2066b", "\ufeffx", "\u200bx", "e\u0301" * 50, "\U0001f9d1\u200d\U0001f33e"]
)
def test_text_of_any_direction_is_kept_and_changes_nothing_around_it(text: str) -> None:
    found = read(form(SHORT_FIELD), {"f": [text]})
    assert found.values.get("f", text) == text
    html = render(form(SHORT_FIELD), {}, posted={"f": [text]}).html
    assert html.count("<") == render(form(SHORT_FIELD), {}, posted={"f": ["x"]}).html.count("<")


@pytest.mark.parametrize("bad", ["\x00", "\ud800", "\x1b", "\x7f", "\x85", "\ufdd0"])
def test_what_cannot_be_shown_is_neither_deployed_nor_breaks_a_page(bad: str) -> None:
    assert set(codes(form({**SHORT_FIELD, "label": f"a{bad}b"}))) == {"form.bad-character"}
    values = {"v": f"a{bad}b", "f": f"a{bad}b"}
    content = form(
        SHORT_FIELD,
        *(
            with_text(kind, path, "https://a.example/{{v}}") | {"id": f"e{at}"}
            for at, (kind, path) in enumerate(TEXT_PROPERTIES)
            if kind in {"text", "html", "link", "copy", "paragraph", "qrcode"}
        ),
    )
    seen = again(content, {"f": [f"a{bad}b"]}, values if not "\ud800" <= bad <= "\udfff" else {})
    assert seen.text


def test_these_helpers_find_what_they_look_for() -> None:
    for bad in ("<script>x</script>", '<a href="javascript:x">x</a>', '<p onclick="x">x</p>', '<p style="x">x</p>'):
        with pytest.raises(AssertionError):
            harmless(Seen(bad))
    with pytest.raises(AssertionError), ends(0):
        pass
