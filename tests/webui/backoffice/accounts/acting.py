"""How somebody who manages accounts acts on another one."""

import re
from collections.abc import Callable

from tests.webui.backoffice.conftest import Operator

ACCOUNTS = "/backoffice/accounts"
COPY = re.compile(r'data-copy="([^"]+)"')
Colleague = Callable[..., Operator]


def copied(text: str) -> str:
    """Return what a page shows once."""
    found = COPY.search(text)
    assert found, text
    return found[1]


def act(operator: Operator, name: str, action: str) -> int:
    """Look at the question, and say yes."""
    assert operator.get(f"{ACCOUNTS}/{name}/do/{action}").status_code == 200
    return operator.post(f"{ACCOUNTS}/{name}/do/{action}").status_code


def reset_link(operator: Operator, name: str) -> str:
    """Make a link; return its path."""
    operator.get(ACCOUNTS)
    return copied(operator.post(f"{ACCOUNTS}/{name}/do/reset-link").text).removeprefix("http://localhost")
