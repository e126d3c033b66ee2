"""Crowd as a person starts it: `python3 app.py` in real processes, in a checkout whose .venv is the one of this run."""

import contextlib
import http.client
import os
import runpy
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.conftest import lacking

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = int(
    os.environ.get("CROWD_TEST_PATIENCE", "60")
)  # seconds after which a test gives up; none of them measures anything


def checkout(folder: Path) -> Path:
    """A folder with app.py that uses this checkout's code, and a .venv that is ready; the path of its app.py."""
    for name in ("crowd", "templates", "static", *(path.name for path in ROOT.glob("requirements*.txt"))):
        (folder / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "app.py", folder)
    (folder / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(Path(sys.prefix) / "pyvenv.cfg", folder / ".venv")
    (folder / ".venv" / "bin" / "python").symlink_to(Path(sys.executable).resolve())
    (folder / ".venv" / "lib").symlink_to(Path(sys.prefix) / "lib")
    app = runpy.run_path(str(folder / "app.py"), run_name="__mp_main__")
    locks = map(app["fingerprint"], app["TO_TEST"])
    (folder / ".venv" / "installed.txt").write_text("\n".join([app["made_from"](), *locks]) + "\n")
    return folder / "app.py"


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
    return port


class Process:
    """A process of Crowd in a group of its own, as a terminal would start it, with what it said."""

    def __init__(self, *command: str | Path, said: Path, **environment: str) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR", "HOME") if name in os.environ}
        self._said = said.open("ab+")
        self.popen = subprocess.Popen(
            [str(part) for part in command],
            cwd="/",
            env=kept | {"CROWD_HOST": "127.0.0.1"} | environment,
            stdin=subprocess.DEVNULL,
            stdout=self._said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.pid = self.popen.pid

    @property
    def said(self) -> str:
        self._said.seek(0)
        return self._said.read().decode()

    def wait(self) -> int:
        return self.popen.wait(PATIENCE)

    def until_said(self, words: str) -> None:
        until(lambda: words in self.said or self.popen.poll() is not None, self)
        assert words in self.said, self.said

    def group(self) -> list[int]:
        """The processes of its group that live, the workers among them."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):  # it ended while we looked
                state, _parent, group = stat.read_text().rpartition(")")[2].split()[:3]
                if int(group) == self.pid and state != "Z":
                    found.append(int(stat.parent.name))
        return found

    def interrupt_group(self) -> None:
        """What Ctrl-C in a terminal does."""
        os.killpg(self.pid, signal.SIGINT)

    def kill_everything(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.popen.wait(PATIENCE)

    def close(self) -> None:
        self.kill_everything()
        self._said.close()


def until(true: Any, about: Any = None) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, getattr(about, "said", "") or "it did not happen"
        time.sleep(0.02)


class Crowd:
    """An instance with the processes that a test starts on it; all of them are ended with it."""

    def __init__(self, app: Path, folder: Path) -> None:
        self.app, self.folder, self.port = app, folder, free_port()
        self.folder.mkdir(exist_ok=True)
        self._processes: list[Process] = []

    def start(self, *arguments: str, within: Sequence[str] = (), **environment: str) -> Process:
        """Start a command; `within` is a program before it that takes something away, such as `small`."""
        named = {"CROWD_INSTANCE": str(self.folder), "CROWD_PORT": str(self.port)}
        named |= {"CROWD_TEXTS_LIMIT": "0", "CROWD_MAILS_PER_MINUTE": "0"}  # a test is faster than any person
        named |= environment
        said = self.folder.with_name(f"{self.folder.name}-said-{len(self._processes)}.txt")
        process = Process(*within, Path(sys.executable).resolve(), self.app, *arguments, said=said, **named)
        self._processes.append(process)
        return process

    def serve(self, *arguments: str, within: Sequence[str] = (), **environment: str) -> Process:
        """Start, and wait until it answers."""
        process = self.start(*(arguments or ("run",)), within=within, **environment)
        process.until_said("Ctrl-C ends it.")
        port = int(environment.get("CROWD_PORT", self.port))
        until(lambda: answers(port) or process.popen.poll() is not None, process)
        return process

    def refuses(self, *arguments: str, within: Sequence[str] = (), **environment: str) -> str:
        """What it says in place of starting: one sentence or two, no traceback."""
        process = self.start(*(arguments or ("run",)), within=within, **environment)
        assert process.wait() == 1, process.said
        assert "Traceback" not in process.said
        assert "Error" not in process.said
        return process.said

    def does(self, *arguments: str, **environment: str) -> str:
        """What a command that goes through says."""
        process = self.start(*arguments, **environment)
        assert process.wait() == 0, process.said
        return process.said

    def close(self) -> None:
        for process in self._processes:
            process.close()


def small(most: int) -> list[str]:
    """Before a command: no file of it grows beyond so many bytes. The kernel refuses every byte more, for root too, as
    a full disk does; its words are "File too large" in place of "No space left on device"."""
    if not shutil.which("prlimit"):
        lacking("prlimit (util-linux) limits how large files grow")
    return ["prlimit", f"--fsize={most}", "--"]


def no_rights() -> list[str]:
    """Before a command: what a folder's rights forbid is forbidden to root too."""
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        lacking("root writes everywhere; setpriv (util-linux) takes that from it")
    gone = "-dac_override,-dac_read_search"
    return ["setpriv", f"--bounding-set={gone}", f"--inh-caps={gone}", "--"]


def ask(port: int, path: str = "/healthz", host: str = "127.0.0.1") -> tuple[int, str]:
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    with contextlib.closing(connection):
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def answers(port: int) -> bool:
    try:
        return ask(port)[0] == 200
    except OSError:
        return False


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[str]:
    """Make a folder and what is in it read-only; gives the system's words for it. Root needs a mount for that."""
    if os.geteuid() != 0:
        folder.chmod(0o555)
        yield "Permission denied"
        folder.chmod(0o755)
        return
    mounted = subprocess.run(["mount", "--bind", folder, folder], capture_output=True, check=False)
    again = ["mount", "-o", "remount,bind,ro", folder]
    if mounted.returncode or subprocess.run(again, capture_output=True, check=False).returncode:
        lacking("root writes everywhere, and may not mount here")
    try:
        yield "Read-only file system"
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextlib.contextmanager
def running(app: Path, folder: Path) -> Iterator[Crowd]:
    crowd = Crowd(app, folder)
    try:
        yield crowd
    finally:
        crowd.close()
