"""QR Code, Link and Copy: what hands something to another app or device."""

import re
import time
from collections.abc import Callable

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from engine.variables import MASK, SecretReference
from forms import FormJs
from forms.elements.copy import Copy
from forms.elements.link import Link
from forms.elements.qrcode import MAXIMUM_BYTES, QrCode
from forms.page import Page

Document = Callable[..., bytes]
SECRET = SecretReference("totp-uri", "1", "instance")
URI = "otpauth://totp/Example%20Bank:alice@example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Example%20Bank"


def codes(form: Document, kind: str, **properties: object) -> set[str]:
    return {each.code for each in FormJs().check(form({"type": kind, "id": "x", **properties})).problems}


def scanned(svg: str) -> str:
    """Draw the path of the code, on the background that the SVG gives it, and scan it."""
    (width,) = map(int, re.findall(r'viewBox="0 0 (\d+) \d+"', svg))
    scale = 4
    image = Image.new("L", (width * scale, width * scale), 128)
    draw = ImageDraw.Draw(image)
    assert f'<rect width="{width}" height="{width}" fill="#fff"/>' in svg
    draw.rectangle((0, 0, width * scale, width * scale), fill=255)
    for x, y, run in re.findall(r"M(\d+),(\d+)h(\d+)v1h-\3z", svg):
        left, top, right = int(x) * scale, int(y) * scale, (int(x) + int(run)) * scale
        draw.rectangle((left, top, right - 1, top + scale - 1), fill=0)
    (code,) = zxingcpp.read_barcodes(image)
    assert code.format == zxingcpp.BarcodeFormat.QRCode
    return str(code.text)


def qr(content: str, page: Page | None = None, size: int = 240) -> str:
    return str(QrCode(id="qrCode", content=content, size=size).render(page or Page({})))


@pytest.mark.parametrize("content", [URI, "a", "0123456789", "Grüße, 世界 🔑", "x" * 400, "A" * MAXIMUM_BYTES])
def test_a_qr_code_scans_as_its_content(content: str) -> None:
    assert scanned(qr("{{v}}", Page({"v": content}))) == content


@settings(max_examples=20)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=150))
def test_any_printable_content_scans_as_it_is(content: str) -> None:
    assert scanned(qr("{{v}}", Page({"v": content}))) == content


def test_a_qr_code_is_an_image_that_does_not_say_its_secret() -> None:
    html = qr("{{uri}}", Page({"uri": SECRET}, lambda _: URI), size=300)
    assert 'role="img" aria-label="QR code" width="300" height="300"' in html
    assert "JBSWY3DP" not in html
    assert html.index("<details") < html.index("<svg") < html.index("</details>")
    assert scanned(html) == URI


def test_a_qr_code_without_a_secret_is_not_hidden() -> None:
    assert "<details" not in qr("plain")


@pytest.mark.parametrize(
    ("value", "message"),
    [(None, "There is no QR code to show."), ("x" * (MAXIMUM_BYTES + 1), "too long for a QR code"), (SECRET, "hidden")],
)
def test_a_qr_code_that_cannot_be_drawn_says_why(value: object, message: str) -> None:
    html = qr("{{v}}", Page({"v": value}))
    assert message in html
    assert "<svg" not in html


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"content": "x", "size": 119}, "form.invalid-property"),
        ({"content": "x", "size": 601}, "form.invalid-property"),
        ({"content": "x", "size": "wide"}, "form.invalid-property"),
        ({"content": "é" * MAXIMUM_BYTES}, "form.qr-too-long"),
        ({"content": ""}, "form.missing-property"),
    ],
)
def test_a_qr_code_that_could_never_be_drawn_is_refused(
    form: Document, properties: dict[str, object], code: str
) -> None:
    assert codes(form, "qrcode", **properties) == {code}


def test_a_qr_code_is_drawn_quickly() -> None:
    def duration() -> float:
        start = time.perf_counter()
        qr(URI)
        return time.perf_counter() - start

    # It takes about 2 ms; the limit leaves room for a busy machine.
    assert min(duration() for _ in range(5)) < 0.02


def link(target: str, page: Page | None = None) -> str:
    return str(Link(id="link", label="Open", default_value=target).render(page or Page({})))


@pytest.mark.parametrize("target", ["https://example.com/?a=1", "http://a", "mailto:a@example.com", "tel:+1", URI])
def test_a_link_of_an_allowed_scheme_can_be_followed(target: str) -> None:
    html = link("{{v}}", Page({"v": target}))
    assert f'href="{target.replace("&", "&amp;")}"' in html


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
        SECRET,
    ],
)
def test_any_other_target_is_not_a_link(target: object) -> None:
    html = link("{{v}}", Page({"v": target}))
    assert "<a " not in html
    assert "Open: this link is not available." in html


@given(st.text())
def test_no_target_leaves_its_attribute(target: str) -> None:
    html = link("https://example.com/{{v}}", Page({"v": target}))
    assert html.count("<") == 2
    assert html.count('"') == (6 if "<a " in html else 2)


def test_a_secret_is_handed_to_the_authenticator_app_and_to_nobody_else() -> None:
    def page(uri: str) -> Page:
        return Page({"v": SECRET}, lambda _: uri)

    assert 'href="otpauth://' in link("{{v}}", page(URI))
    assert "<a " not in link("https://example.com/?{{v}}", page("canary"))
    assert "<a " not in link("{{v}}", page("https://example.com/canary"))
    assert "<a " not in link("https://example.com/{{v}}", Page({"v": SECRET}))
    assert MASK in str(Link(id="link", label="{{v}}", default_value="https://a").render(page("canary")))


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("javascript:{{v}}", {"form.unsafe-link"}),
        ("www.example.com", {"form.unsafe-link"}),
        ("ht{{v}}", {"form.unsafe-link"}),
        ("https:", {"form.unsafe-link"}),
        ("https://a/?{{processvar._identityStore.currentTOTP.secret}}", {"form.secret-in-link"}),
        ("https://{{v}}/", set()),
        ("{{v}}", set()),
        ("otpauth://totp/x?secret={{processvar._identityStore.currentTOTP.secret}}", set()),
    ],
)
def test_a_target_that_could_never_be_a_link_is_refused(form: Document, target: str, found: set[str]) -> None:
    assert codes(form, "link", label="Open", defaultValue=target) == found


def copy(value: object, page: Page | None = None) -> str:
    return str(Copy(id="copy", label="Copy key", default_value="{{v}}").render(page or Page({"v": value})))


def test_a_text_can_be_copied_with_and_without_a_script() -> None:
    html = copy('a "b" <c>')
    assert (
        '<button type="button" class="button secondary" data-copy="a &#34;b&#34; &lt;c&gt;" hidden>Copy key</button>'
        in html
    )
    assert "<code>a &#34;b&#34; &lt;c&gt;</code>" in html
    assert 'role="status"' in html
    assert "<details" not in html


def test_a_secret_that_can_be_copied_is_hidden_until_it_is_asked_for() -> None:
    html = copy(None, Page({"v": SECRET}, lambda _: "canary"))
    assert 'data-copy="canary"' in html
    assert html.index("<details") < html.index("<code>canary</code>") < html.index("</details>")


@pytest.mark.parametrize("value", [None, "", SECRET])
def test_what_is_missing_or_masked_cannot_be_copied(value: object) -> None:
    html = copy(value)
    assert "data-copy" not in html
    assert MASK not in html
    assert "there is nothing to copy" in html
