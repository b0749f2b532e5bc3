"""Finds instances by what they were started with: the parameters of their token, or variables of their own.

First it is asked who has such a parameter. Of a few tokens, the instances are found by the index over tokens: one
token may have all instances there are. Where many have it, the list is walked in its own order until a page is full,
and each instance asked: that never sorts what nobody will see. It is asked only for what many have; of tokens and
instances, whichever are few are named. Either way no row of an instance is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import ColumnElement, FromClause, and_, exists, false, or_, select
from sqlalchemy.orm import Session

from engine.folding import LAST, LONGEST_KEY, key_of
from engine.instances.parameters import SEALED, Digests
from engine.store.models import Base, Instance, InstanceParameter, TokenParameter

FEW = 200
"""How many tokens, and how many instances, are looked up one by one."""

_ROWS = Base.metadata.tables[Instance.__tablename__].c
_OF_TOKENS = Base.metadata.tables[TokenParameter.__tablename__]
_OF_INSTANCES = Base.metadata.tables[InstanceParameter.__tablename__]
_ANY_END = "*"
_NOBODY = ""
"""No id. If nobody were named at all, PostgreSQL would make a join of the other question: slower where most have it."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter by its name and its value: the whole value, or how it begins."""

    name: str
    value: str
    begins: bool = False

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return what was written as `name=value`, or as `name=val*` for how it begins; None for anything else."""
        name, equals, value = text.partition("=")
        begins = value.endswith(_ANY_END)
        value = value.removesuffix(_ANY_END) if begins else value
        known = cls(name.strip(), value.strip(), begins)
        return known if equals and known.name and (known.value or begins) else None

    def __str__(self) -> str:
        return f"{self.name}={self.value}{_ANY_END if self.begins else ''}"


NONE = Parameter("", "")
"""Nothing has it."""

Term = str | Parameter
"""What is looked for: how any value begins, or a named one."""


@dataclass(frozen=True, slots=True)
class Owners:
    """Who has a parameter that is looked for; None: too many to be named here."""

    tokens: Sequence[str] | None = None
    instances: Sequence[str] | None = None


ANYBODY = Owners()
"""It is not known who has it."""


def owners(session: Session, term: Term, digests: Digests) -> Owners:
    """Return who has a parameter."""
    found: list[Sequence[str] | None] = []
    for table, column, conditions in (
        (_OF_TOKENS, _OF_TOKENS.c.token_id, [_open(_OF_TOKENS, term)]),
        (_OF_INSTANCES, _OF_INSTANCES.c.instance_id, [_open(_OF_INSTANCES, term), *_sealed(term, digests)]),
    ):
        ids: list[str] = []
        for each in conditions:
            ids += session.scalars(select(column).select_from(table).where(each).limit(FEW + 1))
        found.append([*dict.fromkeys(ids)] if len(ids) <= FEW else None)
    return Owners(*found)


def has(term: Term, digests: Digests, known: Owners = ANYBODY) -> ColumnElement[bool]:
    """Return whether an instance has a parameter; it is not asked itself where `known` names who has."""
    own = or_(_open(_OF_INSTANCES, term), *_sealed(term, digests))
    by_token = exists(select(1).where(_OF_TOKENS.c.token_id == _ROWS.token_id, _open(_OF_TOKENS, term)))
    by_itself = exists(select(1).where(_OF_INSTANCES.c.instance_id == _ROWS.id, own))
    return or_(
        by_token if known.tokens is None else _ROWS.token_id.in_(known.tokens or [_NOBODY]),
        by_itself if known.instances is None else _ROWS.id.in_(known.instances or [_NOBODY]),
    )


def _open(table: FromClause, term: Term) -> ColumnElement[bool]:
    if isinstance(term, Parameter):
        key = key_of(term.value)
        same = _begins(table.c.key, key) if term.begins else table.c.key == key
        return and_(table.c.name == term.name[:LONGEST_KEY], same) if term.name else false()
    return and_(_begins(table.c.key, key_of(term)), table.c.name > SEALED)


def _sealed(term: Term, digests: Digests) -> list[ColumnElement[bool]]:
    if not isinstance(term, Parameter):
        digest = digests.of("", term)
    elif term.begins or not term.name:
        return []
    else:
        digest = digests.of(term.name, term.value)
    return [and_(_OF_INSTANCES.c.name == SEALED, _OF_INSTANCES.c.key == digest)]


def _begins(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    return column.between(text, text + LAST)
