"""The client: what a program has in its hands."""

from typing import Protocol, Self

from webui.api.idempotency import HEADER as IDEMPOTENCY_KEY
from webui.client.connection import Connection, Options
from webui.client.nouns import Nouns
from webui.client.settings import ServerSettings


class Revised(Protocol):
    """Something that has a revision: a user, a store, a policy, a token, an instance."""

    @property
    def revision(self) -> str | int:
        """Changes as soon as it does."""


class Client(Nouns):
    """A server and a key for it. One client may be used by several threads; close it at the end."""

    def __init__(self, url: str, key: str, options: Options | None = None) -> None:
        """Begin; nothing is sent yet. See `Connection.to` for what is raised."""
        super().__init__(Connection.to(url, key, options or Options()))

    @classmethod
    def of(cls, settings: ServerSettings, options: Options | None = None) -> Self:
        """Return a client of the server that is set; `options` come before the environment."""
        return cls(settings.url, settings.key, options or Options(allow_http=settings.allow_http))

    def __repr__(self) -> str:
        return f"Client({self.connection.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self.connection.http.close()

    def matching(self, seen: Revised | str) -> Self:
        """Return the same client, whose changes are only done to what is as it was seen.

        `seen` is what an answer held, its revision or its ETag; "*" is anything. Otherwise `OtherwiseNow` is raised.
        """
        tag = seen if isinstance(seen, str) else str(seen.revision)
        if tag != "*" and not tag.endswith('"'):
            tag = f'"{tag}"'
        return self._with(self.connection.saying(If_Match=tag))

    def unless(self, etag: str) -> Self:
        """Return the same client, which raises `NotModified` when what it gets has this ETag."""
        return self._with(self.connection.saying(If_None_Match=etag))

    def once(self, key: str) -> Self:
        """Return the same client, whose next POST is done once however often it is sent, even by other programs.

        `key` is a text of your own: 1 to 255 visible ASCII characters without quotes. Without it each call makes its
        own, so that what is sent again after a failure of the network is done once.
        """
        return self._with(self.connection.saying(**{IDEMPOTENCY_KEY: f'"{key}"'}))

    def _with(self, connection: Connection) -> Self:
        other = object.__new__(type(self))
        Nouns.__init__(other, connection)
        return other
