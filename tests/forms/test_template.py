import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.variables import MASK, SecretReference, SensitiveText, scope
from forms.names import Names, Patience
from forms.template import MAXIMUM_FILLED, Template, TemplateInvalid

SECRET = SecretReference("totp-secret", "1", "instance")


def filled(text: str, **variables: object) -> str:
    return Template.compile(text).fill(scope(variables)).text


@pytest.mark.parametrize(
    "text",
    ["{{user.name}}", "{{ processvar.user.name }}", "{{processVar.user.name}}", "{{\nprocessvar . user . name\n}}"],
)
def test_a_placeholder_names_a_variable_with_or_without_the_table(text: str) -> None:
    assert filled(text, user={"name": "Ann"}) == "Ann"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a", "a"),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (1.5, "1.5"),
        (2.0, "2"),
        (None, ""),
        ({"a": 1}, ""),
        (["a", 1, None, {"b": 2}, ["c"]], "a, 1"),
        ("{{other}}", "{{other}}"),
    ],
)
def test_values_are_shown_as_a_person_would_write_them(value: object, shown: str) -> None:
    assert filled("{{value}}", value=value, other="x") == shown


def test_what_is_missing_or_out_of_reach_is_shown_as_nothing() -> None:
    assert filled("[{{a.b.c}}{{d.e}}]", d="text") == "[]"


def test_a_path_into_a_list_is_shown_as_what_its_items_have() -> None:
    assert filled("{{f.g}}", f=[{"g": 1}, {"g": 2}, {}]) == "1, 2"


def test_python_is_out_of_reach() -> None:
    assert filled("{{a.__class__}}{{a.upper}}{{processvar.keys}}{{s.id}}", a="x", s=SECRET) == ""


def test_a_variable_called_processvar_does_not_hide_the_table() -> None:
    assert filled("{{processvar.a}}", processvar={"a": "forged"}, a="real") == "real"


def test_a_secret_is_masked_unless_somebody_opens_it() -> None:
    template = Template.compile("Key: {{secret}}")
    closed = template.fill({"secret": SECRET})
    assert (closed.text, closed.opened, closed.masked) == (f"Key: {MASK}", False, True)
    opened = template.fill({"secret": SECRET}, lambda reference: f"opened {reference.id}")
    assert (opened.text, opened.opened, opened.masked) == ("Key: opened 1", True, False)


def test_a_secret_in_a_list_is_known_to_be_one() -> None:
    template = Template.compile("{{codes}}")
    assert template.fill({"codes": [SECRET, SECRET]}).text == f"{MASK}, {MASK}"
    assert template.fill({"codes": [SECRET, SECRET]}, lambda _: "x").opened


def test_a_context_around_a_secret_is_not_shown() -> None:
    filled = Template.compile("{{totp}}").fill({"totp": {"secret": SECRET}}, lambda _: "canary")
    assert filled.text == ""


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("ab {{c", 4),
        ("{{}}", 3),
        ("ab {{ 1 + }}", 11),
        ("{{f(x)}}", 3),
        ("=", 1),
        ("=a +", 4),
        ("{{#if a}}b", 1),
        ("a{{/if}}", 2),
        ("{{#if a}}{{/loop}}", 10),
        ("{{#else}}", 1),
        ("{{#if}}{{/if}}", 1),
        ("{{a..b}}", 4),
        ("{{ {{a}} }}", 5),
        ("{{ a b }}", 4),
    ],
)
def test_what_is_no_expression_or_block_is_refused_with_its_column(text: str, column: int) -> None:
    with pytest.raises(TemplateInvalid) as caught:
        Template.compile(text)
    assert caught.value.column == column


@given(st.text())
def test_a_text_without_opening_braces_is_shown_as_it_is(text: str) -> None:
    text = text.replace("{{", "").lstrip("=")
    assert filled(text) == text


@given(st.text(), st.text(), st.text())
def test_a_value_is_put_in_exactly_once(before: str, value: str, after: str) -> None:
    # A text that starts with = is an expression as a whole.
    before, after = before.replace("{", "").lstrip("="), after.replace("{", "")
    assert filled(before + "{{value}}" + after, value=value) == before + value + after


