"""How a process is made in the backoffice: empty, by its name, or from a file."""

from io import BytesIO

from werkzeug.test import TestResponse

from tests.webui.backoffice.conftest import Operator

PATH = "/backoffice/processes"
MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


def make(operator: Operator, name: str, **more: str) -> TestResponse:
    return operator.post(PATH, name=name, **more)


def upload(operator: Operator, content: bytes, file: str = "x.bpmn", **more: str) -> TestResponse:
    return operator.post(PATH, file=(BytesIO(content), file), kind="file", **more)
