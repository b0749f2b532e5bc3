"""What every table shares."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from sqlalchemy import MetaData, String
from sqlalchemy.orm import DeclarativeBase, mapped_column

from engine.store.types import Json, UtcDateTime, new_id

ID = String(24)
OwnId = Annotated[str, mapped_column(ID, primary_key=True, default=new_id)]
"""What a row is called by, everywhere and for ever."""


class Base(DeclarativeBase):
    """What every table shares: names of constraints that a migration can refer to, and the types of columns."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime, dict[str, Any]: Json, StrEnum: String(32)}
