"""Drafts of processes beside those of forms; saved states; who deployed a process, and its tags."""

import re

import sqlalchemy as sa
from alembic import op
from lxml import etree

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_COLUMNS = ("name", "content", "title", "sha256", "revision", "saved_at", "saved_by")
_FORM_DRAFTS = sa.table("form_drafts", *map(sa.column, _COLUMNS))
_DRAFTS = sa.table("drafts", sa.column("kind"), *map(sa.column, _COLUMNS))
_DEFINITIONS = sa.table(
    "definitions",
    sa.column("id", sa.String),
    sa.column("key", sa.String),
    sa.column("content", sa.LargeBinary),
    sa.column("tags", sa.String),
)

_BPMN, _ZEEBE = "{http://www.omg.org/spec/BPMN/20100524/MODEL}", "{http://camunda.org/schema/zeebe/1.0}"
_WRITTEN = re.compile(rb"name\s*=\s*[\"']tags[\"']")
_LONGEST = 1000


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("tags", sa.String(length=1200), server_default="", nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("kind", "name", name="pk_drafts"),
    )
    op.create_table(
        "saved_states",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("kind", "name", "revision", name="pk_saved_states"),
    )
    connection = op.get_bind()
    moved = sa.select(sa.literal("form"), *(_FORM_DRAFTS.c[name] for name in _COLUMNS))
    connection.execute(sa.insert(_DRAFTS).from_select(["kind", *_COLUMNS], moved))
    op.drop_table("form_drafts")
    op.add_column("definitions", sa.Column("deployed_by", sa.String(length=64), nullable=True))
    op.add_column("definitions", sa.Column("tags", sa.String(length=1200), nullable=False, server_default=""))
    for definition_id, key in connection.execute(sa.select(_DEFINITIONS.c.id, _DEFINITIONS.c.key)).all():
        this = _DEFINITIONS.c.id == definition_id
        tags = _tags(connection.scalar(sa.select(_DEFINITIONS.c.content).where(this)) or b"", key)
        if tags:
            connection.execute(sa.update(_DEFINITIONS).where(this).values(tags=tags))


def _tags(content: bytes, key: str) -> str:
    """Return the tags of a process; nothing when the file says none, or can no longer be read."""
    if not _WRITTEN.search(content):
        return ""
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError:
        return ""
    path = f"{_BPMN}extensionElements/{_ZEEBE}properties/{_ZEEBE}property"
    processes = [each for each in root.iterchildren(f"{_BPMN}process") if each.get("id") == key]
    texts = [each.get("value", "") for one in processes for each in one.iterfind(path) if each.get("name") == "tags"]
    tags = dict.fromkeys(" ".join(each.split()) for text in texts for each in text.split(","))
    found = ", ".join(each for each in tags if each)
    return found if len(found) <= _LONGEST else found[:_LONGEST].rpartition(",")[0]
