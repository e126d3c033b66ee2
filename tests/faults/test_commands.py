"""What the commands leave behind and what they refuse, as a person at a terminal meets it."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def loose() -> Iterator[None]:
    """The usual rights of new files: everybody may read them."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_instance_is_its_owners_alone(crowd, loose):
    crowd.folder.rmdir()
    made = crowd.start("host", "you@example.org")
    assert made.wait() == 0, made.said
    assert rights(crowd.folder) == 0o700
    assert (crowd.folder / "crowd.db").exists()
    assert [path.name for path in crowd.folder.iterdir() if rights(path) & 0o077] == []


def test_a_folder_that_is_there_keeps_its_rights_and_the_database_is_private(crowd, loose):
    crowd.folder.chmod(0o755)
    made = crowd.start("host", "you@example.org")
    assert made.wait() == 0, made.said
    assert rights(crowd.folder) == 0o755
    assert rights(crowd.folder / "crowd.db") == 0o600


def test_a_command_that_is_not_there_is_named(crowd):
    said = crowd.refuses("frobnicate")
    assert said == "Crowd knows no command “frobnicate”. What there is: python3 app.py --help\n"


def test_a_host_needs_an_address(crowd):
    said = crowd.refuses("host", "not-an-address")
    assert said == "“not-an-address” is no e-mail address. Enter one such as name@example.org.\n"


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["rules"]])
def test_a_reader_that_goes_away_is_no_fault(crowd, arguments):
    reading, writing = os.pipe()
    os.close(reading)
    ran = subprocess.run(
        [Path(sys.executable).resolve(), crowd.app, *arguments],
        env=os.environ | {"CROWD_INSTANCE": str(crowd.folder)},
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert ran.stderr == b""
    assert ran.returncode in (0, 141), "argparse looks away by itself"


def test_a_mail_server_without_a_sender_is_told_of_at_the_start(begun):
    words = "set CROWD_SENDER to an address of yours"
    without = begun.serve("run", CROWD_SMTP_HOST="127.0.0.1")
    assert words in without.said.replace("\n", " ")
    without.kill_everything()
    set_ = begun.serve("run", CROWD_SMTP_HOST="127.0.0.1", CROWD_SENDER="Crowd <crowd@example.org>")
    assert words not in set_.said


def test_the_doctor_says_it_all_and_tells_by_its_status(begun):
    begun.folder.chmod(0o700)
    looking = begun.start("doctor")
    assert looking.wait() == 1
    assert "Address   WRONG  base_url is empty" in looking.said
    assert "One thing needs you." in looking.said
    begun.serve()
    looking = begun.start("doctor", CROWD_BASE_URL=f"http://127.0.0.1:{begun.port}")
    assert looking.wait() == 0, looking.said
    assert f"http://127.0.0.1:{begun.port} answers." in looking.said
    assert "All is well." in looking.said


def test_looking_where_there_is_nothing_makes_nothing(crowd):
    said = crowd.refuses("doctor")
    assert "There is no instance in" in said
    assert list(crowd.folder.iterdir()) == []
