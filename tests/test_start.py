"""How Crowd starts: real processes, in small checkouts of their own, without any network."""

import ast
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NEWCOMERS_PYTHON = str(Path(sys.executable).resolve())  # the machine's, not that of our .venv
APT_LINE = "sudo apt-get install python3-venv"

# What stands in a small checkout in place of Crowd: it says what app.py handed to it.
CROWD = "def create_app():\n    return 'the application'\n"
CLI = """
import os, sys
import dependency
def main(arguments):
    print(arguments, sys.prefix, os.environ.get("PYTHONPATH"))
    return 7
"""
PYTEST = "import os, sys\nprint(sys.argv[1:], os.getcwd())\nsys.exit(3)\n"


def wheel(folder, name, source, version="1.0"):
    """Write a package as a wheel, and return its line in a lock file."""
    info = f"{name}-{version}.dist-info"
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", source)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


class Checkout:
    """A folder with app.py, two tiny lock files and the wheels they name."""

    def __init__(self, folder):
        self.folder = folder

    def fill(self):
        (self.folder / "crowd").mkdir(parents=True)
        (self.folder / "wheels").mkdir()
        shutil.copy(ROOT / "app.py", self.folder)
        self.write("crowd/__init__.py", CROWD)
        self.write("crowd/cli.py", CLI)
        self.write("requirements.txt", wheel(self.folder / "wheels", "dependency", ""))
        for extra in ("analysis", "report"):
            self.write(f"requirements-{extra}.txt", wheel(self.folder / "wheels", extra, ""))
        self.write("requirements-test.txt", wheel(self.folder / "wheels", "pytest", PYTEST))
        return self

    def write(self, path, text):
        (self.folder / path).write_text(text, encoding="utf-8")

    def environment(self, **more):
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        pip = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1", "HOME": str(self.folder)}
        wheels = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": (self.folder / "wheels").as_uri()}
        return kept | pip | (more if "PIP_INDEX_URL" in more else wheels | more)

    def begin(self, *command, **environment):
        return subprocess.Popen(
            [NEWCOMERS_PYTHON, *command],
            cwd="/",
            env=self.environment(**environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *command, **environment):
        process = self.begin(*command, **environment)
        out, err = process.communicate(timeout=120)
        assert "Traceback" not in err, err
        return process.returncode, out, err

    def start(self, *arguments, **environment):
        return self.run(str(self.folder / "app.py"), *arguments, **environment)

    def started(self, *arguments):
        """What a start that hands over to Crowd gives: Crowd's exit status and words."""
        return 7, f"{list(arguments)} {self.folder / '.venv'} None\n"


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path / "crowd checkout").fill()


@pytest.fixture(scope="module")
def first_start(tmp_path_factory):
    first = Checkout(tmp_path_factory.mktemp("first") / "checkout").fill()
    return first, first.start("work", "two words", PYTHONPATH="/stray")


@pytest.fixture
def made(first_start, tmp_path):
    """A checkout in which Crowd has been started before."""
    shutil.copytree(first_start[0].folder, tmp_path / "made", symlinks=True)
    return Checkout(tmp_path / "made")


def test_help_needs_nothing(tmp_path):
    shutil.copy(ROOT / "app.py", tmp_path)
    status, out, err = Checkout(tmp_path).start("--help")
    assert (status, err) == (0, "")
    for word in (
        "test",
        "work",
        "demo --phase",
        "import-polis FOLDER",
        "bench",
        "CROWD_INSTANCE",
        "CROWD_PORT",
    ):
        assert word in out
    assert os.listdir(tmp_path) == ["app.py"]


def test_the_first_start_hands_over_to_crowd_inside_venv(first_start):
    checkout, (status, out, err) = first_start
    assert (status, out) == checkout.started("work", "two words")
    assert err.splitlines() == [
        "Making .venv, once.",
        "Installing what Crowd runs on; this can take a minute.",
    ]


def test_a_second_start_installs_nothing(made):
    shutil.rmtree(made.folder / "wheels")
    assert made.start("run") == (*made.started("run"), "")


def test_install_sets_up_without_crowd_itself(checkout):
    """As the image does it: the libraries first, and Crowd's code afterwards."""
    (checkout.folder / "crowd").rename(checkout.folder / "later")
    status, out, _err = checkout.start("install")
    assert (status, out) == (0, "")
    (checkout.folder / "later").rename(checkout.folder / "crowd")
    assert checkout.start("run") == (*checkout.started("run"), "")


def test_an_extra_is_added_by_its_name_and_stays_when_a_lock_changes(made):
    added = "*/site-packages/analysis-*.dist-info"
    assert not list(made.folder.glob(f".venv/lib/{added}"))
    assert made.start("install", "analysis")[:2] == (0, "")
    assert list(made.folder.glob(f".venv/lib/{added}"))
    assert made.start("run") == (*made.started("run"), "")
    shutil.rmtree(made.folder / ".venv" / "lib")  # as when Python itself was replaced
    (made.folder / ".venv" / "pyvenv.cfg").unlink()
    assert made.start("run")[:2] == made.started("run")
    assert list(made.folder.glob(f".venv/lib/{added}"))


def test_an_extra_that_there_is_not_is_refused_with_those_that_there_are(made):
    status, _out, err = made.start("install", "everything")
    assert (status, err) == (1, "There is nothing to add called 'everything'. There are: analysis, report.\n")


