"""How a PostgreSQL database is reached, from the environment (`IDFLOW_DATABASE_…`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import quote, urlsplit

from engine.setting import SettingInvalid, content, number

DEFAULT_POOL = 10
"""How many connections a process keeps; while many ask at once it opens as many again."""

DEFAULT_STATEMENT_TIMEOUT = 30
"""In seconds."""

_MAXIMUM_POOL = 200
_MAXIMUM_STATEMENT_TIMEOUT = 3600
_SCHEMES = ("postgresql", "postgres")


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """A database of a PostgreSQL server."""

    url: str = field(default="", repr=False)
    """`IDFLOW_DATABASE_URL`: `postgresql://idflow@db.example.com/idflow?sslmode=verify-full`, with the password of
    `IDFLOW_DATABASE_PASSWORD`, or of the file that `IDFLOW_DATABASE_PASSWORD_FILE` names, when it has none itself."""
    pool: int = DEFAULT_POOL
    """`IDFLOW_DATABASE_POOL`: how many connections a process keeps; while many ask at once it opens as many again."""
    statement_timeout: int = DEFAULT_STATEMENT_TIMEOUT
    """`IDFLOW_DATABASE_TIMEOUT`: how long one statement may take, in seconds."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self | None:
        """Read the settings from `IDFLOW_DATABASE_…` variables; None without a URL.

        Raises:
            SettingInvalid: when one cannot be used. The URL is never repeated: it may hold a password.

        """
        names = ("url", "password", "password_file", "pool", "timeout")
        given = {name: environment.get(f"IDFLOW_DATABASE_{name.upper()}", "").strip() for name in names}
        if not given["url"]:
            return None
        password = given["password"] or content("IDFLOW_DATABASE_PASSWORD_FILE", given["password_file"])
        return cls(
            url=_complete(given["url"], password),
            pool=number("IDFLOW_DATABASE_POOL", given["pool"], 1, _MAXIMUM_POOL) or DEFAULT_POOL,
            statement_timeout=number("IDFLOW_DATABASE_TIMEOUT", given["timeout"], 1, _MAXIMUM_STATEMENT_TIMEOUT)
            or DEFAULT_STATEMENT_TIMEOUT,
        )


def _complete(url: str, password: str) -> str:
    """Return the URL with its password."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise SettingInvalid("IDFLOW_DATABASE_URL is no URL.") from None
    if parts.scheme not in _SCHEMES or not parts.path.strip("/"):
        raise SettingInvalid("IDFLOW_DATABASE_URL must be postgresql://user@host/database.")
    if not password:
        return url
    user, at, host = parts.netloc.rpartition("@")
    if parts.password is not None or not at:
        raise SettingInvalid(
            "IDFLOW_DATABASE_URL must name a user, and no password, when IDFLOW_DATABASE_PASSWORD or its file has one."
        )
    return parts._replace(netloc=f"{user}:{quote(password, safe='')}@{host}").geturl()
