"""Starting and ending the real server: cleanly, in a sentence, on the right port."""

import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crowd.db import sqlite_module
from tests.conftest import _on_server, lacking
from tests.faults import real

TRIALS = int(os.environ.get("CROWD_TEST_ENDINGS", "2"))


@pytest.fixture(autouse=True)
def as_from_a_terminal():
    """Also where the tests themselves run under nohup, whose children live on."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


def quietly_gone(process):
    """It ended by itself, with nobody left behind and nothing said but the greeting."""
    assert process.wait() == 0, process.said
    real.until(lambda: process.group() == [], process)
    said = process.said.partition("Ctrl-C ends it.")[2]
    assert said.strip() == ""


def half_a_request(port):
    """A request that is in flight: its body has not come yet."""
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(b"POST /theme HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\nnext=")
    return connection


@pytest.mark.parametrize("how", ["ctrl-c", "ctrl-c twice", "sigterm", "terminal closed"])
def test_it_ends_cleanly(begun, how):
    for trial in range(TRIALS):
        process = begun.serve()
        waiting = [half_a_request(begun.port) for _ in range(2 * (trial % 2))]
        if how.startswith("ctrl-c"):
            process.interrupt_group()
        else:
            process.popen.send_signal(signal.SIGTERM if how == "sigterm" else signal.SIGHUP)
        if how.endswith("twice") and process.popen.poll() is None:
            process.interrupt_group()
        quietly_gone(process)
        for connection in waiting:
            connection.close()


SIGNALLED = """
import signal
from crowd.serving import Wake
wake, waits = Wake(), 0
signal.signal(signal.SIGALRM, lambda *_: wake.set())
signal.setitimer(signal.ITIMER_REAL, 1e-4, 1e-4)
while waits < 5000:
    wake.wait()
    wake.clear()
    waits += 1
