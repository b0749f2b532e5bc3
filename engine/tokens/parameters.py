"""The parameters of process tokens once more, folded, so that the instances of a token are found by them.

A token is made once and may start many instances: so it is written when it is made, and costs no journey anything. The
rows go with their token.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import insert
from sqlalchemy.orm import Session

from engine.folding import LONGEST_KEY, key_of
from engine.store.models import TokenParameter
from engine.tokens.records import Value
from engine.typed_text import written


def note(session: Session, tokens: Iterable[tuple[str, Mapping[str, Value]]]) -> None:
    """Write the parameters of tokens that were just made, each with its id."""
    rows = [
        {"token_id": token_id, "name": name, "key": key}
        for token_id, parameters in tokens
        for name, key in sorted({_row(*each) for each in parameters.items()})
        if key
    ]
    if rows:
        session.execute(insert(TokenParameter), rows)


def _row(name: str, value: Value) -> tuple[str, str]:
    return name[:LONGEST_KEY], key_of(written(value))
