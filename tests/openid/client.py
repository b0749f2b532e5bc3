"""The provider as tests have it: started once, told what to do."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from engine.config import OidcSettings

CLIENT, SECRET = "idflow", "s3cret/with+signs"

PROGRAM = Path(__file__).parent / "provider.py"


@dataclass(frozen=True)
class TestProvider:
    """A provider that runs."""

    __test__ = False
    url: str
    http: httpx.Client

    def settings(self, **more: Any) -> OidcSettings:
        """Return the settings for it."""
        usual = {"label": "Example ID", "roles": (("admins", "administrator"), ("makers", "designer"))}
        return OidcSettings(self.url, CLIENT, SECRET, **{**usual, **more})

    def tell(self, **what: Any) -> list[str]:
        """Tell it which users it has, and which lies it tells; return which paths were asked for since."""
        asked: list[str] = self.http.put(f"{self.url}/control", json=what).json()
        return asked

    def user(self, subject: str, *groups: str, **claims: Any) -> None:
        """Let it know one user, and tell the truth."""
        known = {"preferred_username": subject, "groups": list(groups), **claims}
        self.tell(users={subject: known}, lies={})

    def lie(self, **lies: Any) -> None:
        """Let it do otherwise than it should."""
        self.tell(lies=lies)

    def sign_in(self, question: str, subject: str, **more: str) -> str:
        """Sign in on its page; return the path to which it sends the browser back."""
        assert question.startswith(f"{self.url}/authorize?"), question
        page = self.http.get(question)
        assert "wants to know who you are" in page.text, page.text
        answered = self.http.post(question, data={"sub": subject, **more})
        parts = urlsplit(answered.headers["Location"])
        return f"{parts.path}?{parts.query}"


@contextmanager
def running() -> Iterator[TestProvider]:
    """Run a provider."""
    command = [sys.executable, "-W", "ignore", str(PROGRAM)]
    with (
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process,
        httpx.Client(trust_env=False) as http,
    ):
        assert process.stdout
        assert process.stdin
        try:
            yield TestProvider(process.stdout.readline().strip(), http)
        finally:
            process.stdin.close()
