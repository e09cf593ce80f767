"""What all tables have in common."""

from typing import Any

from sqlalchemy import MetaData

BY_KEY: dict[str, Any] = {"sqlite_with_rowid": False}  # SQLite keeps the row in its primary key's tree: one insert instead of two

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
