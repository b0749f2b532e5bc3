import pytest

from engine.mail import Body, Line, MailTextInvalid, SecretInMail
from engine.variables import SecretReference, scope

SECRET = SecretReference("totp-secret", "1", "i")


def filled(markdown: str, **variables: object) -> tuple[str, str]:
    text, html = Body.compile(markdown).fill(scope(variables), title="T")
    begin, end = html.index("<body"), html.index("</body>")
    return text, html[html.index(">", begin) + 1 : end].strip()


def test_markdown_is_the_text_and_becomes_html() -> None:
    text, html = filled("# Hello\n\n**Now** see [us](https://example.com/a?b=1&c=2).")
    assert text == "# Hello\n\n**Now** see [us](https://example.com/a?b=1&c=2)."
    assert html == (
        '<h1>Hello</h1>\n<p><strong>Now</strong> see <a href="https://example.com/a?b=1&amp;c=2">us</a>.</p>'
    )


def test_values_are_put_in() -> None:
    text, html = filled("{{ name }} {{processvar.n}} {{yes}} {{all}} {{none}}{{map}}.", name="Alice", n=3, yes=True,
                        all=["a", 1], none=None, map={"a": 1})  # fmt: skip
    assert text == "Alice 3 true a, 1 ."
    assert html == "<p>Alice 3 true a, 1 .</p>"


@pytest.mark.parametrize(
    "value",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "[click](https://evil.example)",
        "**loud**",
        "# Title",
        "{{ other }}",
        "\ufdd00\ufdd1",
    ],
)
def test_a_value_is_only_ever_text(value: str) -> None:
    text, html = filled("Dear {{name}}!", name=value, other="other value")
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;")
    assert text == f"Dear {value}!"
    assert html == f"<p>Dear {escaped}!</p>"


def test_html_of_the_designer_is_text_too() -> None:
    assert filled("a <b>c</b>\n\n<script>x</script>")[1] == (
        "<p>a &lt;b&gt;c&lt;/b&gt;</p>\n<p>&lt;script&gt;x&lt;/script&gt;</p>"
    )


def test_the_title_and_the_language_are_escaped() -> None:
    _, html = Body.compile("x").fill({}, title="</title><b>", language='"><b>')
    assert "<title>&lt;/title&gt;&lt;b&gt;</title>" in html
    assert '<html lang="&#34;&gt;&lt;b&gt;">' in html
    assert "<html>" in Body.compile("x").fill({}, title="T")[1]


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "/t/abc",
        "page.html",
        "//evil.example",
        "https://e.example/{{x}}",
        "{{x}}",
        "otpauth://totp/x",
        "<java\tscript:x>",
    ],
)
def test_a_link_that_leads_nowhere_good_is_refused(target: str) -> None:
    with pytest.raises(MailTextInvalid, match="link"):
        Body.compile(f"[a]({target})")


@pytest.mark.parametrize(
    "markdown",
    ["![a](https://example.com/a.png)", "{{", "{{ a + b }}", "{{ f() }}", "\ufdd0", "a\n\n{{ if }}"],
)
def test_what_cannot_be_a_body_is_refused(markdown: str) -> None:
    with pytest.raises(MailTextInvalid):
        Body.compile(markdown)


@pytest.mark.parametrize("value", [SECRET, [SECRET], {"a": SECRET}, {"a": [{"b": SECRET}]}])
def test_a_secret_cannot_be_put_in(value: object) -> None:
    with pytest.raises(SecretInMail, match=r"processvar\.x"):
        filled("{{ processvar.x }}", x=value)
    with pytest.raises(SecretInMail):
        Line.compile("{{x}}").fill(scope({"x": value}))


@pytest.mark.parametrize(
    "path",
    [
        "processvar._identityStore.currentTOTP.qrCodeString",
        "_identityStore.totpRegistrations.totpReg1.secret",
        "processvar._identityStore.recoveryCodes",
    ],
)
def test_a_path_that_is_known_to_lead_to_a_secret_is_refused_before_it_runs(path: str) -> None:
    with pytest.raises(MailTextInvalid, match="secret"):
        Body.compile(f"{{{{{path}}}}}")


def test_a_path_beside_the_secrets_is_taken() -> None:
    assert Body.compile("{{processvar._identityStore.currentTOTP.issuer}} {{secret}}").text.parts


def test_a_subject_is_no_markdown() -> None:
    assert Line.compile("**{{a}}** <b>").fill({"a": "*"}) == "***** <b>"
