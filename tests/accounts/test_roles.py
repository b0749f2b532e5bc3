from pathlib import Path

import pytest

from engine.accounts import GRANTS, ROLES, Permission, Role, reference

DOCS = Path(__file__).parents[2] / "docs" / "operating.md"


def test_every_permission_says_what_it_is_for_and_who_has_it() -> None:
    """One that is missing belongs into `GRANTS`; then run `python -m engine.accounts.reference` for the docs."""
    assert set(GRANTS) == set(Permission)
    assert set(ROLES) == set(Role)
    assert ROLES[Role.ADMINISTRATOR] == set(Permission)


def test_the_documentation_has_the_table_of_roles() -> None:
    assert reference.table() in DOCS.read_text(encoding="utf-8")


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.VIEWER])
def test_who_only_looks_changes_nothing(role: Role) -> None:
    others = ROLES[role] - {Permission.ACCOUNT_OWN}
    # To take away as a file what may be seen changes nothing either.
    assert {permission.partition(".")[2] for permission in others} - {"export"} == {"view"}


def test_everybody_looks_after_their_own_account() -> None:
    assert all(Permission.ACCOUNT_OWN in permissions for permissions in ROLES.values())
