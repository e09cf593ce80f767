"""The migrations make exactly the schema that the code describes, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from ivr.store import revision
from ivr.store.database import open_database
from ivr.store.migrate import MIGRATIONS, engine_for, migrate
from ivr.store.schema import metadata


def test_migrations_and_schema_agree(database_url: str) -> None:
    engine = engine_for(database_url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_the_wanted_revision_is_alembics_head(database_url: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert revision.wanted() == ScriptDirectory.from_config(config).get_current_head()
    database = open_database(database_url)
    with database.read() as tx:
        assert revision.current(tx) == revision.wanted()
    database.close()


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    migrate(database_url)
