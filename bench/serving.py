"""Start Crowd or the bare limits on a server, as processes of their own, and read what they cost from /proc.

    python -m bench.serving crowd|limits granian|gunicorn|gthread|waitress PORT

serves in the foreground: that is what `Served` starts."""

import atexit
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TICK = os.sysconf("SC_CLK_TCK")
PORT = 5200  # where we begin to look for free ones
APPS = {"crowd": "app:app", "limits": "bench.limits:app"}


def servers() -> list[str]:
    """The servers that are installed here; the first is Crowd's own."""
    found = [name for name in ("granian", "gunicorn", "waitress") if importlib.util.find_spec(name)]
    return [kind for name in found for kind in ((name, "gthread") if name == "gunicorn" else (name,))]


class Served:
    """A running server. `cpu` and `memory` are those of all its processes."""

    def __init__(self, what: str, folder: Path, server: str = "granian", pages: Path | None = None) -> None:
        self.port = _free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("CROWD_", "DATABASE_URL"))}
        own = {
            "CROWD_INSTANCE": str(folder),
            "CROWD_PORT": str(self.port),
            "CROWD_WORKERS": "2",
            "CROWD_TEXTS_LIMIT": "0",
        }
        self._log = open(folder / f"{what}-{server}.log", "ab")  # noqa: SIM115  # closed by stop()
        self.began = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.serving", what, server, str(self.port)],
            cwd=ROOT,
            env=kept | own | {"BENCH_PAGES": str(pages or folder), "PYTHONPATH": str(ROOT)},
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        atexit.register(self.stop)

    def processes(self) -> list[int]:
        found = [self._process.pid]
        for pid in found:
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                found += map(int, task.read_text().split())
        return found

    def cpu(self) -> float:
        """Seconds of processor time so far, in user and system mode."""
        seconds = 0.0
        for pid in self.processes():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            seconds += (int(fields[11]) + int(fields[12])) / TICK
        return seconds

    def memory(self) -> float:
        """MiB of all processes; what they share is counted once."""
        found = 0
        for pid in self.processes():
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            found += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return found / 1024

    def alive(self) -> bool:
        return self._process.poll() is None

    def stop(self) -> None:
        if self.alive():
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        _taken.discard(self.port)
        self._log.close()


_taken: set[int] = set()  # a server that is only starting does not hold its port yet


def _free_port() -> int:
    for port in set(range(PORT, PORT + 60)) - _taken:
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            _taken.add(port)
            return port
    raise OSError(f"ports {PORT} to {PORT + 59} are all in use")


def serve(what: str, server: str, port: int) -> None:
    """Become the server, with two processes of one thread each where it has processes."""
    if server == "granian" and what == "crowd":
        from crowd.cli import main

        raise SystemExit(main(["run"]))
    if server == "granian":
        from crowd.serving import server_at

        server_at("127.0.0.1", port, 2).serve(target_loader=_limits)
    elif server == "waitress":
        import waitress

        waitress.serve(importlib.import_module(APPS[what].split(":")[0]).app, port=port, threads=4)
    else:
        kind = ["-k", "gthread", "--threads", "4"] if server == "gthread" else ["-k", "sync"]
        os.execv(
            sys.executable,
            [
                sys.executable,
                "-m",
                "gunicorn",
                "-w",
                "2",
                *kind,
                "-b",
                f"127.0.0.1:{port}",
                "--log-level",
                "warning",
                APPS[what],
            ],
        )


def _limits(*_target: str) -> object:
    from bench import limits

    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})  # as crowd.serving.worker
    return limits.create_app()


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2], int(sys.argv[3]))
