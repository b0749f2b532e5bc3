import pytest

from tests.webui.backoffice.conftest import Operator


@pytest.fixture
def welcome(operator: Operator) -> Operator:
    made = operator.post("/backoffice/processes", name="Welcome")
    assert made.location == "/backoffice/processes/welcome"
    return operator