signal.setitimer(signal.ITIMER_REAL, 0)
print(waits)
"""


def test_a_signal_that_comes_while_the_main_process_begins_to_wait_is_heard():
    done = subprocess.run([sys.executable, "-c", SIGNALLED], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.returncode) == ("5000\n", 0), done.stderr


def loads_libraries(process):
    return "site-packages" in Path(f"/proc/{process.pid}/maps").read_text()


def test_ctrl_c_while_it_starts_ends_it_without_a_traceback(begun):
    for _trial in range(TRIALS * 2):
        process = begun.start("run")
        real.until(lambda p=process: loads_libraries(p), process)  # before that only Python could answer
        time.sleep(random.uniform(0, 1))
        process.interrupt_group()
        assert process.wait() in (0, 130, -signal.SIGINT)
        real.until(lambda p=process: p.group() == [], process)
        assert "Traceback" not in process.said


def test_workers_do_not_outlive_a_killed_main_process(begun):
    process = begun.serve()
    assert len(process.group()) == 3
    process.popen.kill()
    process.wait()
    real.until(lambda: process.group() == [], process)


def test_as_many_workers_as_wanted_and_a_dead_one_is_replaced(begun):
    process = begun.serve(CROWD_WORKERS="1")
    main, worker = sorted(process.group())
    assert main == process.pid
    os.kill(worker, signal.SIGKILL)
    real.until(lambda: len(process.group()) == 2 and worker not in process.group(), process)
    real.until(lambda: real.answers(begun.port), process)


def test_the_greeting_says_which_sqlite_and_journal(begun):
    process = begun.serve()
    assert f"Crowd is at http://127.0.0.1:{begun.port}\n" in process.said
    assert f"SQLite {sqlite_module().sqlite_version}, write-ahead log." in process.said


def test_an_old_sqlite_gets_the_rollback_journal_and_is_named(crowd, tmp_path):
    if sqlite3.sqlite_version_info >= (3, 51, 3):
        lacking("this Python's own SQLite is new enough")
    process = real.Process(
        sys.executable,
        "-c",
        "import sys; sys.modules['pysqlite3'] = None; from crowd.cli import main; main(['run'])",
        said=tmp_path / "said.txt",
        PYTHONPATH=str(real.ROOT),
        CROWD_INSTANCE=str(crowd.folder),
        CROWD_PORT=str(crowd.port),
    )
    try:
        process.until_said(f"SQLite {sqlite3.sqlite_version}, rollback journal, because")
        real.until(lambda: real.answers(crowd.port), process)
        assert not (crowd.folder / "crowd.db-wal").exists()
    finally:
        process.close()


def test_a_taken_port_is_named_and_the_next_one_is_taken(begun):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        process = begun.start("run", CROWD_PORT=str(taken))
        process.until_said("Ctrl-C ends it.")
        assert f"Port {taken} is in use; taking " in process.said
        port = int(process.said.partition("taking ")[2].partition(".")[0])
        assert f"Crowd is at http://127.0.0.1:{port}\n" in process.said
        real.until(lambda: real.answers(port), process)


def test_two_that_start_together_do_not_share_a_port(crowd, started_app, tmp_path):
    with real.running(started_app, tmp_path / "other") as other:
        both = [crowd.start("run"), other.start("run", CROWD_PORT=str(crowd.port))]
        for process in both:
            process.until_said("Ctrl-C ends it.")
        addresses = {process.said.partition("Crowd is at ")[2].split()[0] for process in both}
        assert len(addresses) == 2


def test_it_serves_on_ipv6(begun):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 loopback here")
    process = begun.start("run", CROWD_HOST="::1")
    process.until_said(f"Crowd is at http://[::1]:{begun.port}\n")
    real.until(lambda: process.popen.poll() is not None or listens("::1", begun.port), process)
    assert real.ask(begun.port, host="::1")[0] == 200


def listens(host, port):
    try:
        socket.create_connection((host, port)).close()
    except OSError:
        return False
    return True


def test_two_first_starts_at_once_do_not_break_each_other(crowd):
    both = [crowd.start("run"), crowd.start("run")]
    for process in both:
        process.until_said("Ctrl-C ends it.")
        assert "Traceback" not in process.said
    with sqlite3.connect(crowd.folder / "crowd.db") as database:
        assert len(database.execute("SELECT * FROM alembic_version").fetchall()) == 1
    assert (crowd.folder / "config.toml").read_text().count("secret_key =") == 1


def test_two_first_starts_at_once_on_one_postgresql_do_not_break_each_other(request, crowd, started_app, tmp_path):
    if request.config.getoption("--on") == "sqlite":
        pytest.skip("this run is for SQLite alone")
    server = request.getfixturevalue("postgres_server")
    _on_server(server, "DROP DATABASE IF EXISTS starts WITH (FORCE)", "CREATE DATABASE starts")
    url = server.replace("/postgres?", "/starts?")
    with real.running(started_app, tmp_path / "other") as other:
        both = [crowd.start("run", DATABASE_URL=url), other.start("run", DATABASE_URL=url)]
        for process, port in zip(both, (crowd.port, other.port), strict=True):
            process.until_said("PostgreSQL. Ctrl-C ends it.")
            assert "Traceback" not in process.said
            real.until(lambda at=port: real.answers(at), process)
            assert real.ask(port, "/readyz")[0] == 200
        both[0].interrupt_group()
        quietly_gone(both[0])


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104  # it must not be bound
def test_a_demonstration_is_not_shown_to_others_by_accident(begun, host):
    demonstration(begun)
    said = begun.refuses(CROWD_HOST=host)
    assert "published passwords" in said
    assert "CROWD_DEMONSTRATION='serve anyway'" in said


def demonstration(crowd):
    """An instance that is marked as a demonstration."""
    with sqlite3.connect(crowd.folder / "crowd.db") as database:
        database.execute(
            "INSERT INTO site (name, colour, welcome, contact, demonstration) VALUES ('Crowd', '#0f5c6e', '', '', 1)"
        )


def test_a_demonstration_is_shown_to_others_when_told_twice(begun):
    demonstration(begun)
    process = begun.start("run", CROWD_HOST="0.0.0.0", CROWD_DEMONSTRATION="serve anyway")  # noqa: S104  # a moment, on purpose
    process.until_said("Ctrl-C ends it.")
    assert f"Crowd is at http://127.0.0.1:{begun.port}\n" in process.said
    assert "Set CROWD_BASE_URL to the address that people use" in process.said
    assert "member@example.org" in process.said


def revise(crowd, revision):
    with sqlite3.connect(crowd.folder / "crowd.db") as database:
        database.execute("UPDATE alembic_version SET version_num = ?", [revision])


def test_a_database_of_newer_code_is_named(begun):
    revise(begun, "9999")
    said = begun.refuses()
    assert said.startswith("The database has revision 9999, but this Crowd knows only ")
    assert "restore a backup" in said


def test_a_corrupt_database_is_named(crowd):
    (crowd.folder / "config.toml").write_text(f'secret_key = "{"s" * 40}"\n')
    (crowd.folder / "crowd.db").write_bytes(b"this is no database" * 1000)
    assert crowd.refuses() == "The database cannot be used: file is not a database.\n"


def test_a_locked_database_is_named(begun):
    with sqlite3.connect(begun.folder / "crowd.db", isolation_level=None) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("UPDATE alembic_version SET version_num = version_num")
        said = begun.refuses()
    assert said.startswith("The database cannot be used: database is locked; another program is holding it.")


def test_an_instance_that_cannot_be_written_is_named(begun):
    with real.read_only(begun.folder) as why:
        said = begun.refuses()
    assert said.startswith(f"The instance folder {begun.folder} cannot be written ({why}")


def test_an_instance_that_is_no_folder_is_named(crowd, tmp_path):
    (tmp_path / "file").touch()
    said = crowd.refuses(CROWD_INSTANCE=str(tmp_path / "file" / "instance"))
    assert "cannot be written (Not a directory" in said
    assert "Name another one with CROWD_INSTANCE" in said


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://crowd:hush-hush@127.0.0.1:{port}/crowd", "The database cannot be used: connection"),
        ("postgresql://crowd:hush-hush@127.0.0.1:port/crowd", "DATABASE_URL cannot be read"),
        ("mysql://crowd:hush-hush@127.0.0.1/crowd", "DATABASE_URL has to begin with postgresql://"),
        ("postgresql://crowd:hush-hush@127.0.0.1/crowd?nonsense=1", "The database cannot be used: invalid"),
    ],
)
def test_a_wrong_database_url_is_named_without_its_password(crowd, url, words):
    said = crowd.refuses(DATABASE_URL=url.format(port=real.free_port()))
    assert said.startswith(words)
    assert "hush" not in said


def test_a_wrong_setting_is_named(crowd):
    (crowd.folder / "config.toml").write_text("prot = 5000\n")
    assert "setting that Crowd does not know: prot. Did you mean port?" in crowd.refuses()
    (crowd.folder / "config.toml").write_text("port = \n")
    assert "config.toml cannot be read: " in crowd.refuses()


@pytest.mark.parametrize("server", ["flask", "gunicorn"])
def test_other_servers_load_the_same_application(begun, tmp_path, server):
    if not shutil.which(server, path=os.path.dirname(sys.executable)):
        lacking(f"{server} is not installed")
    command = {
        "flask": ["flask", "--app", "app", "run", "--port", str(begun.port)],
        "gunicorn": ["gunicorn", "app:app", "--bind", f"127.0.0.1:{begun.port}", "--workers", "2"],
    }[server]
    process = real.Process(
        sys.executable,
        "-m",
        *command,
        said=tmp_path / "said.txt",
        PYTHONPATH=str(begun.app.parent),
        CROWD_INSTANCE=str(begun.folder),
    )
    try:
        real.until(lambda: real.answers(begun.port) or process.popen.poll() is not None, process)
        assert real.ask(begun.port, "/")[0] == 200, process.said
    finally:
        process.close()
