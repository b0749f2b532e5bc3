"""Forms as files: exported, imported, refused."""

import pytest

from tests.webui.backoffice.conftest import Operator, form
from tests.webui.backoffice.forms.making import make, upload


def test_what_is_exported_can_be_imported(operator: Operator) -> None:
    make(operator, "Welcome")
    operator.save("Welcome", form(), 1)
    file = operator.get("/backoffice/forms/Welcome/export")
    assert file.data.decode() == form()
    assert file.mimetype == "application/json"
    assert file.headers["Content-Disposition"] == "attachment; filename=Welcome.form"
    operator.save_version("Welcome", form("Welcome", "Second"), 2)
    operator.save("Welcome", "{", 3)
    assert operator.get("/backoffice/forms/Welcome/export?version=1").data.decode() == form("Welcome", "Second")
    assert operator.get("/backoffice/forms/Welcome/export").data == b"{"
    assert operator.get("/backoffice/forms/Welcome/export?version=9").status_code == 404
    imported = upload(operator, file.data, "Copy", "../../../etc/passwd")
    assert imported.location == "/backoffice/forms/Copy"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"\x89PNG\r\n",
        b"[" * 100_000,
        b'{"a":' * 2000 + b"1" + b"}" * 2000,
        b'{"type": "default"}',
        b'{"id": "../../x"}',
        b'{"id": 7}',
        b'{"id": "x", "title": "\\ud800"}',
    ],
    ids=range(12),
)
def test_a_file_that_is_no_form_is_refused(operator: Operator, content: bytes) -> None:
    refused = upload(operator, content)
    assert refused.status_code in {413, 422}
    assert operator.get("/backoffice/forms").text.count("<tr>") == 0


@pytest.mark.parametrize("size", [2 * 1024 * 1024, 10_000_000])
def test_a_file_that_is_too_large_is_refused(operator: Operator, size: int) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="x.form"\r\n\r\n{"id": "big", "x": "'
    body, kind = head + b"x" * size + b'"}\r\n--x--\r\n', "multipart/form-data; boundary=x"
    headers = {"X-CSRFToken": operator.token}
    answer = operator.client.post("/backoffice/forms", data=body, content_type=kind, headers=headers)
    assert answer.status_code in {413, 422}
    assert operator.get("/backoffice/forms").text.count("<tr>") == 0


def test_a_file_with_faults_can_be_mended_in_the_builder(operator: Operator) -> None:
    assert upload(operator, b'{"id": "Faulty", "components": 7}').location == "/backoffice/forms/Faulty"
    assert operator.get("/backoffice/forms").status_code == 200
    assert operator.get("/backoffice/forms/Faulty/versions?old=draft&new=draft").status_code == 200
