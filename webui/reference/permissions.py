"""The page of permissions and roles."""

from engine.accounts import reference

_HEAD = """# Permissions and roles

What each role of an account of the backoffice may do; an API key has some of its account's permissions. This page is
made from the declarations: `python -m webui.reference`.
"""


def page() -> str:
    """Return the page in Markdown."""
    return f"{_HEAD}\n{reference.table()}\n"
