"""How somebody signs in at the provider, and what came of it."""

from typing import Any

from werkzeug.test import TestResponse

from engine.application import Application
from tests.openid.client import TestProvider
from tests.webui.backoffice.conftest import PASSWORD, Operator, audited

BEGIN = "/backoffice/sign-in/provider"


OWN = "/backoffice/account/identity"


def come_back(operator: Operator, provider: TestProvider, subject: str = "ada", path: str = BEGIN) -> TestResponse:
    """Sign in at the provider, and come back."""
    question = operator.get(path)
    assert question.status_code == 303, question.text
    return operator.get(provider.sign_in(question.location, subject))


def cookies(operator: Operator) -> dict[Any, Any]:
    assert operator.client._cookies is not None
    return operator.client._cookies


def refusals(application: Application) -> list[Any]:
    return [detail["why"] for _, detail in audited(application, "provider_sign_in_refused")]


def who(operator: Operator) -> str | None:
    """Return who is signed in, and as what."""
    page = operator.get("/backoffice/account")
    if page.status_code != 200:
        return None
    name, role = (page.text.split(f"<dt>{word}</dt><dd>")[1].split("<")[0] for word in ("Name", "Role"))
    return f"{name} {role}"


def link(operator: Operator, provider: TestProvider, subject: str, password: str = PASSWORD) -> TestResponse:
    operator.get(OWN)
    going = operator.post(f"{OWN}/link", password=password)
    if going.status_code != 200:
        return going
    question = going.text.split('content="0; url=')[1].split('"')[0].replace("&amp;", "&")
    return operator.get(provider.sign_in(question, subject))
