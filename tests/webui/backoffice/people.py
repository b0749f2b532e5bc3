"""What the tests of identity stores, users and policies share: the demonstration's, and what they are asked."""

import re
from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from engine import demo
from engine.application import Application
from engine.identity import PolicyRecord, StoreRecord, StoreStatus, UserRecord, UserStatus
from tests.webui.backoffice.conftest import Operator

VERSION = re.compile(r'name="version" value="([0-9a-f]{32})"')
HOSTILE = "<script>alert(1)</script>\"'><img src=x>"


@dataclass(frozen=True)
class Demo:
    """The demonstration's store, user and policy, as they are now."""

    application: Application

    @property
    def store(self) -> StoreRecord:
        with self.application.database.read() as session:
            return self.application.identity.store(session, demo.STORE)

    @property
    def user(self) -> UserRecord:
        with self.application.database.read() as session:
            return self.application.identity.user_by_external_id(session, self.store, demo.USER)

    @property
    def policy(self) -> PolicyRecord:
        with self.application.database.read() as session:
            return self.application.identity.policy(session, demo.POLICY)

    def status(self) -> UserStatus:
        return self.user.status

    def store_status(self) -> StoreStatus:
        return self.store.status

    @property
    def path(self) -> str:
        """The page of the user."""
        return f"/backoffice/stores/{self.store.id}/users/{self.user.id}"

    def add(self, external_id: str | None = "bob", store: StoreRecord | None = None, **more: Any) -> UserRecord:
        with self.application.write() as session:
            return self.application.identity.create_user(session, store or self.store, external_id=external_id, **more)

    def other_store(self) -> StoreRecord:
        with self.application.write() as session:
            return self.application.identity.create_store(session, "partners")


def answer(operator: Operator, path: str, **fields: Any) -> TestResponse:
    """Open a page with a form, and send it with what it says and `fields`."""
    page = operator.get(path)
    assert page.status_code == 200, page.text
    found = VERSION.search(page.text)
    given = {"reason": "asked for by phone", **({"version": found[1]} if found else {}), **fields}
    return operator.post(path, **given)
