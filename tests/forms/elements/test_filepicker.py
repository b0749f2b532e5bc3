from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.form import Answers, Upload
from engine.variables import encode
from forms import render
from forms.elements.filepicker import MAXIMUM_FILES, MAXIMUM_NAME
from tests.forms.making import again, codes, form, page, properties, read

PICKER = {"type": "filepicker", "id": "f", "key": "f", "label": "Files"}
PDF = Upload("a.pdf", "application/pdf", b"%PDF")
MEGABYTE = 1024 * 1024


def answers(*uploads: Any, **element: Any) -> Answers:
    return read(form({**PICKER, **element}), {"f": list(uploads)})


def test_the_form_builder_asks_for_limits() -> None:
    asked = properties("filepicker")
    assert (asked["maxFiles"]["maximum"], asked["maxFileSize"]["maximum"]) == (MAXIMUM_FILES, 5)


@pytest.mark.parametrize(
    ("element", "found"),
    [
        ({"accept": ".pdf, image/*,text/plain"}, []),
        ({"accept": "*"}, ["form.invalid-property"]),
        ({"accept": 'pdf" onclick="'}, ["form.invalid-property"]),
        ({"maxFiles": 0}, ["form.invalid-property"]),
        ({"maxFiles": MAXIMUM_FILES + 1}, ["form.invalid-property"]),
        ({"maxFileSize": 6}, ["form.invalid-property"]),
        ({"multiple": "=x"}, ["form.invalid-property"]),
    ],
)
def test_limits_that_make_no_sense_are_refused(element: dict[str, Any], found: list[str]) -> None:
    assert codes(form({**PICKER, **element})) == found


def test_a_process_knows_name_kind_and_size_and_never_the_content() -> None:
    found = answers(PDF)
    (attachment,) = found.attachments
    assert attachment.upload == PDF
    assert found.values == {
        "f": [
            {
                "id": attachment.id,
                "name": "a.pdf",
                "contentType": "application/pdf",
                "size": 4,
                "sha256": sha256(b"%PDF").hexdigest(),
            }
        ]
    }
    assert "%PDF" not in repr(found)


def test_nothing_is_chosen_or_a_file_is_required() -> None:
    assert answers() == Answers({"f": []})
    # This is what a browser sends when nothing is chosen.
    assert answers(Upload("", "application/octet-stream", b"")) == Answers({"f": []})
    assert answers("a.pdf") == Answers({"f": []})
    assert answers(validate={"required": True}).errors == {"f": "Field is required."}


@pytest.mark.parametrize(
    ("element", "uploads", "message"),
    [
        ({}, [PDF, PDF], "Choose one file only."),
        ({"multiple": True}, [PDF] * 6, "Choose at most 5 files."),
        ({"multiple": True, "maxFiles": 10}, [PDF] * 10, None),
        ({}, [Upload("a.txt", "text/plain", b"")], "a.txt is empty."),
        ({"maxFileSize": 1}, [Upload("a", "", bytes(MEGABYTE))], None),
        ({"maxFileSize": 1}, [Upload("a", "", bytes(MEGABYTE + 1))], "a is larger than 1 MB."),
        ({"accept": ".pdf"}, [PDF], None),
        ({"accept": ".PDF"}, [Upload("A.pDf", "", b"x")], None),
        (
            {"accept": ".pdf"},
            [Upload("a.pdf.exe", "application/pdf", b"x")],
            "a.pdf.exe is not one of the kinds of file that are taken: .pdf.",
        ),
        ({"accept": "image/*"}, [Upload("a", "image/png; charset=x", b"x")], None),
        (
            {"accept": "image/*"},
            [Upload("a.png", "text/html", b"x")],
            "a.png is not one of the kinds of file that are taken: image/*.",
        ),
        (
            {"accept": "text/plain"},
            [Upload("a", "text/plainer", b"x")],
            "a is not one of the kinds of file that are taken: text/plain.",
        ),
        ({"validate": {"invalidErrorMessage": "No."}}, [PDF, PDF], "No."),
    ],
)
def test_files_are_measured(element: dict[str, Any], uploads: list[Upload], message: str | None) -> None:
    found = answers(*uploads, **element)
    assert found.errors.get("f") == message
    assert len(found.attachments) == (0 if message else len(uploads))


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("/etc/passwd", "passwd"),
        (r"C:\Users\me\a.pdf", "a.pdf"),
        ("../../a.pdf", "a.pdf"),
        ("..", "file"),
        (".", "file"),
        ("/", "file"),
        ("\\", "file"),
        (". .", "file"),
        ("\x00", "file"),
        ("a\x00b\nc\ud800.pdf", "abc.pdf"),
        ("x\u202egnp.exe", "xgnp.exe"),
        ("\u2066a\u2069.txt", "a.txt"),
        ("x" * 300 + ".pdf", ("x" * 300 + ".pdf")[-MAXIMUM_NAME:]),
        ("<img src=x>.png", "<img src=x>.png"),
    ],
)
def test_a_name_is_no_path_and_is_read_from_one_side(given_: str, kept: str) -> None:
    (attachment,) = answers(Upload(given_, "a\x00\ud800/b", b"x")).attachments
    assert (attachment.upload.name, attachment.upload.content_type) == (kept, "a/b")


