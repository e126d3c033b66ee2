"""Crowd, a self-hosted forum for crowdsourced policy.

    python3 app.py                      start; a new instance begins with the demonstration
    python3 app.py run                  start; a new instance begins empty
    python3 app.py test [ARGUMENTS]     run the tests; the arguments go to pytest
    python3 app.py install              set up .venv beside this file and no more: for whoever serves Crowd as a
                                        user who may not write here
    python3 app.py install analysis     add what opinion groups and suggested themes need (about 210 MB)
    python3 app.py install report       add what a report as PDF needs
    python3 app.py work                 send the mails that wait, as a process of its own
    python3 app.py demo --phase PHASE   show the demonstration at another point of its life:
                                        registration, members, analysis, open or closed
    python3 app.py demo --consultation expert
                                        show another one: a food-safety authority asks invited experts
    python3 app.py import-polis FOLDER  read a Polis export into a consultation
    python3 app.py import-csv FILES     read contributions and comments from CSV files, such as a survey's
    python3 app.py import-decide-madrid FOLDER
                                        read Decide Madrid's proposals and comments; each of the three can first
                                        say what it would take (docs/host.md)
    python3 app.py rules                print docs/rules.md: who may do what, when
    python3 app.py host ADDRESS         make a host's account, or find it, and print a one-time link to sign in
    python3 app.py verify-record FILE   check the record of a phase that somebody has downloaded
    python3 app.py backup [FILE]        write database, uploads and settings into one file, while people write
    python3 app.py restore FILE         verify a backup and put it in place; an instance that is there is put
                                        to the side, if you add --overwrite
    python3 app.py upgrade              bring the database to this version, after a backup, as every start does
    python3 app.py doctor               look the instance over: what is wrong with it, and what to do
    python3 app.py move-to-postgres URL move all rows to an empty PostgreSQL database, compared by counts and hashes
    python3 app.py export SLUG FILE     write one consultation into a file that another instance can take in
    python3 app.py verify FILE          check that a backup, or such a file, is as it was written
    python3 app.py import FILE          take such a file in, as a consultation beside those that are there
    python3 app.py recount              compare the kept counts with what is there, and mend them
    python3 app.py languages            bring the catalogues of other languages up to date with the code
    python3 app.py bench                measure the speed, beside the bare server
    python3 app.py --help               this text

The first start makes .venv beside this file and installs the locked requirements there.

Environment:
    CROWD_INSTANCE    the folder of your settings, database and uploads (default: instance)
    CROWD_HOST        the address to serve on (default: 127.0.0.1)
    CROWD_PORT        the port to serve on (default: 5000)
    CROWD_WORKERS     the processes that answer requests (default: 2)
    CROWD_DEMONSTRATION
                      'serve anyway' lets the demonstration be served where others can reach it
    DATABASE_URL      a PostgreSQL database, in place of the SQLite file in the instance

A WSGI server of your own loads the same application as app:app.
"""
# Until it runs inside .venv this file has Python's standard library alone, and its syntax is that of
# Python 3.6, annotations in quotes, so that an older Python can still read it and be told what it lacks.

import hashlib
import os
import signal
import subprocess
import sys
from typing import IO

OLDEST_PYTHON = (3, 11)
HERE = os.path.dirname(os.path.realpath(__file__))
VENV = os.path.join(HERE, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "installed.txt")
TO_RUN = ["requirements.txt"]
EXTRAS = {"analysis": "requirements-analysis.txt", "report": "requirements-report.txt"}
TO_TEST = [*TO_RUN, *EXTRAS.values(), "requirements-test.txt"]
NO_NETWORK = ("NewConnectionError", "NameResolution", "ConnectTimeout", "ReadTimeout", "ProxyError")


class CannotStart(Exception):
    """Carries the sentence that a person reads in place of a traceback."""


def main(arguments: "list[str]") -> int:
    """Do what the command line asks, inside .venv; so this process mostly becomes another."""
    try:
        refuse_unfit_python()
        if arguments[:1] in (["--help"], ["-h"], ["help"]):
            print(__doc__.strip())
            return 0
        testing = arguments[:1] == ["test"]
        adding = arguments[1:] if arguments[:1] == ["install"] else []
        set_up(TO_TEST if testing else to_run(adding))
        if arguments[:1] == ["install"]:
            return 0
    except CannotStart as reason:
        print(reason, file=sys.stderr)
        return 1
    if testing:
        os.chdir(HERE)
        become("-m", "pytest", *arguments[1:])
    if os.path.realpath(sys.prefix) != os.path.realpath(VENV):
        become(os.path.join(HERE, "app.py"), *arguments)
    # Python loses a Ctrl-C that falls into certain moments of an import. Until Crowd takes it, it just ends us.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from crowd.cli import main as obey

    return obey(arguments)


def refuse_unfit_python() -> None:
    if sys.version_info < OLDEST_PYTHON:
        raise CannotStart(
            f"Crowd needs Python {OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]} or newer; "
            f"this is {sys.version_info[0]}.{sys.version_info[1]}. "
            "Install a newer one and start app.py with it, for example: python3.13 app.py"
        )
    if os.name != "posix":
        raise CannotStart("Crowd runs on Linux and macOS. On Windows, start it inside WSL.")


def become(*arguments: str) -> None:
    """Replace this process by .venv's Python. Only what the lock files name can be imported there."""
    for stray in ("PYTHONHOME", "PYTHONPATH"):
        os.environ.pop(stray, None)
    os.environ["PYTHONNOUSERSITE"] = "1"
    sys.stdout.flush()
    os.execv(PYTHON, [PYTHON, *arguments])


