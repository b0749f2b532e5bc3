"""The mail server: whether it answers and lets us in. Nothing is sent."""

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from engine.adjustments import Adjustments, InForce
from engine.clock import Clock
from engine.config import Settings, SmtpSettings
from engine.errors import IdflowError
from engine.identity import Vault
from engine.identity.kek import existing_key
from engine.mail import Smtp
from engine.mail.trial import PATIENCE
from engine.store import Database
from engine.store.migrate import Fit
from webui.doctor.finding import Finding, error, ok, warning


def examine(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Talk to the mail server of the environment, or to the one that was set in the browser."""
    chosen = settings.smtp or _saved(settings, clock)
    if chosen is None:
        remedy = "Set it in Settings > Mail, or by IDFLOW_SMTP_HOST and IDFLOW_SMTP_FROM; without it no mail is sent."
        yield warning("mail", "There is no mail server.", remedy)
        return
    where = f"{chosen.host}:{chosen.port} ({chosen.security})"
    try:
        Smtp(chosen, deadline=PATIENCE).greet()
    except IdflowError as wrong:
        yield error("mail", f"{where}: {wrong.message}", "Look at host, port, security, user and password.")
        return
    yield ok("mail", f"{where} answers{' and lets us in' if chosen.user else ''}.")


def _saved(settings: Settings, clock: Clock) -> SmtpSettings | None:
    """Return the mail server that was set in the browser; None when it cannot be read, which others say why."""
    if settings.postgres is None and not settings.database.exists():
        return None
    database: Database | None = None
    try:
        database = Database(settings.database_url, settings.postgres, only_looks=True)
        if database.fit() not in {Fit.CURRENT, Fit.NEWER}:
            return None
        with database.read() as session:
            vault = Vault.open(session, existing_key(settings), clock)
        transport = InForce(Adjustments(database, vault, clock, settings)).transport()
        return transport.settings if isinstance(transport, Smtp) else None
    except (IdflowError, SQLAlchemyError, OSError):
        return None
    finally:
        if database is not None:
            database.close()
