import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.variables import MASK, SecretReference
from forms import render
from tests.forms.conftest import Document

SHIPPED = (Path(__file__).parents[2] / "bpmn/get_current_totp/ShowCurrentTOTP.form").read_bytes()
KEY = "JBSWY3DPEHPK3PXP"
URI = f"otpauth://totp/Example:alice?secret={KEY}&issuer=Example"


def variables(**totp: Any) -> dict[str, Any]:
    secret = {kind: SecretReference(kind, "1", "instance") for kind in ("qrCodeString", "secret")}
    return {"_identityStore": {"currentTOTP": {"issuer": "Example", "accountName": "alice", **secret, **totp}}}


def reveal(reference: SecretReference) -> str:
    return URI if reference.kind == "qrCodeString" else KEY


def test_the_shipped_form_shows_code_link_key_and_account() -> None:
    rendered = render(SHIPPED, variables(), reveal=reveal)
    assert rendered.title == "Add your authenticator to another device"
    assert rendered.html.count("<h1>") == 1
    assert rendered.holds_secret
    parts = ("<h1>", "<svg", "Open in your authenticator app", "Copy key", "<strong>Example</strong>", "Done")
    places = [rendered.html.index(part) for part in parts]
    assert places == sorted(places)
    assert f'href="{URI.replace("&", "&amp;")}"' in rendered.html


def test_without_somebody_to_open_them_no_secret_is_shown() -> None:
    rendered = render(SHIPPED, variables())
    assert KEY not in rendered.html
    assert not rendered.holds_secret
    assert "<svg" not in rendered.html


def test_what_a_person_sees_before_asking_holds_no_secret() -> None:
    html = render(SHIPPED, variables(), reveal=reveal).html
    visible = re.sub(r"<[^>]*>", "", re.sub(r"<details.*?</details>", "", html, flags=re.DOTALL))
    assert KEY not in visible
    assert "<svg" not in re.sub(r"<details.*?</details>", "", html, flags=re.DOTALL)


def test_the_page_needs_no_inline_style_script_or_handler() -> None:
    html = render(SHIPPED, variables(), reveal=reveal).html
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|<\?xml", html)


def test_every_html_id_is_given_once() -> None:
    ids = re.findall(r'\sid="([^"]*)"', render(SHIPPED, variables(), reveal=reveal).html)
    assert len(ids) == len(set(ids)) > 0


def test_what_hands_over_to_another_app_stands_in_one_box() -> None:
    html = render(SHIPPED, variables(), reveal=reveal).html
    box = html[html.index('<div class="handover">') : html.index('id="element-account"')]
    assert re.findall(r'class="element element-(\w+)"', box)[:3] == ["qrcode", "link", "copy"]
    assert html.count('<div class="handover">') == 1


def test_a_failure_to_open_a_secret_is_not_swallowed() -> None:
    def refuse(reference: SecretReference) -> str:
        raise PermissionError(reference.id)

    with pytest.raises(PermissionError):
        render(SHIPPED, variables(), reveal=refuse)


def test_buttons_can_be_left_out(form: Document) -> None:
    link = {"type": "link", "id": "link", "label": "Go", "defaultValue": "https://example.com"}
    html = render(form(link), {}, hide_buttons=True).html
    assert 'type="submit"' not in html
    assert "Go" in html


def test_a_readonly_form_asks_for_nothing(form: Document) -> None:
    field = {"type": "textfield", "id": "a", "key": "a", "label": "A", "validate": {"required": True}}
    html = render(form(field), {}, readonly=True).html
    assert " readonly" in html
    assert " required" not in html
    assert 'type="submit"' in html


@pytest.mark.parametrize(
    ("title", "text", "shown", "headings"),
    [
        ("Hi {{name}}", "Hello", "Hi <i>", ["Hi &lt;i&gt;"]),
        ("Tab", "# Page", "Tab", ["Page"]),
        ("", "x\n\n# **Page** of `{{name}}`", "Page of <i>", ["<strong>Page</strong> of <code>&lt;i&gt;</code>"]),
        ("", "## Page", "", []),
    ],
)
def test_a_page_has_one_heading(form: Document, title: str, text: str, shown: str, headings: list[str]) -> None:
    rendered = render(form({"type": "text", "id": "a", "text": text}, title=title), {"name": "<i>"})
    assert rendered.title == shown
    assert re.findall("<h1>(.*?)</h1>", rendered.html) == headings


def test_a_title_never_opens_a_secret(form: Document) -> None:
    content = form({"type": "text", "id": "a", "text": "# {{s}}"})
    rendered = render(content, {"s": SecretReference("x", "1", "i")}, reveal=lambda _: "canary")
    assert rendered.title == MASK
    assert rendered.holds_secret


@given(st.text(), st.text())
def test_no_value_is_ever_unescaped_html(issuer: str, account: str) -> None:
    plain = render(SHIPPED, variables(), reveal=lambda _: "x").html
    hostile = render(SHIPPED, variables(issuer=issuer, accountName=account), reveal=lambda _: "x").html
    for character in '<>"':
        assert hostile.count(character) == plain.count(character)


@given(st.text())
def test_no_opened_secret_is_ever_unescaped_html(secret: str) -> None:
    html = render(SHIPPED, variables(), reveal=lambda _: secret).html
    tags = {tag.lower() for tag in re.findall(r"<([a-zA-Z0-9]+)", html)}
    assert tags <= {
        "div",
        "h1",
        "p",
        "strong",
        "details",
        "noscript",
        "summary",
        "span",
        "svg",
        "rect",
        "path",
        "a",
        "button",
        "code",
    }


def test_one_form_can_be_shown_to_many_at_once() -> None:
    def show(number: int) -> bool:
        html = render(SHIPPED, variables(issuer=f"Issuer {number}"), reveal=reveal).html
        return f"<strong>Issuer {number}</strong>" in html

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(show, range(40)))
