import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import feel


def test_literal_texts_and_paths_come_in_their_order() -> None:
    parts = feel.compile_placeholders("Dear {{ processvar.name }}, {{n}} left{{x}}")
    assert [part if isinstance(part, str) else part.path for part in parts] == [
        "Dear ",
        ("processvar", "name"),
        ", ",
        ("n",),
        " left",
        ("x",),
    ]


def test_values_are_handed_on_as_they_are() -> None:
    secret = object()
    (part,) = feel.compile_placeholders("{{a.b}}")
    assert not isinstance(part, str)
    assert part.evaluate({"a": {"b": secret}}) is secret


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("ab {{c", 1, 4),
        ("{{}}", 1, 3),
        ("a\nb {{ f(x) }}", 2, 6),
        ("a\n{{b\n+}}", 3, 2),
        ("{{a}}\n{{a[1]}}", 2, 3),
        ("{{a b}}", 1, 3),
        ("{{`a b`}}", 1, 3),
    ],
)
def test_anything_but_a_path_is_refused_with_its_place(text: str, line: int, column: int) -> None:
    with pytest.raises(feel.FeelSyntaxError) as refusal:
        feel.compile_placeholders(text)
    assert (refusal.value.line, refusal.value.column) == (line, column)


@given(st.text(alphabet="{} ab.[]()\"'#=1\n"))
def test_any_text_compiles_or_is_refused_within_itself(text: str) -> None:
    line = column = 1
    parts: tuple[object, ...] = ()
    try:
        parts = feel.compile_placeholders(text)
    except feel.FeelSyntaxError as error:
        line, column = error.line, error.column
    assert 1 <= line <= text.count("\n") + 1
    assert 1 <= column <= len(text) + 1
    assert not [part for part in parts if isinstance(part, str) and "{{" in part]
