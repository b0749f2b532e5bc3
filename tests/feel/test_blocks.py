import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine import feel
from engine.feel.blocks import MAXIMUM_BLOCKS, If, Loop, Parts, compile_blocks, expressions
from engine.feel.errors import FeelSyntaxError


def written(parts: Parts) -> str:
    """Return the text that has these parts, with no more space than needed."""
    texts = []
    for part in parts:
        match part:
            case str():
                texts.append(part)
            case If(condition, inside):
                texts.append(f"{{{{#if {condition.text.strip()}}}}}{written(inside)}{{{{/if}}}}")
            case Loop(items, inside):
                texts.append(f"{{{{#loop {items.text.strip()}}}}}{written(inside)}{{{{/loop}}}}")
            case feel.Expression():
                texts.append(f"{{{{{part.text.strip()}}}}}")
    return "".join(texts)


@pytest.mark.parametrize("text", ["", "a", "a } b }} { c", "{ {a} }", "=a", "{{a}}", "x{{a.b}}y{{c}}", "\n{{a}}\n"])
def test_texts_and_expressions_stand_in_their_order(text: str) -> None:
    assert written(compile_blocks(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "{{#if a}}b{{/if}}",
        "{{#if a}}{{/if}}",
        "{{#loop a}}x{{b}}{{/loop}}y",
        "{{#if a}}{{#loop b}}{{#if c}}d{{/if}}{{/loop}}{{/if}}",
        "{{#if a}}b{{/if}}{{#if not(a)}}c{{/if}}",
    ],
)
def test_blocks_are_nested(text: str) -> None:
    assert written(compile_blocks(text)) == text


@pytest.mark.parametrize("text", ["{{ #if a }}b{{ /if }}", "{{#if  a }}b{{/if }}", "{{#if\na}}b{{/if\n}}"])
def test_spaces_around_do_not_matter(text: str) -> None:
    assert written(compile_blocks(text)) == "{{#if a}}b{{/if}}"


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ('{{ {"a": 1}.a }}', '{"a": 1}.a'),
        ('{{ {"a": {"b": 1}}.a.b }}', '{"a": {"b": 1}}.a.b'),
        ('{{ "}}" + a }}', '"}}" + a'),
        (r'{{ "\"}}" + a }}', r'"\"}}" + a'),
        ('{{ "{{" + a }}', '"{{" + a'),
        ("{{ {a: x}}}", "{a: x}"),
    ],
)
def test_braces_within_an_expression_do_not_close_it(text: str, expression: str) -> None:
    (part,) = compile_blocks(text)
    assert isinstance(part, feel.Expression)
    assert part.text.strip() == expression


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("{{", 1, 1),
        ("ab{{c", 1, 3),
        ('{{ "a }}', 1, 1),
        ("{{ { }}", 1, 1),
        ("{{}}", 1, 3),
        ("a\n{{b +}}", 2, 6),
        ("a\n{{b\n+}}", 3, 2),
        ("{{#if a}}b", 1, 1),
        ("x{{#loop a}}{{#if b}}{{/if}}", 1, 2),
        ("{{/if}}", 1, 1),
        ("{{#if a}}{{/loop}}", 1, 10),
        ("{{#if a}}{{/if}}{{/if}}", 1, 17),
        ("{{#unless a}}{{/unless}}", 1, 1),
        ("{{#if}}b{{/if}}", 1, 1),
        ("{{#if (}}b{{/if}}", 1, 8),
        ("{{#}}", 1, 1),
    ],
)
def test_what_is_not_closed_or_no_expression_is_refused_with_its_place(text: str, line: int, column: int) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        compile_blocks(text)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_blocks_are_nested_up_to_the_limit() -> None:
    def nested(depth: int) -> str:
        return "{{#if a}}" * depth + "{{/if}}" * depth

    assert compile_blocks(nested(MAXIMUM_BLOCKS))
    with pytest.raises(FeelSyntaxError, match="nested more than"):
        compile_blocks(nested(MAXIMUM_BLOCKS + 1))


def test_very_many_blocks_are_read_quickly() -> None:
    parts = compile_blocks("{{#if a}}b{{/if}}{{c}}" * 20_000)
    assert len(parts) == 40_000
    with pytest.raises(FeelSyntaxError):
        compile_blocks("{{#if a}}" * 100_000)


def test_every_expression_is_found_at_any_depth() -> None:
    parts = compile_blocks("{{a}}{{#if b}}{{#loop c}}{{d}}{{/loop}}{{/if}}{{e}}")
    assert [each.text.strip() for each in expressions(parts)] == ["a", "b", "c", "d", "e"]


@given(st.text(alphabet='{}#/ ab"\\\n.[]()=1') | st.text())
def test_any_text_compiles_or_is_refused_within_itself(text: str) -> None:
    lines = text.split("\n")
    line, column, parts = 1, 1, compile_blocks("")
    try:
        parts = compile_blocks(text)
    except FeelSyntaxError as error:
        line, column = error.line, error.column
    assert 1 <= line <= len(lines)
    assert 1 <= column <= len(lines[line - 1]) + 1
    assert all(part in text for part in parts if isinstance(part, str))
    assert "{{" in text or parts == ((text,) if text else ())


pieces = st.recursive(
    st.text(alphabet="ab }\n", min_size=1) | st.sampled_from(["{{a}}", "{{a.b + 1}}", '{{"}}"}}', "{{ {c: 1} }}"]),
    lambda inner: st.builds(
        lambda keyword, parts: f"{{{{#{keyword} a}}}}{''.join(parts)}{{{{/{keyword}}}}}",
        st.sampled_from(["if", "loop"]),
        st.lists(inner, max_size=3),
    ),
    max_leaves=6,
)


@given(st.lists(pieces, max_size=4).map("".join))
def test_what_is_well_formed_compiles_to_what_writes_it_again(text: str) -> None:
    assume(text.count("{{#") <= MAXIMUM_BLOCKS)
    once = written(compile_blocks(text))
    assert written(compile_blocks(once)) == once
