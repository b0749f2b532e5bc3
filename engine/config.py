"""Settings, from the environment (`IDFLOW_…`) and the command line."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.api_settings import ApiSettings
from engine.database_settings import DatabaseSettings
from engine.egress.allowed import AllowList
from engine.named_secrets import NamedSecrets
from engine.oidc_settings import OidcSettings
from engine.retention_settings import Retention
from engine.setting import SettingInvalid, content, listed, number, yes
from engine.smtp_settings import Security, SmtpSettings

__all__ = [
    "ApiSettings",
    "DatabaseSettings",
    "OidcSettings",
    "Retention",
    "Security",
    "SettingInvalid",
    "Settings",
    "SmtpSettings",
]

MINIMUM_METRICS_TOKEN = 32
"""How many characters a bearer token has at least: nobody guesses 32 random ones."""

DEFAULT_SESSION_IDLE = 30
"""In minutes."""

DEFAULT_SESSION_LIFETIME = 12
"""In hours."""

DEFAULT_THREADS = 8
"""Python's threads work one at a time, so fewer do as much; but some wait: for a disk, a provider, a password hash."""

_MAXIMUM_THREADS = 64
_MAXIMUM_SESSION_IDLE = 24 * 60
_MAXIMUM_SESSION_LIFETIME = 30 * 24

Network = IPv4Network | IPv6Network


class LogFormat(StrEnum):
    """How a line of the log is written."""

    LOGFMT = "logfmt"
    """`key=value`, for people."""
    JSON = "json"
    """One object a line, for what collects logs."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation runs."""

    data: Path = Path("var")
    """`IDFLOW_DATA`: the folder of the database and the keys."""
    host: str = "127.0.0.1"
    """`IDFLOW_HOST`: the address that the server listens on."""
    port: int = 8000
    """`IDFLOW_PORT`: the port; 0 takes any free one."""
    threads: int = DEFAULT_THREADS
    """`IDFLOW_THREADS`: how many requests a process works on at once."""
    public_url: str | None = None
    """`IDFLOW_PUBLIC_URL`: what links and QR codes begin with; None is the address of the server itself."""
    trusted_proxy: str | None = None
    """`IDFLOW_TRUSTED_PROXY`: IP addresses and networks, with commas, of the reverse proxies that say who asks."""
    trusted_hosts: str | None = None
    """`IDFLOW_TRUSTED_HOSTS`: further names, with commas, that the server may be asked by, when it has a public URL."""
    log_format: LogFormat = LogFormat.LOGFMT
    """`IDFLOW_LOG_FORMAT`: how a line of the log is written, `logfmt` or `json`."""
    metrics_token: str | None = field(default=None, repr=False)
    """`IDFLOW_METRICS_TOKEN`, or a file by `IDFLOW_METRICS_TOKEN_FILE`: what lets a program ask for `/metrics`."""
    telemetry: str | None = None
    """`IDFLOW_TELEMETRY`: where traces are sent; None is `OTEL_EXPORTER_OTLP_ENDPOINT`, and without it nowhere."""
    time_zone: str = "UTC"
    """`IDFLOW_TIME_ZONE`: where a time without a zone and a cron expression are (`Europe/Berlin`)."""
    key: str | None = field(default=None, repr=False)
    """`IDFLOW_KEY`, or a file by `IDFLOW_KEY_FILE`: the key-encryption key, 32 bytes in Base64; None is the key file in
    the data folder."""
    postgres: DatabaseSettings | None = None
    """`IDFLOW_DATABASE_…`: None is a file of SQLite in the data folder."""
    smtp: SmtpSettings | None = None
    """`IDFLOW_SMTP_…`: None sends no mail."""
    retention: Retention = field(default_factory=Retention)
    """`IDFLOW_KEEP_…`: how long what is over is kept."""
    session_idle: int = DEFAULT_SESSION_IDLE
    """`IDFLOW_SESSION_IDLE`: how long somebody stays signed in to the backoffice without a request, in minutes."""
    session_lifetime: int = DEFAULT_SESSION_LIFETIME
    """`IDFLOW_SESSION_LIFETIME`: how long in any case, in hours."""
    require_second_factor: bool = False
    """`IDFLOW_REQUIRE_SECOND_FACTOR`: whether every account must set up an authenticator app."""
    api: ApiSettings = field(default_factory=ApiSettings)
    """`IDFLOW_API_…`: how many requests programs may send."""
    oidc: OidcSettings | None = None
    """`IDFLOW_OIDC_…`: None signs nobody in at an OpenID provider."""
    outgoing_allow: AllowList = field(default_factory=AllowList)
    """`IDFLOW_OUTGOING_ALLOW`: hosts and networks, with commas, that may be called although they are not public."""
    secrets: NamedSecrets = field(default_factory=NamedSecrets)
    """`IDFLOW_SECRET_…`: what diagrams name and the server alone holds."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the settings from `IDFLOW_…` variables; those that are absent or empty keep their defaults.

        Raises:
            SettingInvalid: when the port is not a number from 0 to 65535, the public URL is not http or https, a
                trusted proxy is no IP address or network, the time zone or the format of the log is not known, a limit
                of sessions or the number of threads is out of range, the token of the metrics is short, or a host that
                may be called is none; see the same of `DatabaseSettings`, `SmtpSettings`, `OidcSettings`, `Retention`
                and `ApiSettings`, too.

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
            threads=number("IDFLOW_THREADS", given["threads"], 1, _MAXIMUM_THREADS) or DEFAULT_THREADS,
            public_url=public_url,
            trusted_proxy=_networks("IDFLOW_TRUSTED_PROXY", given["trusted_proxy"]),
            trusted_hosts=given["trusted_hosts"] or None,
            log_format=_log_format(given["log_format"]),
            metrics_token=_metrics_token(environment, given["metrics_token"]),
            telemetry=_telemetry(environment, given["telemetry"]),
            time_zone=_known_zone(given["time_zone"] or cls.default("time_zone")),
            key=given["key"] or content("IDFLOW_KEY_FILE", environment.get("IDFLOW_KEY_FILE", "").strip()) or None,
            postgres=DatabaseSettings.from_environment(environment),
            smtp=SmtpSettings.from_environment(environment),
            retention=Retention.from_environment(environment),
            session_idle=number("IDFLOW_SESSION_IDLE", given["session_idle"], 1, _MAXIMUM_SESSION_IDLE)
            or DEFAULT_SESSION_IDLE,
            session_lifetime=number("IDFLOW_SESSION_LIFETIME", given["session_lifetime"], 1, _MAXIMUM_SESSION_LIFETIME)
            or DEFAULT_SESSION_LIFETIME,
            require_second_factor=yes("IDFLOW_REQUIRE_SECOND_FACTOR", given["require_second_factor"]),
            oidc=OidcSettings.from_environment(environment),
            api=ApiSettings.from_environment(environment),
            outgoing_allow=AllowList.parse("IDFLOW_OUTGOING_ALLOW", given["outgoing_allow"]),
            secrets=NamedSecrets.from_environment(environment),
        )

    @classmethod
    def default(cls, name: str) -> str:
        """Return the default of one setting as text."""
        return str(cls.__dataclass_fields__[name].default)

    @property
    def database(self) -> Path:
        """The file of the SQLite database, unless the database is on PostgreSQL."""
        return self.data / "idflow.sqlite3"

    @property
    def checkpoints(self) -> Path:
        """The file that keeps what the audit trail had come to, signed."""
        return self.data / "audit-checkpoints.jsonl"

    @property
    def key_file(self) -> Path:
        """The file of the key-encryption key, unless `key` has it."""
        return self.data / "keys" / "kek"

    @property
    def database_url(self) -> str:
        """The database as SQLAlchemy names it. It may hold a password."""
        return self.postgres.url if self.postgres else f"sqlite:///{self.database}"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def is_behind_proxy(self) -> bool:
        """Whether others may ask through a reverse proxy, which may be on the same machine."""
        return bool(self.public_url or self.trusted_proxy)

    @property
    def proxies(self) -> tuple[Network, ...]:
        """Who is believed what they say about a request."""
        return tuple(map(ip_network, listed(self.trusted_proxy)))

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names that the server may be asked by: of the public URL and the trusted ones; none is any."""
        public = urlsplit(self.public_url or "").hostname
        return tuple(each.lower() for each in (public, *listed(self.trusted_hosts)) if each)

    @property
    def base_url(self) -> str:
        """What links begin with."""
        return self.public_url or f"http://{self.host}:{self.port}"

    def link(self, path: str) -> str:
        """Return the URL of a process token's link, for people."""
        return f"{self.base_url}/t/{path}"

    def reset_link(self, link: str) -> str:
        """Return the URL of a link by which somebody chooses a new password."""
        return f"{self.base_url}/backoffice/reset/{link}"