@given(st.text(alphabet="{} ab.[]()\"'#=1\n"))
def test_compiling_any_text_ends_in_a_template_or_a_clear_error(text: str) -> None:
    column = 1
    try:
        Template.compile(text)
    except TemplateInvalid as error:
        column = error.column
    assert 1 <= column <= len(text) + 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{{1 + n}}", "4"),
        ("{{n / 8}}", "0.375"),
        ("{{upper case(name)}}", "ANN"),
        ('{{if n > 2 then "many" else "few"}}', "many"),
        ('{{ {"a": "}}"}.a + name }}', "}}Ann"),
        ('="= " + name', "= Ann"),
        ("=name", "Ann"),
        ("= n * 2", "6"),
        ("a = b", "a = b"),
        ("{{date(day)}}", "2026-01-31"),
        ("{{#if n > 2}}yes{{/if}}{{#if n > 3}}no{{/if}}", "yes"),
        ("{{#if name}}not true{{/if}}", ""),
        ("{{#if nothing}}no{{/if}}", ""),
        ("{{#loop words}}[{{this}}]{{/loop}}", "[a][b]"),
        ("{{#loop people}}{{first}} {{this.first}} {{name}} {{/loop}}", "Bo Bo Ann Cy Cy Ann "),
        ("{{#loop groups}}{{#loop members}}{{parent.name}}{{this}} {{/loop}}{{/loop}}", "x1 x2 y3 "),
        ("{{#loop name}}[{{this}}]{{/loop}}", "[Ann]"),
        ("{{#loop nothing}}x{{/loop}}", ""),
        ('{{#if true = flag}}{{#loop words}}{{#if this = "b"}}{{this}}{{/if}}{{/loop}}{{/if}}', "b"),
    ],
)
def test_feel_and_blocks_stand_between_braces(text: str, shown: str) -> None:
    variables = {
        "n": 3,
        "name": "Ann",
        "day": "2026-01-31",
        "flag": True,
        "words": ["a", "b"],
        "people": [{"first": "Bo"}, {"first": "Cy"}],
        "groups": [{"name": "x", "members": [1, 2]}, {"name": "y", "members": [3]}],
    }
    assert filled(text, **variables) == shown


@pytest.mark.parametrize("text", ["{{7*7}}", '{{"a"}}', "{{ [1] }}", "=1", "{{a}} {{true}}"])
def test_an_expression_that_is_always_the_same_is_told(text: str) -> None:
    assert Template.compile(text).unchanging is not None


def test_a_loop_ends_at_its_limit() -> None:
    text = filled("{{#loop many}}{{#loop many}}x{{/loop}}{{/loop}}", many=list(range(1000)))
    assert text == "x" * MAXIMUM_FILLED


def test_secrets_and_sensitive_texts_are_masked_in_blocks_too() -> None:
    variables: dict[str, object] = {
        "s": SECRET,
        "list": [SECRET, SensitiveText("canary")],
        "p": SensitiveText("canary"),
    }
    assert filled("{{#loop list}}{{this}};{{/loop}}", **variables) == f"{MASK};{MASK};"
    assert filled("{{p}} {{#if p != null}}{{p}}{{/if}}", **variables) == f"{MASK} {MASK}"
    assert filled('{{string(p)}}{{p + "x"}}{{string length(p)}}{{[p][1]}}', **variables) == MASK
    assert filled('{{s + "x"}}{{string(s)}}{{substring(s, 1)}}{{contains(s, "a")}}', **variables) == ""


def test_a_page_that_takes_too_long_shows_nothing_more() -> None:
    ticks = iter(range(100))
    names = Names({"a": 1}).with_patience(Patience(seconds=1.5, clock=lambda: float(next(ticks))))
    assert Template.compile("{{a}}{{a + 1}}{{a}}").fill(names).text == "12"
    assert Template.compile("{{#loop [1,2]}}{{a}}{{/loop}}x").fill(names).text == "x"
