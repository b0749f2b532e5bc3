"""Settings, from the environment (`IDFLOW_…`) and the command line."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.errors import Refused


class SettingInvalid(Refused):
    """A setting has a value that cannot be used."""

    code = "setting-invalid"


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation runs."""

    data: Path = Path("var")
    """`IDFLOW_DATA`: the folder of the database and the keys."""
    host: str = "127.0.0.1"
    """`IDFLOW_HOST`: the address that the server listens on."""
    port: int = 8000
    """`IDFLOW_PORT`: 0 takes any free one."""
    public_url: str | None = None
    """`IDFLOW_PUBLIC_URL`: what links and QR codes begin with; None is the address of the server itself."""
    time_zone: str = "UTC"
    """`IDFLOW_TIME_ZONE`: where a time without a zone and a cron expression are (`Europe/Berlin`)."""
    key: str | None = None
    """`IDFLOW_KEY`: the key-encryption key, 32 bytes in Base64; None is the key file in the data folder."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the settings from `IDFLOW_…` variables; those that are absent or empty keep their defaults.

        Raises:
            SettingInvalid: when the port is not a number from 0 to 65535, the public URL is not http or https, or the
                time zone is not known.

        """
        given = {name: environment.get(f"IDFLOW_{name.upper()}", "").strip() for name in cls.__slots__}
        port = given["port"] or str(cls.default("port"))
        if not (port.isascii() and port.isdigit() and int(port) <= 65535):  # noqa: PLR2004 - the largest port there is
            raise SettingInvalid(f"IDFLOW_PORT is {port!r}; it must be a number from 0 to 65535.")
        public_url = given["public_url"].rstrip("/") or None
        if public_url is not None and not public_url.startswith(("http://", "https://")):
            raise SettingInvalid(f"IDFLOW_PUBLIC_URL is {public_url!r}; it must start with https:// or http://.")
        return cls(
            data=Path(given["data"] or cls.default("data")),
            host=given["host"] or cls.default("host"),
            port=int(port),
            public_url=public_url,
            time_zone=_known_zone(given["time_zone"] or cls.default("time_zone")),
            key=given["key"] or None,
        )

    @classmethod
    def default(cls, name: str) -> str:
        """Return the default of one setting as text."""
        return str(cls.__dataclass_fields__[name].default)

    @property
    def database(self) -> Path:
        """The file of the SQLite database."""
        return self.data / "idflow.sqlite3"

    @property
    def database_url(self) -> str:
        """The database as SQLAlchemy names it."""
        return f"sqlite:///{self.database}"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.time_zone)

    def link(self, path: str) -> str:
        """Return the URL of a process token's link, for people."""
        base = self.public_url or f"http://{self.host}:{self.port}"
        return f"{base}/t/{path}"


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingInvalid(f"IDFLOW_TIME_ZONE is {name!r}; it must be a zone such as Europe/Berlin.") from error
    return name
