"""The list of process tokens."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.store.models import Base, Definition, ProcessToken
from engine.store.paging import After, Page, in_order
from engine.tokens.openings import WhetherOpened
from engine.tokens.records import TokenRecord

_ROWS = Base.metadata.tables[ProcessToken.__tablename__].c


@dataclass(frozen=True, slots=True)
class TokenEntry:
    """A process token in a list."""

    token: TokenRecord
    process: str
    """The name of the newest version of its process, or the id of the process when none has a name."""


def search(
    session: Session,
    query: str = "",
    after: After | None = None,
    limit: int = 50,
    opened: WhetherOpened | None = None,
) -> Page[TokenEntry]:
    """Return tokens in whose name, or in the id or name of whose process, `query` is; the newest first."""
    wanted = select(ProcessToken)
    if opened is not None:
        wanted = wanted.where(opened.condition)
    if query:
        named = select(Definition.key).where(Definition.name.icontains(query, autoescape=True))
        wanted = wanted.where(
            or_(
                ProcessToken.name.icontains(query, autoescape=True),
                ProcessToken.definition_key.icontains(query, autoescape=True),
                ProcessToken.definition_key.in_(named),
            )
        )
    wanted = in_order(wanted, _ROWS.created_at, _ROWS.id, after).limit(limit + 1)
    found = [TokenRecord.of(row) for row in session.scalars(wanted)]
    shown = found[:limit]
    names = _names(session, {each.definition_key for each in shown})
    entries = tuple(TokenEntry(each, names.get(each.definition_key) or each.definition_key) for each in shown)
    more = len(found) > limit
    return Page(entries, After(shown[-1].created_at, shown[-1].id) if more else None)


def _names(session: Session, keys: set[str]) -> dict[str, str]:
    named = select(Definition.key, Definition.name).where(Definition.key.in_(keys)).order_by(Definition.version)
    return {row.key: row.name for row in session.execute(named)}
