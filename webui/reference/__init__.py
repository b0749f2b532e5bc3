"""The generated pages of docs/: what is declared somewhere is described there, and its page is made from that.

    python -m webui.reference

writes those of this package, of `service_tasks` and of `forms`; `make reference` writes those that tests prove, too.

commands.py   the command line    settings.py  the environment       errors.py        every error and its code
events.py     the audit trail     metrics.py   figures               operations.py    the REST API
permissions.py  who may do what   imports.py, architecture.py        which package uses which, as a picture
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import forms.reference
from service_tasks import _page as activities
from webui.reference import architecture, commands, errors, events, metrics, operations, permissions, settings

DOCS = Path(__file__).parents[2] / "docs"

PAGES: Mapping[str, Callable[[], str]] = {
    "activities.md": activities.page,
    "form-elements.md": forms.reference.page,
    "reference/commands.md": commands.page,
    "reference/settings.md": settings.page,
    "reference/errors.md": errors.page,
    "reference/audit-events.md": events.page,
    "reference/metrics.md": metrics.page,
    "reference/operations.md": operations.page,
    "reference/permissions.md": permissions.page,
    "pictures/architecture.svg": architecture.picture,
}
"""Each page by its place in docs/."""


def write() -> None:
    """Write every page anew."""
    for name, page in PAGES.items():
        file = DOCS / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(page(), encoding="utf-8")
