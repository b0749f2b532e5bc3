"""A program as mypy sees it: what is ignored here is an error that must be one."""

from webui.api.models.stores import StoreNamed
from webui.api.models.tokens import NewToken
from webui.api.models.users import LockOrder
from webui.client import Client


def program(client: Client) -> None:
    name: str = client.tokens.create(NewToken(definition="p")).name
    client.users.lock(LockOrder(reason="lost"), store_id=name, user_id="2").status.lower()
    client.tokens.create(LockOrder(reason="lost"))  # type: ignore[arg-type]
    client.tokens.get(token="1")  # type: ignore[call-arg]
    client.tokens.get(token_id=1)  # type: ignore[arg-type]
    client.users.find(StoreNamed(store_id="1"), q="a", size=5)  # type: ignore[call-arg]
    client.matching(name).tokens.renew(token_id="1").links  # type: ignore[attr-defined]  # noqa: B018
    for each in client.instances.list(limit=5):
        each.revision.bit_length()
        each.revision.lower()  # type: ignore[attr-defined]
