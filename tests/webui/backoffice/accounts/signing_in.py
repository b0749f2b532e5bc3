"""Whether somebody is signed in, and how they change their password."""

from werkzeug.test import TestResponse

from tests.webui.backoffice.conftest import Operator

FORMS = "/backoffice/forms"
OTHER = "velvet harbour nine"


def is_in(operator: Operator) -> bool:
    return operator.get(FORMS).status_code == 200


def change(operator: Operator, current: str, new: str, repeated: str | None = None) -> TestResponse:
    operator.get("/backoffice/password")
    return operator.post(
        "/backoffice/password", current=current, new=new, repeated=new if repeated is None else repeated
    )
