"""The shape of the house (docs/house.md), kept by tests and not by memory; exceptions stand here with their reasons."""

import ast
import gzip
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from crowd.config import ROOT
from crowd.log import DEEDS
from crowd.rules import SITE_TABLE, TABLE
from crowd.states import Standing
from crowd.why import act_words

CROWD = ROOT / "crowd"
TEMPLATES = ROOT / "templates"
PYTHON = sorted(p for p in CROWD.rglob("*.py") if "versions" not in p.parts)
HTML = sorted(TEMPLATES.rglob("*.html"))
MAILS = sorted((TEMPLATES / "mail").glob("*.txt"))

# ---- layers: an import goes to the same layer or a lower one --------------------------------------------------------

LAYERS = [
    {"states", "clock", "config", "text", "markdown", "i18n", "pseudo", "spreadsheet", "logs"},
    {"db", "models", "statements"},
    {"schedule", "rules", "why", "log", "outbox", "chores", "leases", "delivery", "bulk", "kept", "things"}
    | {"keyed", "unsubscribing", "troubles", "letters", "readers"},
    set(),  # what an area has: queries, deeds and its nouns
    {"web", "forms", "translating"},
    {
        *(
            "pages",
            "frames",
            "problems",
            "metrics",
            "typed",
            "resuming",
            "exposure",
            "uploads",
            "cli",
            "commands",
            "serving",
        ),
        "__init__",
    },
]
PAGES, FORMS, NOUNS = 5, 4, 3
PARTS_OF_PAGES = {"accounts.browser": "the cookies and the session of a request, for every page that signs somebody in"}

# From where to where an import may go up, and why.
UPWARDS = {
    ("analysis.alone", "__init__"): "it is the program of a process of its own, as cli is",
    ("kept", "web"): "a kept page is a matter of the request, as the headers in web are",
}


def module(path: Path) -> str:
    return ".".join(path.relative_to(CROWD).with_suffix("").parts)


MODULES = {module(p) for p in PYTHON} | {module(p).removesuffix(".__init__") for p in PYTHON}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path) -> set[str]:
    """The modules of ours that a file imports when it is loaded, without the package's name."""
    found: set[str] = set()
    for node in tree(path).body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "crowd":
            base = node.module.removeprefix("crowd").lstrip(".")
            for alias in node.names:
                whole = f"{base}.{alias.name}".lstrip(".")
                found.add(whole if whole in MODULES else base or "__init__")
    return found


def layer(name: str) -> int:
    first, *rest = name.split(".")
    if not rest or first == "models":
        if (number := next((n for n, names in enumerate(LAYERS) if first in names), None)) is not None:
            return number
        return NOUNS
    path = CROWD / first / f"{rest[-1]}.py"
    if (
        name in PARTS_OF_PAGES
        or rest[-1] in ("views", "blueprint")
        or (path.exists() and f"{first}.blueprint" in imports(path))
    ):
        return PAGES
    return FORMS if rest[-1] == "forms" else NOUNS


@pytest.mark.parametrize("path", PYTHON, ids=module)
def test_imports_go_down(path):
    own = module(path)
    up = {
        other
        for other in imports(path)
        if layer(other) > layer(own)
        and (own, other) not in UPWARDS
        and not (own.endswith(".__init__") and layer(other) == PAGES)
    }
    assert not up, f"{own} (layer {layer(own)}) imports {up}"


@pytest.mark.parametrize(
    "path", [p for p in PYTHON if layer(module(p)) == PAGES and len(p.parts) > len(CROWD.parts) + 1], ids=module
)
def test_no_area_imports_the_pages_of_another(path):
    area = module(path).split(".")[0]
    others = {m for m in imports(path) if "." in m and layer(m) == PAGES and m.split(".")[0] != area}
    assert not others - set(PARTS_OF_PAGES)


# ---- what may stand where -------------------------------------------------------------------------------------------

ONLY_IN = {
    r"\bMarkup\(|\|\s*safe\b": {"crowd/text.py"},
    r"\.commit\(": {"crowd/db.py"},
    r"\bimport bleach|from bleach": {"crowd/text.py"},
    r"\bdatetime\.now\(|\butcnow\(|\btime\.time\(": {"crowd/clock.py"},
    r"\bprint\(": {"crowd/cli.py", "crowd/commands.py", "crowd/serving.py", "crowd/imports/progress.py"}
    | {"crowd/keeping/commands.py", "crowd/keeping/progress.py", "crowd/languages/commands.py"},
}
EXCUSED = {
    ("crowd/demonstration/load.py", r"\bprint\("): "it runs in a terminal",
}


