"""Installations that are served, for a browser."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from queue import Queue
from threading import Event, Thread
from typing import Any

import bpmn
from engine import demo
from engine.application import Application
from engine.config import Settings
from engine.deployment import File
from engine.egress import AllowList
from forms import FormJs
from service_tasks import ACTIVITIES
from tests import stored
from webui.server import serve


class Site:
    """An installation that is served, and what is stored in it."""

    def __init__(self, application: Application, base_url: str, link: str) -> None:
        self.application = application
        self.base_url = base_url
        self.link = f"{base_url}/t/{link}"

    def issue(self, **options: Any) -> str:
        """Return the link of a token that works once."""
        issued = self.application.token_office.issue(
            name="once", definition_key=demo.PROCESS, parameters={"externalId": demo.USER}, **options
        )
        return f"{self.base_url}/t/{issued.link}"

    def deploy_form(self, change: Callable[[str], str]) -> None:
        form = (bpmn.FOLDER / demo.PROCESS / "ShowCurrentTOTP.form").read_text()
        self.application.deploy([File("ShowCurrentTOTP.form", change(form).encode())])

    @property
    def uri(self) -> str:
        return self._revealed("uri")

    @property
    def key(self) -> str:
        return self._revealed("secret")

    def _revealed(self, name: str) -> str:
        identity = self.application.identity
        with stored.aside(self.application.database) as session:
            user = identity.user_by_external_id(session, identity.store(session, demo.STORE), demo.USER)
            totp = identity.current_totp(session, user, identity.policy(session, demo.POLICY), "test")
            return identity.reveal(session, getattr(totp, name))


@contextmanager
def served(folder: Path, **more: Any) -> Iterator[tuple[Application, str]]:
    """Serve the installation in a folder, with further settings; give it and its address."""
    allowed = AllowList.parse("IDFLOW_OUTGOING_ALLOW", "127.0.0.1")
    settings = Settings(data=folder, port=0, outgoing_allow=allowed, **more)
    application = Application.open(settings, activities=ACTIVITIES, forms=FormJs())
    stop, urls = Event(), Queue[str]()
    thread = Thread(target=partial(serve, application, ready=urls.put, stop=stop))
    thread.start()
    try:
        yield application, urls.get(timeout=60)
    finally:
        stop.set()
        thread.join()
        application.close()
