"""The table of roles in docs/operating.md: `python -m engine.accounts.reference` prints it, and a test compares it."""

import sys
from collections.abc import Iterator

from engine.accounts.permissions import GRANTS, ROLES, Role


def table() -> str:
    """Return every permission with the roles that have it, in Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield f"| permission | lets an account | {' | '.join(Role)} |"
    yield "|---|---|" + ":-:|" * len(Role)
    for permission, grant in GRANTS.items():
        marks = ("✓" if permission in ROLES[role] else "" for role in Role)
        yield f"| `{permission}` | {grant.text} | {' | '.join(marks)} |"


if __name__ == "__main__":
    sys.stdout.write(f"{table()}\n")
