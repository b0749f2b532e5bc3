"""What is asked of the database when somebody has a link. Built once: to build a statement costs more than to run it.

They are straight from the table: what a session has in memory may be older than the row.
"""

from sqlalchemy import bindparam, func, or_, select, update

from engine.store.models import Base, Definition, Instance, ProcessToken, TokenStatus

_TOKENS = Base.metadata.tables[ProcessToken.__tablename__]
_INSTANCES = Base.metadata.tables[Instance.__tablename__]
_DEFINITIONS = Base.metadata.tables[Definition.__tablename__]
_ROW = [each.columns[0].label(each.key) for each in ProcessToken.__mapper__.column_attrs]

_USABLE = (
    _TOKENS.c.digest == bindparam("wanted"),
    _TOKENS.c.status == TokenStatus.ACTIVE.value,
    or_(_TOKENS.c.use_limit.is_(None), _TOKENS.c.uses < _TOKENS.c.use_limit),
    or_(_TOKENS.c.not_after.is_(None), _TOKENS.c.not_after > bindparam("now")),
    or_(_TOKENS.c.not_before.is_(None), _TOKENS.c.not_before <= bindparam("now")),
)
_BEGUN = select(_INSTANCES.c.id).where(_INSTANCES.c.binding == bindparam("page")).exists()
_FIRST_OPENED = func.coalesce(_TOKENS.c.opened_at, bindparam("now", type_=_TOKENS.c.opened_at.type))

_STARTS = (
    select(_DEFINITIONS.c.id)
    .where(
        _DEFINITIONS.c.key == _TOKENS.c.definition_key,
        or_(_TOKENS.c.definition_version.is_(None), _DEFINITIONS.c.version == _TOKENS.c.definition_version),
    )
    .order_by(_DEFINITIONS.c.version.desc())
    .limit(1)
    .correlate(_TOKENS)
    .scalar_subquery()
)

BY_DIGEST = select(*_ROW, _STARTS.label("definition_id")).where(_TOKENS.c.digest == bindparam("wanted"))
"""The token with a link, and what it starts: the newest version of the process, if the token names none."""

OPEN = update(_TOKENS).where(*_USABLE).values(opened_at=_FIRST_OPENED).returning(_TOKENS.c.id)
"""Notes that a link was opened; whoever does so at the same time waits for the row."""

REDEEM = (
    update(_TOKENS).where(*_USABLE, ~_BEGUN).values(uses=_TOKENS.c.uses + 1, opened_at=_FIRST_OPENED).returning(*_ROW)
)
"""Counts a use, unless an instance has begun from the very page."""
