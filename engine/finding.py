"""One search over everything that has an id or a name, for the head of every page of the backoffice.

What there can be many of (instances, tokens, users) is found by how its id or name begins, by ranges of indexes, an
instance by its parameters, too (see `engine.instances.by_parameter`); what
there are few of (processes, forms, accounts) by any part of its names. A user is found only by what the search for
users goes by: how the external ID begins, or the whole ID; here the external ID is written as it was typed, in small
letters, in capitals, or with a capital first. The search for users itself takes any other mixture, too.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine.identity.search import MAXIMUM_TEXT
from engine.instances import InstanceRecord
from engine.instances.overview import Overview
from engine.instances.search import Wanted
from engine.store import Database
from engine.store.backend import BY_VALUES
from engine.store.models import Account, Base, Definition, DraftRow, Form, IdentityStore, Instance, ProcessToken, User

MAXIMUM_FOUND = 8
"""How many of a kind are shown; the lists have the rest."""

MAXIMUM_STORES = 50
"""In how many identity stores users are looked for: the first by name."""

LONGEST = MAXIMUM_TEXT
"""How many characters are looked for."""

_TOKENS = Base.metadata.tables[ProcessToken.__tablename__].c
_PEOPLE = Base.metadata.tables[User.__tablename__].c
_ID = re.compile(r"[0-9a-f]{24}")
_BEGINNING = re.compile(r"[0-9a-f]{4,24}")
_LAST = "\U0010ffff"


class Kind(StrEnum):
    """What can be found."""

    INSTANCES = "instances"
    TOKENS = "tokens"
    PROCESSES = "processes"
    FORMS = "forms"
    USERS = "users"
    ACCOUNTS = "accounts"


@dataclass(frozen=True, slots=True)
class Named:
    """A token, process, form, user or account."""

    id: str
    """What its page is found by: an id, or a key or name that is one."""
    name: str
    store_id: str = ""
    """Of a user."""
    store: str = ""
    """Its name."""


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of a kind."""

    instances: tuple[InstanceRecord, ...] = ()
    named: tuple[Named, ...] = ()
    more: bool = False
    """Whether there are others that are not shown."""

    def __bool__(self) -> bool:
        return bool(self.instances or self.named)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found."""

    groups: Mapping[Kind, Group] = field(default_factory=dict)
    """Without the empty ones."""
    exactly: tuple[Kind, Named] | None = None
    """What has this very id."""


@dataclass(frozen=True, slots=True)
class Finder:
    """Looks for things, each search in one transaction."""

    database: Database
    overview: Overview

    def find(self, text: str, kinds: Collection[Kind]) -> Found:
        """Return what of some kinds is found by a text; nothing by an empty one."""
        text = text.strip()[:LONGEST]
        if not text:
            return Found()
        with self.database.read() as session:
            exactly = _exactly(session, text.lower(), kinds) if _ID.fullmatch(text.lower()) else None
            if exactly is not None:
                return Found(exactly=exactly)
            ways: Mapping[Kind, Callable[[], Group]] = {
                Kind.INSTANCES: lambda: self._instances(session, text),
                Kind.TOKENS: lambda: _group(_tokens(session, text)),
                Kind.PROCESSES: lambda: _group(_processes(session, text.casefold())),
                Kind.FORMS: lambda: _group(_forms(session, text.casefold())),
                Kind.USERS: lambda: _group(_users(session, text)),
                Kind.ACCOUNTS: lambda: _group(_accounts(session, text.casefold())),
            }
            return Found({kind: found for kind in Kind if kind in kinds and (found := ways[kind]())})

    def _instances(self, session: Session, text: str) -> Group:
        page = self.overview.list(session, Wanted(query=text), limit=MAXIMUM_FOUND)
        return Group(instances=page.rows, more=page.next is not None)


def _exactly(session: Session, identifier: str, kinds: Collection[Kind]) -> tuple[Kind, Named] | None:
    if Kind.INSTANCES in kinds and session.scalar(select(Instance.id).where(Instance.id == identifier)):
        return Kind.INSTANCES, Named(identifier, identifier)
    if Kind.USERS in kinds:
        row = session.execute(select(User.store_id, User.external_id).where(User.id == identifier)).one_or_none()
        if row is not None:
            return Kind.USERS, Named(identifier, row.external_id or identifier, row.store_id)
    if Kind.TOKENS in kinds:
        name = session.scalar(select(ProcessToken.name).where(ProcessToken.id == identifier))
        if name is not None:
            return Kind.TOKENS, Named(identifier, name)
    return None


def _group(found: Sequence[Named]) -> Group:
    return Group(named=tuple(found[:MAXIMUM_FOUND]), more=len(found) > MAXIMUM_FOUND)


def _tokens(session: Session, text: str) -> list[Named]:
    columns = select(_TOKENS.id, _TOKENS.name).execution_options(**BY_VALUES)
    asked = [columns.where(each).order_by(_TOKENS.name) for each in _begin(_TOKENS.name, text)]
    if _BEGINNING.fullmatch(text.lower()):
        asked.append(columns.where(_begins(_TOKENS.id, text.lower())).order_by(_TOKENS.id))
    rows = [row for each in asked for row in session.execute(each.limit(MAXIMUM_FOUND + 1))]
    return [*{row.id: Named(row.id, row.name) for row in rows}.values()]


def _users(session: Session, text: str) -> list[Named]:
    found: dict[str, Named] = {}
    stores = select(IdentityStore.id, IdentityStore.name).order_by(IdentityStore.name).limit(MAXIMUM_STORES)
    for store in session.execute(stores).all():
        for begins in _begin(_PEOPLE.external_id, text):
            query = select(_PEOPLE.id, _PEOPLE.external_id).where(_PEOPLE.store_id == store.id, begins)
            query = query.execution_options(**BY_VALUES)
            for row in session.execute(query.order_by(_PEOPLE.external_id).limit(MAXIMUM_FOUND + 1)):
                found[row.id] = Named(row.id, row.external_id, store.id, store.name)
        if len(found) > MAXIMUM_FOUND:
            break
    return [*found.values()]


def _processes(session: Session, text: str) -> list[Named]:
    deployed = select(Definition.key, Definition.name).order_by(Definition.key, Definition.version)
    names = {row.key: row.name for row in session.execute(deployed)}
    return _containing({**names, **_drafts(session, "process")}, text)


def _forms(session: Session, text: str) -> list[Named]:
    saved = select(Form.name, Form.title).order_by(Form.name, Form.version)
    titles = {row.name: row.title for row in session.execute(saved)}
    return _containing({**titles, **_drafts(session, "form")}, text)


def _drafts(session: Session, kind: str) -> dict[str, str]:
    there = select(DraftRow.name, DraftRow.title).where(DraftRow.kind == kind, DraftRow.content.is_not(None))
    return {row.name: row.title for row in session.execute(there)}


def _accounts(session: Session, text: str) -> list[Named]:
    return _containing(dict.fromkeys(session.scalars(select(Account.name).order_by(Account.name)), ""), text)


def _containing(names: Mapping[str, str], text: str) -> list[Named]:
    found = [
        Named(key, name or key) for key, name in names.items() if text in key.casefold() or text in name.casefold()
    ]
    return sorted(found, key=lambda each: (each.name.casefold(), each.id))


def _begin(column: ColumnElement[str], text: str) -> Iterable[ColumnElement[bool]]:
    """Yield that a column begins with a text, however it is written: each a range of the index."""
    return (_begins(column, each) for each in dict.fromkeys((text, text.lower(), text.upper(), text.capitalize())))


def _begins(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    return column.between(text, text + _LAST)
