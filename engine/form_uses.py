"""Where forms are shown: the user tasks of the newest version of each process."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.definitions import DefinitionRecord, Definitions, DefinitionUnusable

BATCH = 50
"""How many process definitions are read at once, the first time."""


@dataclass(frozen=True, slots=True)
class FormUse:
    """One user task that shows a form."""

    process: str
    """The id of the process."""
    name: str
    """The name of the process."""
    version: int
    """Of the process."""
    element: str
    """The id of the user task."""
    version_tag: str | None
    """The data form version that it names; None is the one in use."""


class FormUses:
    """Knows which form is shown where; a definition never changes, so each is looked at once."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._known: dict[str, tuple[tuple[str, FormUse], ...]] = {}
        """By the id of the definition: the names of forms with their uses."""

    def all(self, session: Session) -> Mapping[str, tuple[FormUse, ...]]:
        """Return where each form is shown, by the name of the form."""
        newest = self._definitions.newest(session)
        known = {each.id: self._known[each.id] for each in newest if each.id in self._known}
        others = [each for each in newest if each.id not in known]
        for start in range(0, len(others), BATCH):
            some = others[start : start + BATCH]
            with self._definitions.at_hand(session, [each.id for each in some]):
                known |= {each.id: tuple(self._uses(session, each)) for each in some}
        # Replaced as a whole: other threads read it, and versions that are no longer the newest leave it.
        self._known = known
        found = defaultdict[str, list[FormUse]](list)
        for each in newest:
            for name, use in known[each.id]:
                found[name].append(use)
        return {name: tuple(uses) for name, uses in found.items()}

    def of(self, session: Session, name: str) -> tuple[FormUse, ...]:
        """Return where one form is shown."""
        return self.all(session).get(name, ())

    def _uses(self, session: Session, definition: DefinitionRecord) -> Iterator[tuple[str, FormUse]]:
        try:
            process = self._definitions.get(session, definition.id).process
        except DefinitionUnusable:
            return
        for element in process.elements.values():
            if element.form is not None:
                use = FormUse(definition.key, definition.name, definition.version, element.id, element.form.version)
                yield element.form.name, use
