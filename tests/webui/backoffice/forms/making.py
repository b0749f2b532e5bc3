"""How a form is made in the backoffice: by its name and title, or from a file."""

from io import BytesIO

from werkzeug.test import TestResponse

from tests.webui.backoffice.conftest import Operator


def make(operator: Operator, name: str, title: str = "A title") -> TestResponse:
    return operator.post("/backoffice/forms", name=name, title=title)


def upload(operator: Operator, content: bytes, name: str = "", file: str = "x.form") -> TestResponse:
    return operator.post("/backoffice/forms", name=name, file=(BytesIO(content), file))
