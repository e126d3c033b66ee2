"""Every table, with a row in it, through a backup, a restore and a move: counts and hashes are the same."""

import pytest

from crowd.keeping import moving, restore
from tests.conftest import _on_server
from tests.keeping import filling
from tests.keeping.test_backup import taken
from tests.keeping.test_restore import contents, let_go, lies_in


@pytest.fixture
def everything(instance):
    filling.fill(filling.consultation())
    assert [name for name, number in filling.counts().items() if not number] == []
    return instance


def test_a_backup_brings_every_table_back(app, everything, tmp_path, monkeypatch):
    url = str(app.config["DATABASE_URL"])
    before = contents()
    kept = taken(everything, tmp_path / "kept.zip")
    let_go()
    if url:
        monkeypatch.setenv("DATABASE_URL", url)
    restore.restore(kept, everything, overwrite=True)
    assert lies_in(everything, url) == before


@pytest.mark.only_on("sqlite")  # from which one moves
def test_a_move_brings_every_table_to_postgresql(app, everything, postgres_server):
    _on_server(postgres_server, "DROP DATABASE IF EXISTS target WITH (FORCE)", "CREATE DATABASE target")
    url = postgres_server.replace("/postgres?", "/target?")
    before = contents()
    let_go()
    moving.to_postgres(everything, url)
    assert lies_in(everything, url) == before
