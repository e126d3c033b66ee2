"""How the register recognises somebody."""

import pytest

from crowd.accounts.register import email_key, name_key, number_key, plain_name, plain_number
from crowd.keyed import keyed


@pytest.mark.parametrize("name", ["Jane ONeil", "oneil, JANE", " O’Neil  Jane", "Jané O'Neil", "Jane O`Neil."])
def test_one_name_however_it_is_written(name):
    assert plain_name(name) == "jane oneil"


@pytest.mark.parametrize("number", ["PT012345", "pt 012-345", "ＰＴ012345", " PT/012.345 "])
def test_one_number_however_it_is_written(number):
    assert plain_number(number) == "pt012345"


def test_the_same_value_in_two_columns_is_not_linked(app):
    assert len({email_key("a1"), number_key("a1"), name_key("a1"), keyed("limit", "a1")}) == 4
    assert (number_key(" - "), name_key("")) == ("", "")


def test_another_secret_makes_other_hashes(app):
    before = email_key("ann@example.org")
    app.secret_key = "another-secret-" * 3
    assert email_key("ann@example.org") != before