@pytest.mark.parametrize("pattern", ONLY_IN)
def test_some_things_stand_in_one_file(pattern):
    found = {
        str(path.relative_to(ROOT))
        for path in [*PYTHON, *HTML, *MAILS]
        if re.search(pattern, path.read_text(encoding="utf-8"))
    }
    excused = {name for name, what in EXCUSED if what == pattern}
    assert found - excused <= ONLY_IN[pattern], found


SQL = {"select", "update", "delete", "insert", "text", "exists", "func"}
SQL_IN_PAGES = {
    "pages": "the site's one row, read for every page, and the database's pulse for readyz",
    "serving": "it says which database it serves, before there is any page",
    "metrics": "each figure is one count, and no page shows it",
    "problems": "a refused change ends its transaction",
    "accounts.joining": "the consultation of an invitation is found by the invitation's row, not by an address",
    "cli": "it opens the database before anything else can",
    "commands": "whether an instance is new, and whether it is a demonstration, before there is any page",
}


@pytest.mark.parametrize("path", [p for p in PYTHON if layer(module(p)) in (PAGES, FORMS)], ids=module)
def test_views_and_forms_hold_no_sql(path):
    if module(path) in (*SQL_IN_PAGES, "web"):  # web is where one row is fetched by its id
        return
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
            assert not {alias.name for alias in node.names} & SQL, f"{path.name}:{node.lineno}"
        if isinstance(node, ast.Attribute) and ast.unparse(node).startswith("db.session"):
            raise AssertionError(f"{path.name}:{node.lineno} speaks to the database")


@pytest.mark.parametrize("path", [p for p in PYTHON if p.name == "deeds.py"], ids=module)
def test_deeds_know_no_request(path):
    taken = {
        a.name for n in ast.walk(tree(path)) if isinstance(n, ast.ImportFrom) and n.module == "flask" for a in n.names
    }
    assert not taken & {"request", "flash", "redirect", "session", "g", "abort"}


@pytest.mark.parametrize("path", [p for p in PYTHON if p.name == "queries.py"], ids=module)
def test_queries_change_nothing(path):
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"session\.(add|delete|merge|flush)|\b(update|insert|delete)\(|\btransaction\(", source)


@pytest.mark.parametrize("path", [p for p in PYTHON if layer(module(p)) == PAGES], ids=module)
def test_views_name_no_standing(path):
    """P1: a view that asks for a role is a second copy of a rule."""
    named = [
        f"{path.name}:{n.lineno}"
        for n in ast.walk(tree(path))
        if isinstance(n, ast.Attribute)
        and (n.attr == "roles" or (isinstance(n.value, ast.Name) and n.value.id == "Standing"))
        and "person" in ast.unparse(n)
    ]
    assert not named


TOLD = {
    "accounts/invitation.html": "it tells as what one is invited; nothing is allowed by it",
    "hosting/account.html": "roles are given and taken there; nothing is allowed by them",
    "hosting/people.html": "it tells which roles people have; nothing is allowed by it",
    "accounts/me.html": "it tells what one is in each consultation; nothing is allowed by it",
}


@pytest.mark.parametrize("path", HTML, ids=lambda p: str(p.relative_to(TEMPLATES)))
def test_templates_ask_may_and_name_no_standing(path):
    words = "|".join(standing.name.lower() for standing in Standing)
    code = " ".join(re.findall(r"{[{%](.*?)[%}]}", path.read_text(encoding="utf-8"), re.DOTALL))
    asked = re.sub(r"\b(_|may|why_not)\((['\"]).*?\2", "", code)
    if str(path.relative_to(TEMPLATES)) in TOLD:
        return
    assert not re.search(rf"\.roles\b|\.standing\s*[=!]=|==\s*['\"][VSBMAH]['\"]|['\"]({words})['\"]", asked)


# ---- sizes ----------------------------------------------------------------------------------------------------------

LONG_FILES: dict[str, str] = {}  # a path, and why it may be longer
LONG_FUNCTIONS = {"_idea": "a line of a Polis export becomes one of ours, column by column"}


