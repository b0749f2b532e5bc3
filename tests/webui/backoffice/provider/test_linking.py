"""An account here and an identity there belong together when both say so."""

from collections.abc import Callable

from flask import Flask

from engine.application import Application
from engine.store.models import AccountIdentity
from tests.openid.client import TestProvider
from tests.webui.backoffice.conftest import PASSWORD, Operator, audited
from tests.webui.backoffice.provider.signing_in import OWN, come_back, link, who


def test_an_account_is_linked_by_its_owner_and_unlinked_again(
    installation: Callable[..., Flask], provider: TestProvider
) -> None:
    app = installation(create_accounts=False, roles=())
    application: Application = app.extensions["application"]
    issued = application.accounts.make_first()
    assert issued
    admin = Operator(app)
    admin.sign_in(issued.password)
    admin.get("/backoffice/password")
    admin.post("/backoffice/password", current=issued.password, new=PASSWORD, repeated=PASSWORD)
    provider.user("boss")
    stranger = Operator(app)
    assert "you have no account here yet" in come_back(stranger, provider, "boss").text
    assert link(admin, provider, "boss", "wrong").status_code == 422
    assert link(admin, provider, "boss").location == f"{OWN}?done=linked"
    assert "boss" in admin.get(OWN).text
    by_provider = Operator(app)
    assert come_back(by_provider, provider, "boss").location == "/backoffice/"
    assert who(by_provider) == "admin Administrator"
    # Another account cannot have the same identity, nor this one a second.
    application.administration.create("eve", "viewer")
    assert admin.post("/backoffice/accounts/eve/identity", subject="boss").status_code == 422
    admin.get("/backoffice/accounts/eve")
    assert admin.post("/backoffice/accounts/eve/identity", subject="evelyn").status_code == 303
    assert admin.post("/backoffice/accounts/eve/identity", subject="second").status_code == 422
    provider.user("evelyn")
    eve = Operator(app)
    come_back(eve, provider, "evelyn")
    assert who(eve) == "eve Viewer"
    admin.get("/backoffice/accounts/eve/do/unlink")
    assert admin.post("/backoffice/accounts/eve/do/unlink").status_code == 303
    assert who(eve) is None
    # Unlinking ends what began by the link, and needs the password.
    admin.get(OWN)
    assert admin.post(f"{OWN}/unlink", password="wrong").status_code == 422
    assert admin.post(f"{OWN}/unlink", password=PASSWORD).status_code == 303
    assert who(by_provider) is None
    assert who(admin) == "admin Administrator"
    assert come_back(by_provider, provider, "boss").status_code == 403
    assert [(event, detail["account"], detail["by"]) for event, detail in audited(application, *LINKS)] == [
        ("identity_linked", "admin", "admin"),
        ("identity_linked", "eve", "admin"),
        ("identity_unlinked", "eve", "admin"),
        ("identity_unlinked", "admin", "admin"),
    ]


LINKS = "identity_linked", "identity_unlinked"


def test_only_who_began_to_link_an_account_ends_it(
    app: Flask,
    application: Application,
    provider: TestProvider,
    operator: Operator,
    colleague: Callable[..., Operator],
) -> None:
    provider.user("mallory", "makers")
    colleague("viewer")
    operator.get(OWN)
    assert operator.client.get(f"{OWN}/link").status_code in {404, 405}
    going = operator.post(f"{OWN}/link", password=PASSWORD)
    question = going.text.split('content="0; url=')[1].split('"')[0].replace("&amp;", "&")
    answer = provider.sign_in(question, "mallory")
    operator.get("/backoffice/account")
    # Somebody else uses the browser meanwhile.
    operator.post("/backoffice/sign-out")
    operator.sign_in(name="viewer")
    assert "no longer signed in" in operator.get(answer).text
    operator.get(OWN)
    going = operator.post(f"{OWN}/link", password=PASSWORD)
    question = going.text.split('content="0; url=')[1].split('"')[0].replace("&amp;", "&")
    answer = provider.sign_in(question, "mallory")
    # Or nobody does: no account is linked, and none is made.
    operator.get("/backoffice/account")
    operator.post("/backoffice/sign-out")
    page = operator.get(answer)
    assert (page.status_code, who(operator)) == (403, None)
    assert "no longer signed in" in page.text
    with application.database.read() as session:
        assert session.query(AccountIdentity).count() == 0
