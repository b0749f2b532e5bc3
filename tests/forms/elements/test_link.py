import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.variables import MASK
from forms import plain, render
from tests.forms.making import CANARY, SECRET, codes, form, opened, page, properties

URI = f"otpauth://totp/Example:alice?secret={CANARY}&issuer=Example"
LINK = {"type": "link", "id": "link", "label": "Open", "defaultValue": "{{v}}"}


def link(value: object, target: str = "{{v}}") -> str:
    return str(render(form({**LINK, "defaultValue": target}), {"v": value}, reveal=opened).html)


def test_the_form_builder_asks_for_label_and_target() -> None:
    asked = properties("link")
    assert asked["label"]["required"]
    assert asked["defaultValue"]["required"]
    assert asked["label"]["translatable"]


@pytest.mark.parametrize("target", ["https://example.com/?a=1", "http://a", "mailto:a@example.com", "tel:+1", URI])
def test_a_link_of_an_allowed_scheme_can_be_followed(target: str) -> None:
    (found,) = page(form(LINK), {"v": target}).root.iter("a")
    assert (found.get("href"), found.text_content(), found.get("rel")) == (target, "Open", "noreferrer")


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>",
        "https:",
        "https://a b",
        "https://a\tb",
        "\x01https://a",
        "//a",
        "/a",
        "{{v}}",
        "file:///etc/passwd",
        "httpsx://a",
        "",
        None,
        {"a": "https://a"},
    ],
)
def test_any_other_target_is_not_a_link(target: object) -> None:
    html = link(target)
    assert "<a " not in html
    assert "Open: this link is not available." in html


@given(st.text())
def test_no_target_leaves_its_attribute(target: str) -> None:
    html = link(target, "https://example.com/{{v}}")
    same = link("x" if "<a " in html else " ", "https://example.com/{{v}}")
    assert html.count("<") == same.count("<")
    assert html.count('"') == same.count('"')


def test_a_secret_is_handed_to_the_authenticator_app_and_to_nobody_else() -> None:
    def shown(uri: str, target: str = "{{v}}") -> str:
        return str(render(form({**LINK, "defaultValue": target}), {"v": SECRET}, reveal=lambda _: uri).html)

    assert 'href="otpauth://' in shown(URI)
    for uri, target in (("canary", "https://example.com/?{{v}}"), ("https://example.com/canary", "{{v}}")):
        assert "<a " not in shown(uri, target)
        assert "canary" not in shown(uri, target)
    assert "<a " not in render(form(LINK), {"v": SECRET}).html


def test_a_label_shows_no_secret() -> None:
    html = render(form({**LINK, "label": "{{s}}"}), {"s": SECRET, "v": "https://a"}, reveal=opened).html
    assert MASK in html
    assert CANARY not in html


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("javascript:{{v}}", ["form.unsafe-link"]),
        ("www.example.com", ["form.unsafe-link"]),
        ("ht{{v}}", ["form.unsafe-link"]),
        ("https:", ["form.unsafe-link"]),
        ("https://a/?{{processvar._identityStore.currentTOTP.secret}}", ["form.secret-in-link"]),
        ("https://{{v}}/", []),
        ("{{v}}", []),
        ("otpauth://totp/x?secret={{processvar._identityStore.currentTOTP.secret}}", []),
    ],
)
def test_a_target_that_could_never_be_a_link_is_refused(target: str, found: list[str]) -> None:
    assert codes(form({**LINK, "defaultValue": target})) == found


def test_label_and_target_may_differ_by_language() -> None:
    german = {"label": "Öffnen", "defaultValue": "https://a.example/de"}
    content = form({**LINK, "defaultValue": "https://a.example", "translations": {"de": german}})
    (found,) = page(content, language="de").root.iter("a")
    assert (found.text_content(), found.get("href")) == ("Öffnen", "https://a.example/de")


def test_a_terminal_shows_label_and_target() -> None:
    assert plain(form(LINK), {"v": "https://a"})[0].text == "Open: https://a"
    assert plain(form(LINK), {"v": SECRET})[0].text == "Open: this link is not available."
