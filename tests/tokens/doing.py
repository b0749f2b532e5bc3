"""What tests do with process tokens, each in a transaction of its own."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from engine.store import Database, Way
from engine.store.models import AuditEvent
from engine.tokens import IssuedToken, TokenRecord, Tokens

HOUR = timedelta(hours=1)


def create(database: Database, tokens: Tokens, name: str = "Demo", **options: Any) -> IssuedToken:
    with database.write() as session:
        return tokens.create(session, name=name, definition_key="journey", **options)


def redeem(database: Database, tokens: Tokens, link: str) -> TokenRecord:
    with database.write(Way.BESIDE) as session:
        return tokens.redeem(session, link)


def find(database: Database, tokens: Tokens, link: str) -> TokenRecord:
    with database.read() as session:
        return tokens.find(session, link)


def events(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(AuditEvent.event).order_by(AuditEvent.id)))