def test_two_starts_at_once_set_up_once(checkout):
    both = [checkout.begin(str(checkout.folder / "app.py")) for _ in range(2)]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [7, 7], said
    assert "".join(err for _, err in said).count("Installing") == 1


def test_a_changed_lock_is_installed(made):
    made.write("requirements.txt", wheel(made.folder / "wheels", "dependency", "", version="2.0"))
    status, out, err = made.start()
    assert (status, out) == made.started()
    assert "Installing" in err
    assert "Making" not in err
    assert list(made.folder.glob(".venv/lib/*/site-packages/dependency-2.0.dist-info"))


def test_the_tests_get_their_arguments_and_give_their_status(made):
    status, out, _ = made.start("test", "-k", "a or b")
    assert (status, out) == (3, f"['-k', 'a or b'] {made.folder}\n")


def killed_while_installing(venv):
    (venv / "installed.txt").unlink()
    for pip in venv.glob("lib/*/site-packages/pip"):
        shutil.rmtree(pip)


def made_with_a_python_that_went_away(venv):
    (venv / "bin" / "python").unlink()
    (venv / "bin" / "python").symlink_to("/nowhere/python3")


@pytest.mark.parametrize("harm", [killed_while_installing, made_with_a_python_that_went_away])
def test_a_half_made_venv_is_made_again(made, harm):
    harm(made.folder / ".venv")
    status, out, err = made.start("run")
    assert (status, out) == made.started("run")
    assert "unfinished" in err


def test_no_network_is_named_and_mended_by_the_next_start(checkout):
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        port = nobody_listens.getsockname()[1]
        status, out, err = checkout.start(PIP_INDEX_URL=f"http://127.0.0.1:{port}/simple", NO_PROXY="*")
    assert (status, out) == (1, "")
    assert "the network, or the package index, cannot be reached" in err
    assert "No matching distribution found for dependency==1.0" in err
    assert checkout.start()[:2] == checkout.started()


def test_a_package_that_is_not_the_locked_one_is_refused(made):
    lock = wheel(made.folder / "wheels", "dependency", "", version="2.0")
    wheel(made.folder / "wheels", "dependency", "print('not what was locked')", version="2.0")
    made.write("requirements.txt", lock)
    status, out, err = made.start()
    assert (status, out) == (1, "")
    assert "Crowd could not install what it runs on. pip said:" in err
    assert "Expected sha256" in err
    assert not (made.folder / ".venv" / "installed.txt").exists()


def test_a_package_locked_without_a_hash_is_refused(made):
    wheel(made.folder / "wheels", "dependency", "", version="2.0")
    made.write("requirements.txt", "dependency==2.0\n")
    status, _, err = made.start()
    assert status == 1
    assert "Hashes are required" in err


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_missing_venv_module_is_named_with_the_apt_line(checkout, tmp_path, module):
    (tmp_path / f"{module}.py").write_text("raise ImportError('left out, as Debian does')")
    status, _, err = checkout.start(PYTHONPATH=str(tmp_path))
    assert status == 1
    assert APT_LINE in err
    assert not (checkout.folder / ".venv").exists()


def test_a_folder_that_cannot_be_written_is_named(checkout):
    (checkout.folder / ".venv.lock").mkdir()
    status, _, err = checkout.start()
    assert status == 1
    assert err.startswith("Crowd cannot set up its .venv: Is a directory:")


def test_a_venv_that_cannot_be_made_is_named(checkout):
    (checkout.folder / ".venv").symlink_to("/dev/null/venv")
    status, _, err = checkout.start()
    assert status == 1
    assert "Crowd could not make" in err
    assert "Python said:" in err


def test_a_python_that_is_too_old_is_named(checkout):
    pretend = "import sys, runpy; sys.version_info = (3, 9, 2); runpy.run_path(sys.argv[1], run_name='__main__')"
    status, _, err = checkout.run("-c", pretend, str(checkout.folder / "app.py"))
    assert status == 1
    assert err.startswith("Crowd needs Python 3.11 or newer; this is 3.9. ")
    assert not (checkout.folder / ".venv").exists()


def test_old_pythons_can_read_app_py():
    tree = ast.parse((ROOT / "app.py").read_text(encoding="utf-8"), feature_version=(3, 7))
    hints = [node.returns for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    hints += [node.annotation for node in ast.walk(tree) if isinstance(node, ast.arg)]
    worked_out = [ast.unparse(hint) for hint in hints if isinstance(hint, ast.Subscript | ast.BinOp)]
    assert worked_out == [], "old Pythons work these out and fail: put them in quotes"


def test_a_wsgi_server_gets_the_application_and_touches_no_venv(checkout):
    ask = "import sys; sys.path.insert(0, sys.argv[1]); import app; print(app.app)"
    assert checkout.run("-c", ask, str(checkout.folder)) == (0, "the application\n", "")
    assert not (checkout.folder / ".venv").exists()


def test_a_worker_that_loads_the_program_again_builds_no_second_application(checkout):
    ask = "import sys, runpy; print('app' in runpy.run_path(sys.argv[1], run_name='__mp_main__'))"
    assert checkout.run("-c", ask, str(checkout.folder / "app.py"))[:2] == (0, "False\n")
