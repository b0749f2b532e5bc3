"""The page of the events of the audit trail."""

from engine.audit import AuditAction
from engine.audit.meanings import MEANINGS
from webui.reference.table import table

_HEAD = """# Events of the audit trail

Each event has a time, who did it (`by`; nobody is the command line), and the ids of the instance, the token and the
user that it is about. No event has a secret, a code, a link or an address of a person.
[Operating](../operating.md#audit-trail) says how the trail is verified. [Webhooks](../backoffice.md#webhooks) send
many of them on. This page is made from the declarations: `python -m webui.reference`.
"""


def page() -> str:
    """Return the page in Markdown."""
    rows = ((f"`{each.value}`", MEANINGS[each]) for each in AuditAction)
    return "\n".join((_HEAD, *table(("event", "meaning"), rows)))
