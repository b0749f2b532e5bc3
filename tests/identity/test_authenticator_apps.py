"""What an authenticator app reads from the QR code, whatever the names have in them."""

from urllib.parse import urlsplit

import pyotp
import pytest

from engine.identity import Identity
from engine.store import Database
from forms import render
from tests.forms.making import form
from tests.forms.scanning import scanned

ISSUERS = ["Example Bank", "A+B", "100% sure", "Grüße & Söhne", "بنك المثال"]
ACCOUNTS = ["ada lovelace", "a:b@example.com", "50%+1", "jürgen@müller.example", "مستخدم", "a/b?c#d&e=f"]


@pytest.mark.parametrize("issuer", ISSUERS)
@pytest.mark.parametrize("account", ACCOUNTS)
def test_the_names_and_the_secret_arrive(identity: Identity, database: Database, issuer: str, account: str) -> None:
    with database.write() as session:
        store = identity.create_store(session, "Names")
        policy = identity.create_policy(session, "names", issuer=issuer)
        user = identity.create_user(session, store, external_id=account)
        identity.register_totp(session, user, policy)
        current = identity.current_totp(session, user, policy, "instance")
        uri = identity.reveal(session, current.uri)
        secret = identity.reveal(session, current.secret)
    read = scanned(render(form({"type": "qrcode", "id": "code", "content": "{{v}}"}), {"v": uri}).html)
    assert read == uri
    assert uri.isascii()
    assert "+" not in uri
    # The colon separates issuer and account, so it is in neither of them.
    label = account.replace(":", "")
    app = pyotp.parse_uri(read)
    assert (app.issuer, app.name, app.secret) == (issuer, label, secret)
    assert urlsplit(read).path.count(":") == 1
