"""How a process token is made on its page, and what there is then."""

import re
from typing import Any

from werkzeug.test import TestResponse

from engine import demo
from engine.application import Application
from engine.tokens import TokenRecord
from tests.webui.backoffice.conftest import Operator

TOKENS, NEW, API = "/backoffice/tokens", "/backoffice/new-token", "/backoffice/api/tokens"
LINK = re.compile(r'data-copy="(http://localhost/t/([A-Za-z0-9_-]{43}))"')
FILLED = {"name": "Desk 4", "process": demo.PROCESS, "type": "count", "limit": "1", "duration": "48", "unit": "hours"}


def made(application: Application) -> list[TokenRecord]:
    """Return the tokens that are there besides the demonstration's, the newest first."""
    page = application.token_office.search()
    return [each.token for each in page.rows if each.token.name != demo.TOKEN]


def make(operator: Operator, **fields: Any) -> TestResponse:
    operator.get(NEW)
    return operator.post(TOKENS, **{**FILLED, **fields})


def link_of(page: TestResponse) -> str:
    found = LINK.search(page.text)
    assert found, page.text
    return found[2]
