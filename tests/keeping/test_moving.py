"""`move-to-postgres`: all rows, compared by counts and hashes; an empty target only."""

import pytest
from sqlalchemy import text

from crowd import config
from crowd.db import db, transaction
from crowd.keeping import moving, places
from crowd.keeping.places import Refused
from tests.conftest import _on_server
from tests.keeping.test_restore import contents, found_by_search, let_go, lies_in

pytestmark = pytest.mark.only_on("sqlite")  # from which one moves


@pytest.fixture
def target(filled, request) -> str:
    """The address of an empty PostgreSQL database."""
    server = str(request.getfixturevalue("postgres_server"))
    _on_server(server, "DROP DATABASE IF EXISTS target WITH (FORCE)", "CREATE DATABASE target")
    return server.replace("/postgres?", "/target?")


def test_all_rows_are_there_and_the_settings_name_it(filled, target):
    before, searched = contents(), found_by_search()
    secret = config.load(filled)["secret_key"]
    let_go()
    said = moving.to_postgres(filled, target)
    assert "the counts and hashes of every table agree" in said
    assert lies_in(filled, target) == before
    settings = config.load(filled)
    assert (settings["database_url"], settings["secret_key"]) == (target, secret)
    assert (filled / "config.toml").stat().st_mode & 0o077 == 0
    with places.database(target, filled):
        assert found_by_search() == searched > 0
        people = "SELECT nextval(pg_get_serial_sequence('people', 'id')), max(id) FROM people"
        following, most = db.session.execute(text(people)).one()
        db.session.remove()
        assert following == most + 1


def test_a_target_that_is_not_empty_is_refused(filled, target):
    let_go()
    with places.database(target, filled), db.engine.connect() as connection, connection.begin():
        connection.execute(text("CREATE TABLE precious (id integer PRIMARY KEY)"))
    with pytest.raises(Refused, match="is not empty: it has the table precious"):
        moving.to_postgres(filled, target)
    assert config.load(filled)["database_url"] == ""


def test_a_value_that_postgresql_does_not_take_is_told_and_nothing_is_left(filled, target):
    with transaction() as session:
        session.execute(text("UPDATE people SET roles = 'MAHMAH'"))
    let_go()
    with pytest.raises(Refused, match=r"does not take a row of the table people: value too long"):
        moving.to_postgres(filled, target)
    with places.database(target, filled):
        assert places.revision() == ""
    assert config.load(filled)["database_url"] == ""


def test_a_running_instance_is_not_moved(filled, target):
    with db.engine.connect() as connection:
        connection.execute(text("SELECT 1 FROM site"))
        with pytest.raises(Refused, match="Crowd is running on"):
            moving.to_postgres(filled, target)