@pytest.mark.parametrize("path", [*PYTHON, *HTML], ids=lambda p: str(p.relative_to(ROOT)))
def test_files_stay_readable(path):
    most = 120 if path.suffix == ".html" else 300
    length = len(path.read_text(encoding="utf-8").splitlines())
    assert length <= most or str(path.relative_to(ROOT)) in LONG_FILES, f"{length} lines"


@pytest.mark.parametrize("path", PYTHON, ids=module)
def test_functions_stay_readable(path):
    """What is counted is what it does, without its signature and docstring."""
    functions = [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)]
    long = {node.name: n for node in functions if (n := _length(node)) > 40 and node.name not in LONG_FUNCTIONS}
    assert not long


def _length(function: ast.FunctionDef) -> int:
    first = function.body[0]
    said = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return (function.end_lineno or 0) - (first.end_lineno or 0 if said else first.lineno - 1)


def test_no_file_has_a_name_that_says_nothing():
    assert not {"utils", "helpers", "common", "misc", "base", "manager", "service"} & {p.stem for p in PYTHON + HTML}


# ---- what names something that must be there ------------------------------------------------------------------------


def calls(pattern: str) -> Iterator[tuple[str, str]]:
    for path in [*PYTHON, *HTML, *MAILS]:
        for name in re.findall(pattern, path.read_text(encoding="utf-8")):
            yield str(path.relative_to(ROOT)), name


def test_every_address_that_is_linked_to_exists(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    for where, name in calls(r"(?:url_for|\blink)\(\s*['\"]([\w.]+)['\"]"):
        area = where.split("/")[1]  # an address that begins with a dot is of the same area
        assert (area + name if name.startswith(".") else name) in endpoints, f"{where} links to {name}"


def test_every_template_and_mail_that_is_used_exists_and_each_is_used():
    named = {name for _where, name in calls(r"['\"]([\w/]+\.html)['\"]")}
    assert not [name for name in named if not (TEMPLATES / name).exists()]
    queued = {name for _where, name in calls(r"outbox\.queue\(\s*['\"](\w+)['\"]")}
    assert not [name for name in queued if not (TEMPLATES / "mail" / f"{name}.txt").exists()]


def test_every_act_that_is_asked_stands_in_the_table():
    acts = set(TABLE) | set(SITE_TABLE)
    asked = set(calls(r"\b(?:may|why_not|require)\(\s*(?:person\(\), |asker, )?['\"]([\w ]+)['\"]"))
    asked |= set(calls(r"\bto=['\"]([\w ]+)['\"]"))
    assert len(asked) > 5
    assert not [(where, act) for where, act in asked if act not in acts]


def test_every_act_has_words():
    for act in [*TABLE, *SITE_TABLE]:
        assert act_words(act)


def test_every_deed_of_the_log_that_is_recorded_is_in_its_list():
    recorded = {name for _where, name in calls(r"log\.record\(\s*['\"]([\w ]+)['\"]")}
    assert recorded
    assert recorded <= set(DEEDS)


def test_every_view_asks_the_table_or_says_that_it_is_public(app):
    """Read from the source, so that also a page that no test visits has been thought about."""
    silent = []
    for name, view in app.view_functions.items():
        if getattr(view, "is_public", False):
            continue
        path = Path(view.__code__.co_filename)
        functions = {n.name: n for n in ast.walk(tree(path)) if isinstance(n, ast.FunctionDef)}
        if not _asks(view.__name__, functions):
            silent.append(name)
    assert silent == []


def _asks(name: str, functions: dict[str, ast.FunctionDef], seen: frozenset[str] = frozenset()) -> bool:
    """Whether a function calls `fetch`, one like it, or `require`, itself or through another one of its file."""
    called = {n.func.id for n in ast.walk(functions[name]) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    if called & {"fetch", "fetch_bare", "fetch_kept", "everybodys", "require"}:
        return True
    return any(_asks(other, functions, seen | {name}) for other in called & set(functions) - seen - {name})


def test_the_scripts_stay_small():
    """4 kB at most as it is sent, and 2 for the desk's own and 1 for passkeys: everything else works without, so they
    may not cost much."""
    most = {"crowd.js": 4096, "desk.js": 2048, "passkeys.js": 1024}
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in (ROOT / "static").glob("*.js")}
    assert sizes.keys() == most.keys()
    assert all(size <= most[name] for name, size in sizes.items()), sizes
