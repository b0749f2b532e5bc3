import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.variables import MASK, scope
from forms import plain, render
from forms.elements.text import Text
from forms.page import Page
from forms.place import Answering, Place, Scope
from tests.forms.making import CANARY, SECRET, codes, form, opened


def shown(text: str, **variables: object) -> str:
    """Return the text alone, whether deployment takes it or not."""
    page = Page(scope(variables))
    element = Text.read({"id": "intro", "text": text})
    return str(element.render(Place(element, page, (), Scope(page.scope, Answering(page.patience)))))


def found(text: str) -> set[str]:
    return set(codes(form({"type": "text", "id": "intro", "text": text})))


class Seen(HTMLParser):
    """What a browser would make of HTML: its tags and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_markdown_makes_titles_emphasis_lists_and_links() -> None:
    html = shown("# Title\n\n*one* **two**\n\n- a\n- b\n\n[go](https://example.com/a?b=1&c=2)")
    for part in (
        "<h1>Title</h1>",
        "<em>one</em> <strong>two</strong>",
        "<li>a</li>",
        '<a href="https://example.com/a?b=1&amp;c=2">go</a>',
    ):
        assert part in html


def test_html_in_the_document_is_text() -> None:
    html = shown("<script>alert(1)</script>\n\n<b onclick=x>bold</b>")
    assert "<script" not in html
    assert "<b " not in html


@pytest.mark.parametrize(
    "value",
    [
        "<img src=x onerror=alert(1)>",
        "**bold** [a](https://evil.example)",
        "# title",
        "{{secret}}",
        "\ufdd00\ufdd1",
        "</p>",
    ],
)
def test_a_value_is_never_html_nor_markdown_nor_a_template(value: str) -> None:
    seen = Seen(shown("a {{value}} b", value=value, secret="x"))
    assert seen.tags == [("p", [])]
    assert seen.text.strip() == f"a {value} b"


@given(
    st.text(),
    st.sampled_from(
        [
            *("{{v}}", "# {{v}}", "*{{v}}*", "`{{v}}`", "    {{v}}", "> {{v}}", "1. {{v}}", "{{v}}{{v}}"),
            *("{{#if true = t}}{{v}}{{/if}}", "{{#loop [1, v]}}- {{this}}\n{{/loop}}"),
        ]
    ),
)
def test_no_value_changes_the_tags(value: str, text: str) -> None:
    assert Seen(shown(text, v=value, t=True)).tags == Seen(shown(text, v="x", t=True)).tags


@pytest.mark.parametrize("text", ["```{{v}}\nx\n```", '[a](https://example.com "{{v}}")'])
def test_a_value_in_an_attribute_stays_there(text: str) -> None:
    html = shown(text, v='" onclick="alert(1)"><script>')
    assert "<script" not in html
    assert all(name != "onclick" for _, attributes in Seen(html).tags for name, _ in attributes)


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#x0A;script:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "/path",
        "//example.com",
        "#x",
        "<a b>",
        "",
    ],
)
def test_a_link_to_an_unsafe_place_is_refused(target: str) -> None:
    assert found(f"[a]({target})") == {"form.unsafe-link"}
    html = shown(f"[a]({target})")
    assert not re.search(r"href=\"\s*(?:javascript|data|vbscript|/|#)", html, re.IGNORECASE)


@pytest.mark.parametrize(
    "target", ["https://a.example/x", "mailto:a@example.com", "tel:+123", "otpauth://totp/x", "HTTP://a"]
)
def test_a_link_to_a_safe_place_is_taken(target: str) -> None:
    assert found(f"[a]({target})") == set()
    assert found(f"<{target}>") == set()


@pytest.mark.parametrize(
    ("text", "value", "href"),
    [
        ("[a]({{v}})", "https://a.example/?x=1&y=2", "https://a.example/?x=1&y=2"),
        ("[a](https://a.example/{{v}})", 'b"onclick="', 'https://a.example/b"onclick="'),
        ("[a](https://{{v}}.example)", "b", "https://b.example"),
        ("[a][b]\n\n[b]: {{v}}", "mailto:a@example.com", "mailto:a@example.com"),
        ("[a]({{v}})", "javascript:alert(1)", None),
        ("[a]({{v}})", " https://a", None),
        ("[a]({{v}}script:x)", "java", None),
        ("[a](https://a.example/{{v}})", "b c", None),
        ("[a]({{v}})", SECRET, None),
        ("[a](https://a.example/{{v}})", SECRET, None),
        ("[a](https://a.example/{{v}})", [1, SECRET], None),
        ("[a](otpauth://totp/{{v}})", SECRET, None),
    ],
)
def test_a_value_in_a_link_leads_to_a_safe_place_or_nowhere(text: str, value: object, href: str | None) -> None:
    html = render(form({"type": "text", "id": "t", "text": text}), {"v": value}, reveal=opened).html
    ((tag, attributes),) = (each for each in Seen(html).tags if each[0] == "a")
    assert tag == "a"
    assert dict(attributes).get("href") == href
    assert set(dict(attributes)) <= {"href", "rel"}
    assert CANARY not in html


def test_a_value_cannot_stand_for_another_one() -> None:
    """The marks for values within the Markdown are noncharacters, which a value may hold."""
    text = "[a](https://a.example/{{v}}) {{s}}"
    for number in range(6):
        mark = f"\ufdd0{number}\ufdd1"
        html = render(form({"type": "text", "id": "t", "text": text}), {"v": mark, "s": SECRET}, reveal=opened).html
        assert html.count(CANARY) == 1
        assert f'href="https://a.example/{mark}"' in html


def test_an_image_is_refused() -> None:
    assert found("![a](https://example.com/a.png)") == {"form.image"}


def test_what_editors_wrote_long_ago_is_passed_over() -> None:
    assert codes(form({"type": "text", "id": "t", "text": "x", "label": "Text", "condition": "x"})) == []


@pytest.mark.parametrize("text", ["Key: **{{s}}**", "{{#if s != null}}{{s}}{{/if}}", "{{#loop [s]}}{{this}}{{/loop}}"])
def test_a_secret_in_a_text_is_hidden_until_it_is_asked_for(text: str) -> None:
    content = form({"type": "text", "id": "t", "text": text})
    masked = render(content, {"s": SECRET})
    assert MASK in masked.html
    assert "<details" not in masked.html
    rendered = render(content, {"s": SECRET}, reveal=opened)
    html = rendered.html
    assert html.index('<details class="secret" data-secret>') < html.index(CANARY) < html.index("</details>")
    assert rendered.holds_secret
    assert "<details" not in render(content, {"s": "plain"}, reveal=opened).html


def test_a_text_may_differ_by_language_and_is_plain_in_a_terminal() -> None:
    content = form({"type": "text", "id": "t", "text": "# Hi {{v}}", "translations": {"de": {"text": "# Hallo {{v}}"}}})
    rendered = render(content, {"v": "Ann"}, language="de")
    assert "<h1>Hallo Ann</h1>" in rendered.html
    assert rendered.title == "Hallo Ann"
    assert plain(content, {"v": "Ann"})[0].text == "# Hi Ann"
