"""Forms at a glance: what lists say of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.drafts import DraftEntry
from engine.form_uses import FormUse
from engine.form_versions import VersionEntry


class FormState(StrEnum):
    """What became of a form."""

    DRAFT = "draft"
    """There is a draft only."""
    SAVED = "saved"
    """Versions were saved, none was deployed."""
    DEPLOYED = "deployed"
    """A version is in use, and nothing was changed since."""
    CHANGED = "changed"
    """A version is in use; the draft, or a version that was saved later, is another."""


@dataclass(frozen=True, slots=True)
class FormEntry:
    """One form."""

    name: str
    title: str
    state: FormState
    deployed: int | None
    """The version in use."""
    newest: int | None
    """The version that was saved last."""
    uses: tuple[FormUse, ...]
    changed_at: datetime
    changed_by: str | None
    """The name of an account; None is the command line."""


def entries(
    versions: Iterable[VersionEntry], drafts: Iterable[DraftEntry], uses: Mapping[str, tuple[FormUse, ...]]
) -> list[FormEntry]:
    """Return every form by name; `versions` are the newest of each and the one in use."""
    newest: dict[str, VersionEntry] = {}
    deployed: dict[str, VersionEntry] = {}
    for each in versions:
        newest[each.name] = max(each, newest.get(each.name, each), key=lambda it: it.version)
        deployed[each.name] = max(each, deployed.get(each.name, each), key=lambda it: it.deployment or 0)
    found = {draft.name: draft for draft in drafts}
    return [
        _entry(name, newest.get(name), deployed.get(name), found.get(name), uses.get(name, ()))
        for name in sorted({*newest, *found})
    ]


def _entry(
    name: str,
    newest: VersionEntry | None,
    last: VersionEntry | None,
    draft: DraftEntry | None,
    uses: tuple[FormUse, ...],
) -> FormEntry:
    deployed = last if last is not None and last.deployment is not None else None
    # What somebody who opens the form would see.
    shown = draft or newest
    if shown is None:
        raise ValueError(name)
    changes = [each for each in (draft, newest) if each is not None]
    latest = max(changes, key=lambda each: each.saved_at)
    return FormEntry(
        name=name,
        title=shown.title,
        state=_state(newest, deployed, shown.sha256),
        deployed=deployed.version if deployed is not None else None,
        newest=newest.version if newest is not None else None,
        uses=uses,
        changed_at=latest.saved_at,
        changed_by=latest.saved_by,
    )


def _state(newest: VersionEntry | None, deployed: VersionEntry | None, shown: str) -> FormState:
    if newest is None:
        return FormState.DRAFT
    if deployed is None:
        return FormState.SAVED
    return FormState.DEPLOYED if shown == deployed.sha256 else FormState.CHANGED
