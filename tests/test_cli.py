"""The commands, held to what `python3 app.py --help` says of them; and how the database is opened."""

import argparse
import ast
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from crowd import commands as table
from crowd import config, create_app
from crowd.db import db, transaction

HELP = ast.get_docstring(ast.parse((config.ROOT / "app.py").read_text("utf-8"))) or ""


def commands():
    (found,) = [a for a in table.parser()._actions if isinstance(a, argparse._SubParsersAction)]
    return found.choices


def test_the_help_names_every_command_and_no_other():
    said = set(re.findall(r"python3 app\.py ([a-z][a-z-]*)", HELP))
    assert said == set(commands()) | {"test", "install"}  # these two are for app.py itself


def test_the_help_names_no_option_and_no_variable_that_is_not_there():
    options = {option for parser in commands().values() for option in parser._option_string_actions}
    assert set(re.findall(r"(?<= )--[a-z]+", HELP)) <= options
    known = {setting.environment for setting in config.SETTINGS} | {"CROWD_INSTANCE"}
    assert set(re.findall(r"CROWD_[A-Z_]+|DATABASE_URL", HELP)) <= known


def test_the_help_names_the_phases_that_the_demonstration_knows():
    (phase,) = [a for a in commands()["demo"]._actions if a.dest == "phase"]
    assert all(name in HELP.partition("registration")[1] + HELP for name in phase.choices)


def test_every_command_says_what_it_does_and_how_it_leaves_the_instance():
    for name in commands():
        needed = {"demo": ["demo"], "import-polis": ["import-polis", "folder"], "host": ["host", "a@example.org"]}
        needed |= {"restore": ["restore", "file"], "move-to-postgres": ["move-to-postgres", "postgresql://"]}
        needed |= {"verify-record": ["verify-record", "file"], "import": ["import", "file"]}
        needed |= {"export": ["export", "slug", "file"], "verify": ["verify", "file"]}
        needed |= {name: [name, "file"] for name in ("import-csv", "import-decide-madrid")}
        args = table.parser().parse_args(needed.get(name, [name]))
        assert callable(args.does), name
        assert callable(args.fill), name


@pytest.mark.parametrize("line", ["restore file --over", "restore file --send", "export ahp file --with"])
def test_an_option_is_taken_only_as_it_is_written(line):
    with pytest.raises(SystemExit):
        table.parser().parse_args(line.split())


def test_every_connection_of_the_pool_keeps_the_pragmas(tmp_path):
    with create_app(tmp_path).app_context():
        held = [db.engine.connect() for _ in range(4)]
        for connection in held * 2:
            found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
            assert found == ["wal", 2], "2 is FULL"
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        for connection in held:
            connection.close()
        db.engine.dispose()


@pytest.mark.parametrize("writers", [2, 8])
def test_reading_and_writing_back_loses_nothing(app, writers):
    each = 400 // writers
    with transaction() as session:
        session.execute(text("UPDATE site SET name = '0'"))

    def count_up(_n):
        with app.app_context():
            for _ in range(each):
                with transaction() as session:
                    now = int(session.scalar(text("SELECT name FROM site")))
                    session.execute(text("UPDATE site SET name = :more"), {"more": str(now + 1)})
            db.session.remove()

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(count_up, range(writers)))
    db.session.rollback()
    assert db.session.scalar(text("SELECT name FROM site")) == "400"
