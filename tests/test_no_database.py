"""A WSGI server that is started before the instance has its tables says what to do."""

import pytest

from crowd.db import db, transaction


@pytest.mark.parametrize("path", ["/", "/login", "/c/ahp/", "/nothing-here"])
def test_an_instance_without_tables_is_told_of_in_a_sentence(app, path):
    with transaction() as session:
        db.metadata.drop_all(session.connection())
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.test_client() as client:
        answer = client.get(path)
    assert answer.status_code == 503
    assert answer.text == "This instance has no database yet: start it once with python3 app.py run\n"
