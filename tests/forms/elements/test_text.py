import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.variables import MASK, SecretReference, scope
from forms import FormJs
from forms.elements.paragraph import Paragraph
from forms.elements.text import Text
from forms.page import Page

Document = Callable[..., bytes]
SECRET = SecretReference("totp-secret", "1", "instance")


def shown(text: str, **variables: object) -> str:
    return str(Text(id="intro", text=text).render(Page(scope(variables))))


def codes(form: Document, text: str) -> set[str]:
    return {each.code for each in FormJs().check(form({"type": "text", "id": "intro", "text": text})).problems}


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
    st.sampled_from(["{{v}}", "# {{v}}", "*{{v}}*", "`{{v}}`", "    {{v}}", "> {{v}}", "1. {{v}}", "{{v}}{{v}}"]),
)
def test_no_value_changes_the_tags(value: str, text: str) -> None:
    assert Seen(shown(text, v=value)).tags == Seen(shown(text, v="x")).tags


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
def test_a_link_to_an_unsafe_place_is_refused(form: Document, target: str) -> None:
    assert codes(form, f"[a]({target})") == {"form.unsafe-link"}
    html = str(Text(id="intro", text=f"[a]({target})").render(Page({})))
    assert not re.search(r"href=\"\s*(?:javascript|data|vbscript|/|#)", html, re.IGNORECASE)


@pytest.mark.parametrize(
    "target", ["https://a.example/x", "mailto:a@example.com", "tel:+123", "otpauth://totp/x", "HTTP://a"]
)
def test_a_link_to_a_safe_place_is_taken(form: Document, target: str) -> None:
    assert codes(form, f"[a]({target})") == set()
    assert codes(form, f"<{target}>") == set()


@pytest.mark.parametrize(
    "text",
    ["[a]({{v}})", "[a](https://{{v}}.example)", "[a](https://x/{{v}})", "<https://{{v}}>", "[a][b]\n\n[b]: {{v}}"],
)
def test_a_placeholder_in_a_link_is_refused(form: Document, text: str) -> None:
    assert codes(form, text) == {"form.placeholder-in-link"}


def test_an_image_is_refused(form: Document) -> None:
    assert codes(form, "![a](https://example.com/a.png)") == {"form.image"}


def test_a_secret_in_a_text_is_hidden_until_it_is_asked_for() -> None:
    for element in (Text(id="a", text="Key: **{{secret}}**"), Paragraph(id="a", text="Key:\n{{secret}}")):
        masked = element.render(Page({"secret": SECRET}))
        assert MASK in masked
        assert "<details" not in masked
        opened = element.render(Page({"secret": SECRET}, lambda _: "canary"))
        assert (
            opened.index('<details class="secret" data-secret>') < opened.index("canary") < opened.index("</details>")
        )
        assert "<details" not in element.render(Page({"secret": "plain"}, lambda _: "canary"))


def test_a_paragraph_keeps_line_breaks_and_nothing_else() -> None:
    element = Paragraph(id="a", text="*one*\n<b>\n{{v}}")
    assert element.render(Page({"v": "<i>\nlast"})) == "<p>*one*<br>&lt;b&gt;<br>&lt;i&gt;<br>last</p>"
