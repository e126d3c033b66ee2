"""A WSGI server that is started before the instance has its tables says what to do; and a database that is away."""

import pytest

from crowd.db import db, transaction
from tests.conftest import _on_server


@pytest.mark.parametrize("path", ["/", "/login", "/c/ahp/", "/nothing-here"])
def test_an_instance_without_tables_is_told_of_in_a_sentence(app, path):
    with transaction() as session:
        db.metadata.drop_all(session.connection())
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.test_client() as client:
        answer = client.get(path)
    assert answer.status_code == 503
    assert answer.text == "This instance has no database yet: start it once with python3 app.py run\n"


@pytest.mark.only_on("postgresql")
def test_a_database_that_is_away_is_told_of_in_a_sentence_and_found_again(app, postgres_server):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    allowed = "ALTER DATABASE crowd ALLOW_CONNECTIONS "
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'crowd'"
    db.session.remove()
    with app.test_client() as client:
        _on_server(postgres_server, allowed + "false", ended)
        for path in ("/", "/login", "/c/ahp/", "/nothing-here", "/readyz"):
            answer = client.get(path)
            assert answer.status_code == 503, path
            assert answer.text == "The database of this site does not answer. Please try again in a minute.\n"
        assert client.get("/healthz").status_code == 200
        _on_server(postgres_server, allowed + "true")
        assert client.get("/readyz").status_code == 200