# .venv: made once, and again only when Python or a lock file changed. Its stamp names what it was made
# from; it is taken away before .venv is touched and written when all is done. So a start that was killed
# half way leaves a .venv without a stamp, and the next start makes it anew.


def to_run(adding: "list[str]") -> "list[str]":
    """What is to be there: what runs Crowd, what extras were added before, and these."""
    unknown = [name for name in adding if name not in EXTRAS]
    if unknown:
        raise CannotStart(f"There is nothing to add called {unknown[0]!r}. There are: {', '.join(EXTRAS)}.")
    there = open_text(STAMP) if os.path.exists(STAMP) else ""
    return TO_RUN + [lock for name, lock in EXTRAS.items() if name in adding or f"\n{lock} " in there]


def set_up(locks: "list[str]") -> None:
    """Leave a .venv that holds what these lock files name; costs nothing where it already does."""
    try:
        if not missing(locks):
            return
        with open(os.path.join(HERE, ".venv.lock"), "a") as turn:
            take_turn(turn)
            if missing(locks):
                make(turn)
                install(locks, turn)
    except OSError as error:
        raise CannotStart(
            f"Crowd cannot set up its .venv: {error.strerror or error}: {error.filename or VENV}. "
            "Check that you may write in this folder, that it is whole, and that the disk is not full."
        ) from error
    except KeyboardInterrupt:
        raise CannotStart("\nStopped while setting up. The next start begins again.") from None


def take_turn(turn: "IO[str]") -> None:
    """Wait until no other start is setting up. The turn ends when its file is closed."""
    import fcntl  # not on Windows, which has been refused by now

    try:
        fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Another start is setting up .venv; waiting for it.")
        fcntl.flock(turn, fcntl.LOCK_EX)


def missing(locks: "list[str]") -> "list[str]":
    """The lines that the stamp lacks before these locks can be relied on; none when .venv is ready."""
    lines = stamped()
    return [line for line in [made_from(), *map(fingerprint, locks)] if line not in lines]


def stamped() -> "list[str]":
    whole = all(map(os.path.exists, (PYTHON, os.path.join(VENV, "pyvenv.cfg"), STAMP)))
    return open_text(STAMP).splitlines() if whole else []


def open_text(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


def made_from() -> str:
    # An upgraded system leaves .venv's link pointing at a Python whose packages are elsewhere.
    return "python " + os.path.realpath(PYTHON)


def fingerprint(lock: str) -> str:
    return lock + " " + hashlib.sha256(open_text(os.path.join(HERE, lock)).encode()).hexdigest()


def make(turn: "IO[str]") -> None:
    """Make .venv, unless there is a whole one, which is kept, but without its stamp."""
    if made_from() in stamped():
        os.remove(STAMP)
        return
    try:
        import ensurepip  # noqa: F401 - Debian and Ubuntu leave it out of Python
        import venv  # noqa: F401 - asked for here, so that the answer is a sentence
    except ImportError:
        raise CannotStart(
            "Crowd needs Python's venv module, which is not installed here. On Debian or Ubuntu:\n"
            "    sudo apt-get install python3-venv"
        ) from None
    if os.path.lexists(VENV):
        say("The .venv here is unfinished or not Crowd's own; making it again.")
    else:
        say("Making .venv, once.")
    failed = run([sys.executable, "-I", "-m", "venv", "--clear", VENV], turn)
    if failed:
        raise CannotStart(f"Crowd could not make {VENV}. Python said:\n{last_lines(failed)}")


def install(locks: "list[str]", turn: "IO[str]") -> None:
    """Install exactly the locked files, each checked against its hash, then write the stamp."""
    say("Installing what Crowd runs on; this can take a minute.")
    pip = [PYTHON, "-I", "-m", "pip", "install", "--quiet", "--no-input", "--no-user", "--retries", "2"]
    pip += ["--disable-pip-version-check", "--require-hashes"]
    for lock in locks:
        pip += ["-r", os.path.join(HERE, lock)]
    failed = run(pip, turn)
    if failed:
        offline = any(sign in failed for sign in NO_NETWORK)
        raise CannotStart(
            "Crowd could not install what it runs on"
            + (": the network, or the package index, cannot be reached." if offline else ".")
            + f" pip said:\n{last_lines(failed)}\nStart again when that is mended."
        )
    with open(STAMP, "w", encoding="utf-8") as stamp:
        stamp.write("\n".join([made_from(), *map(fingerprint, locks)]) + "\n")


def run(command: "list[str]", turn: "IO[str]") -> str:
    """What the command printed if it failed, else nothing. It holds the turn even if we are killed."""
    done = subprocess.run(
        command,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        pass_fds=[turn.fileno()],
    )
    return (done.stdout.strip() or f"exit status {done.returncode}") if done.returncode else ""


def last_lines(printed: str) -> str:
    lines = [line for line in printed.splitlines() if line.strip() and not line.startswith("WARNING")]
    return "\n".join("    " + line for line in (lines or printed.splitlines())[-6:])


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def to_the_end(arguments: "list[str]") -> int:
    """The same, with all that was printed handed over: a reader such as `head` may have gone by then."""
    try:
        try:
            return main(arguments)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left is written there at the end
        return 141  # as shells say it for a closed pipe


if __name__ == "__main__":
    try:
        sys.exit(to_the_end(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)  # as shells say it for Ctrl-C
elif __name__ != "__mp_main__":  # the name under which multiprocessing loads this file once more in a worker
    from crowd import create_app

    app = create_app()