@given(st.text(), st.text())
def test_any_name_and_kind_can_be_kept(name: str, kind: str) -> None:
    found = answers(Upload(name, kind, b"x"))
    encode(dict(found.values))
    for each in found.attachments:
        assert each.upload.name not in {"", ".", ".."}
        assert not set(each.upload.name) & set("/\\")


def test_the_same_file_has_the_same_id() -> None:
    first, second = answers(PDF, PDF, multiple=True).attachments
    (other,) = answers(Upload("a.pdf", "application/pdf", b"%PDG")).attachments
    assert first.id == second.id != other.id


def test_the_field_says_its_limits() -> None:
    element = {**PICKER, "description": "Hint", "accept": ".pdf, image/*", "multiple": True, "maxFileSize": 2}
    rendered = render(form(element), {})
    assert rendered.uploads
    seen = page(form(element))
    control = seen.one("f")
    assert (control.get("type"), control.get("accept"), control.get("multiple")) == ("file", ".pdf,image/*", "multiple")
    assert seen.notes(control) == ["Hint Kinds of file: .pdf, image/*. At most 2 MB a file."]
    assert not render(form(), {}).uploads


def test_a_refused_file_is_shown_with_its_error() -> None:
    seen = again(form(PICKER), {"f": [Upload("<b>", "", b"")]})
    control = seen.one("f")
    assert (control.get("aria-invalid"), control.get("value")) == ("true", None)
    assert seen.notes(control)[-1] == "Error: <b> is empty."


def test_conditions_see_what_the_process_does() -> None:
    text = {"type": "text", "id": "t", "text": "{{count(f)}} {{f[1].name}}", "conditional": {"hide": "=count(f) = 0"}}
    content = form(PICKER, text)
    assert "1 a.pdf" in page(content, posted={"f": [PDF]}).text
    assert "a.pdf" not in page(content, posted={}).text


@pytest.mark.parametrize("name", ["readonly", "disabled"])
def test_a_field_that_cannot_be_filled_in_takes_no_file(name: str) -> None:
    fixed: dict[str, Any] = {name: True}
    found = answers(PDF, **fixed)
    assert (found.attachments, found.values.get("f", [])) == ((), [])
    assert page(form({**PICKER, **fixed})).one("f").get("disabled") is not None


def test_a_hidden_field_takes_no_file() -> None:
    content = form({**PICKER, "conditional": {"hide": "=true"}})
    assert read(content, {"f": [PDF]}) == Answers({})


def test_what_was_known_is_never_sent_again() -> None:
    assert read(form(PICKER), {}, {"f": [{"id": "x"}]}) == Answers({"f": []})
