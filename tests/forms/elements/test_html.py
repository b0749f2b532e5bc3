import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from engine.variables import MASK
from forms import plain, render
from forms.elements.html import TAGS
from tests.forms.making import CANARY, SECRET, codes, form, opened, page


def shown(content: str, **variables: object) -> str:
    return str(render(form({"type": "html", "id": "h", "content": content}), variables, reveal=opened).html)


def test_what_is_harmless_is_shown() -> None:
    html = shown('<h2 lang="en">T</h2><p>a <b>b</b></p><ul><li>c</li></ul><a href="https://a.example">d</a>')
    assert '<h2 lang="en">T</h2><p>a <b>b</b></p><ul><li>c</li></ul>' in html
    assert '<a href="https://a.example" rel="noopener noreferrer">d</a>' in html


@pytest.mark.parametrize(
    "content",
    [
        "<script>canary()</script>",
        "<style>canary{}</style>",
        "<template>canary</template>",
        '<img src="https://canary.example">',
        '<iframe src="https://canary.example"></iframe>',
        '<a href="javascript:canary()">x</a>',
        '<a href=" java\tscript:canary()">x</a>',
        '<a href="data:text/html,canary">x</a>',
        '<p onclick="canary()" style="x:canary" id="canary" class="canary">x</p>',
        '<form action="canary"><input name="canary"></form>',
        '<svg><use href="canary"/></svg>',
        "<math><mtext><canary></mtext></math>",
        '<meta http-equiv="refresh" content="canary">',
        '<base href="canary">',
        "<!-- canary -->",
        '<object data="canary"></object>',
    ],
)
def test_what_is_not_harmless_is_left_out(content: str) -> None:
    assert "canary" not in shown(content)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("<p>x</p>", []),
        ("<script>x</script>", ["form.html-left-out?"]),
        ("<img src=x><CENTER>x</CENTER>", ["form.html-left-out?"]),
        ("", ["form.missing-property"]),
        ("{{", ["form.bad-expression"]),
        ("<p>{{processvar._identityStore.currentTOTP.secret}}</p>", ["form.secret-not-shown"]),
    ],
)
def test_what_is_left_out_is_warned_of(content: str, found: list[str]) -> None:
    assert codes(form({"type": "html", "id": "h", "content": content})) == found


@pytest.mark.parametrize(
    "content", ["<p>{{v}}</p>", "{{v}}", "{{#if true = t}}<b>{{v}}</b>{{/if}}", "{{#loop [v]}}<i>{{this}}</i>{{/loop}}"]
)
def test_a_value_is_never_html(content: str) -> None:
    html = shown(content, v='<b onclick="x">&lt;', t=True)
    assert '&lt;b onclick="x"&gt;&amp;lt;' in html


@given(
    st.text(),
    st.sampled_from(
        ['<a href="{{v}}">x</a>', '<p title="{{v}}">x</p>', "<p title={{v}}>x</p>", "<{{v}}>", "<!--{{v}}-->"]
    ),
)
def test_no_value_runs_anything(value: str, content: str) -> None:
    root = lxml_html.fragment_fromstring(shown(content, v=value), create_parent="div")
    for each in root.iterdescendants():
        if isinstance(each.tag, str):
            assert each.tag in TAGS | {"button"}
            assert not any(name.startswith(("on", "style")) for name in each.attrib)
            scheme = re.match(r"\s*([a-z][a-z0-9+.-]*):", each.get("href") or "", re.IGNORECASE)
            assert scheme is None or scheme[1].lower() in {"https", "http", "mailto", "tel"}


def test_a_secret_is_masked() -> None:
    html = shown("<p>{{s}}</p>", s=SECRET)
    assert MASK in html
    assert CANARY not in html


def test_it_may_differ_by_language_and_is_plain_in_a_terminal() -> None:
    content = form(
        {"type": "html", "id": "h", "content": "<p>one</p>", "translations": {"de": {"content": "<p>eins</p>"}}}
    )
    assert "eins" in page(content, language="de").text
    assert plain(content, {})[0].text == "one"