def _networks(name: str, text: str) -> str | None:
    try:
        return ", ".join(str(ip_network(each)) for each in listed(text)) or None
    except ValueError as error:
        raise SettingInvalid(f"{name} is {text!r}; it must be IP addresses or networks, with commas.") from error


def _log_format(text: str) -> LogFormat:
    try:
        return LogFormat(text or LogFormat.LOGFMT)
    except ValueError:
        raise SettingInvalid("IDFLOW_LOG_FORMAT must be logfmt or json.") from None


def _metrics_token(environment: Mapping[str, str], given: str) -> str | None:
    name = "IDFLOW_METRICS_TOKEN"
    token = given or content(f"{name}_FILE", environment.get(f"{name}_FILE", "").strip())
    if token and (len(token) < MINIMUM_METRICS_TOKEN or not (token.isascii() and token.isprintable())):
        # Never the text itself.
        raise SettingInvalid(f"{name} must have at least {MINIMUM_METRICS_TOKEN} ASCII characters.")
    return token or None


def _telemetry(environment: Mapping[str, str], given: str) -> str | None:
    """Return the address for traces: a base as OpenTelemetry has it, or one that it has for traces alone."""
    base = given or environment.get("OTEL_EXPORTER_OTLP_ENDPOINT", "").strip()
    alone = "" if given else environment.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "").strip()
    url = alone or (base and f"{base.rstrip('/')}/v1/traces")
    if url and not url.startswith(("http://", "https://")):
        raise SettingInvalid("IDFLOW_TELEMETRY, or OTEL_EXPORTER_OTLP_ENDPOINT, must start with https:// or http://.")
    return url or None


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingInvalid(f"IDFLOW_TIME_ZONE is {name!r}; it must be a zone such as Europe/Berlin.") from error
    return name
