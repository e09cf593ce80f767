"""Brings a database's schema to this code's version. Imported by the command line only: Alembic is heavy."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DatabaseError

from ivr.model.errors import DatabaseAway
from ivr.store.database import open_database, sqlite_path

MIGRATIONS = Path(__file__).parent / "migrations"


def engine_for(url: str) -> Engine:
    """A SQLAlchemy engine on the same URL that `open_database` takes."""
    if url.startswith("sqlite"):
        sqlite_path(url).parent.mkdir(parents=True, exist_ok=True)
        return create_engine(url)
    return create_engine("postgresql+psycopg://" + url.split("://", 1)[1])


def migrate(url: str) -> None:
    """Upgrade to the newest revision; on a new SQLite file, also switch to write-ahead logging. ConfigurationError, DatabaseAway."""
    open_database(url)  # refuses an address that is none
    try:
        _upgrade(url)
    except (DatabaseError, OSError) as error:
        raise DatabaseAway(f"DATABASE_URL: the database cannot be used: {str(error).splitlines()[0]}") from None


def _upgrade(url: str) -> None:
    engine = engine_for(url)
    with engine.connect() as connection:
        if url.startswith("sqlite"):
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        else:
            connection.exec_driver_sql("SELECT pg_advisory_lock(4718061914343)")  # two machines releasing at once
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
    engine.dispose()
