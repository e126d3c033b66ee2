"""Demonstration data is refused to others by the application itself, whatever server runs it."""

import pytest
from sqlalchemy import update

from crowd.db import db, transaction
from crowd.models import Site


@pytest.fixture
def demonstration(app, consultation):
    with transaction():
        db.session.execute(update(Site).values(demonstration=True))


def status(app, host, path="/c/ahp/"):
    with app.test_client() as client:
        return client.get(path, headers={"Host": host}).status_code


@pytest.mark.parametrize("host", ["localhost", "localhost:5000", "127.0.0.1:8000", "[::1]", "[::1]:5000"])
def test_this_machine_sees_the_demonstration(app, demonstration, host):
    assert status(app, host) == 200


@pytest.mark.parametrize("host", ["crowd.example.org", "10.0.0.5:8000", "127.example.org", "0.0.0.0:5000"])
def test_others_are_told_why_they_do_not(app, demonstration, host):
    for path in ("/c/ahp/", "/login"):
        assert status(app, "localhost", path) == 200, "and a page that is kept now is kept for localhost"
        assert status(app, host, path) == 403
    with app.test_client() as client:
        said = client.get("/", headers={"Host": host}).text
    assert "CROWD_DEMONSTRATION" in said
    assert "Allied Health Professions" in said


def test_a_form_is_refused_like_a_page(app, demonstration):
    with app.test_client() as client:
        assert client.post("/login", headers={"Host": "crowd.example.org"}).status_code == 403


def test_a_proxy_that_hides_the_host_is_found_out_by_the_base_address(app, demonstration):
    app.config["BASE_URL"] = "https://crowd.example.org"
    assert status(app, "127.0.0.1:8000") == 403


def test_it_can_be_served_anyway(app, demonstration):
    app.config["DEMONSTRATION"] = "serve anyway"
    assert status(app, "crowd.example.org") == 200


def test_real_data_is_served_to_everybody(app, consultation):
    assert status(app, "crowd.example.org") == 200
