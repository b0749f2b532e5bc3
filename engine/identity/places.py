"""Where the database keeps sealed values, declared once: the table, the column, what the value is bound to.

Whoever seals says the same in code; a test opens every value by both, and another finds a column that is missing here.
"""

from typing import Any

from sqlalchemy import Column, LargeBinary, Select, String, Table, bindparam, func, select, update

from engine.identity.sealed import HEADER_BYTES, header_of
from engine.identity.vault import bind
from engine.store.models import Base


class Place:
    """A column of sealed values."""

    __slots__ = ("_bound", "_kind", "_sealed", "_table", "column", "replace", "sealed_otherwise", "table")

    def __init__(self, table: str, column: str, kind: str, *bound: str) -> None:
        """Declare `column` of `table`: its values are bound to `kind`, then to the columns `bound`, in this order.

        A column of the row's user is written `users.store_id`.
        """
        self.table, self.column = table, column
        self._table: Table = Base.metadata.tables[table]
        self._kind, self._bound = kind, bound
        self._sealed: Column[bytes] = self._table.c[column]
        key = self._table.c.id
        owners = Base.metadata.tables["users"]
        columns = [self._named(name).label(f"bound_{place}") for place, name in enumerate(bound)]
        found: Select[Any] = select(key.label("id"), self._sealed.label("sealed"), *columns)
        if any("." in name for name in bound):
            found = found.join(owners, owners.c.id == self._table.c.user_id)
        self.sealed_otherwise = (
            found.where(
                func.substr(self._sealed, 1, HEADER_BYTES) != bindparam("header", type_=LargeBinary),
                key > bindparam("after", type_=String),
            )
            .order_by(key)
            .limit(bindparam("limit"))
        )
        """The values whose data key is not that of `header`, from the row `after` on."""
        self.replace = (
            update(self._table)
            .where(key == bindparam("which"), self._sealed == bindparam("old"))
            .values({column: bindparam("new", type_=LargeBinary)})
        )
        """Changes the value of the row `which` from `old` to `new`, and nothing when it is another one by now."""

    def count(self, key: int) -> Select[int]:
        """Return the statement that counts the values that this data key has sealed."""
        header = func.substr(self._sealed, 1, HEADER_BYTES)
        return select(func.count()).select_from(self._table).where(header == header_of(key))

    def bound_to(self, row: Any) -> bytes:
        """Return what the value of a row of `sealed_otherwise` is bound to."""
        values = (getattr(row, f"bound_{place}") for place in range(len(self._bound)))
        return bind(self._kind, *(str(value) for value in values))

    def bind(self, **values: object) -> bytes:
        """Return what a value is bound to in a row with these columns, `users.store_id` among them as `store_id`."""
        return bind(self._kind, *(str(values[name.rpartition(".")[2]]) for name in self._bound))

    def _named(self, name: str) -> Column[Any]:
        table, _, column = name.rpartition(".")
        return Base.metadata.tables[table or self.table].c[column]


_PARAMETERS = ("issuer", "account_name", "algorithm", "digits", "period")

CREDENTIALS = Place("totp_credentials", "secret", "totp-credential-1", "users.store_id", "user_id", "id", *_PARAMETERS)

PLACES = (
    Place("instances", "state", "instance", "id"),
    Place("mails", "content", "mail", "id"),
    Place("messages", "variables", "message", "id"),
    Place("replies", "content", "reply", "id"),
    Place("recovery_codes", "sealed", "recovery-code-1", "user_id", "id", "instance_id"),
    CREDENTIALS,
    Place("attachments", "content", "attachment", "instance_id", "id"),
    Place("second_factors", "secret", "second-factor-1", "account_id", "id"),
    Place("settings", "secrets", "settings", "id"),
    Place("webhooks", "url", "webhook-url-1", "id"),
    Place("webhooks", "secret", "webhook-secret-1", "id"),
    Place("webhooks", "former", "webhook-secret-1", "id"),
)
"""Every place."""

NOT_SEALED = frozenset(
    {
        ("account_recovery_codes", "digest"),
        ("api_keys", "digest"),
        ("audit_events", "hash"),
        ("audit_checkpoints", "hash"),
        ("audit_checkpoints", "signature"),
        ("data_keys", "wrapped"),
        ("decisions", "content"),
        ("definitions", "content"),
        ("drafts", "content"),
        ("forms", "content"),
        ("instances", "binding"),
        ("instances", "claim"),
        ("process_tokens", "digest"),
        ("recovery_codes", "digest"),
        ("replies", "fingerprint"),
        ("reset_links", "digest"),
        # Sealed, but by a key that is derived and has no number: nothing real is in it, and it is kept for hours.
        ("sandboxes", "content"),
        ("saved_states", "content"),
        ("sessions", "digest"),
        ("setting_files", "content"),
        # Sealed in the same way: a token that has expired, shown to its provider at the sign-out.
        ("sessions", "id_token"),
        ("sign_in_failures", "digest"),
        ("token_openings", "page"),
        ("used_answers", "digest"),
        ("webhook_deliveries", "body"),
    }
)
"""The other columns of bytes."""
