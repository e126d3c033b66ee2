"""Every word goes through the catalogues, and what they hold is whole: placeholders, HTML, plural forms."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment

from crowd import commands, i18n
from crowd.config import ROOT
from crowd.keeping.places import Refused
from crowd.languages import catalogues

TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".xml", ".txt"))
# For whoever runs the server, in a terminal: in English, as the documentation is that they read beside it.
OPERATORS = {"__init__.py", "cli.py", "commands.py", "config.py", "exposure.py", "serving.py", "metrics.py"} | {
    *("keeping", "demonstration", "imports", "languages", "migrations"),
    "switching/records.py",  # `verify-record`
    "logs.py",  # what is said when not even the page of an error can be made
}
OTHERS = {
    "crowd/hosting/deeds.py": "it holds what `python3 app.py host` prints",
    "crowd/delivery.py": "a mail server’s own words are kept beside it, and a page says why in words of troubles.py",
    "crowd/switching/news.py": "it stands in the mail log as a server’s answer does",
}


def python() -> Iterator[Path]:
    for path in sorted((ROOT / "crowd").rglob("*.py")):
        inside = path.relative_to(ROOT / "crowd")
        if (
            inside.parts[0] not in OPERATORS
            and str(inside) not in OPERATORS
            and str(path.relative_to(ROOT)) not in OTHERS
        ):
            yield path


@pytest.mark.parametrize("language", catalogues.others())
def test_every_message_is_in_the_catalogue_and_translated(language):
    """To mend it: `python3 app.py languages`, then translate what `--missing` prints."""
    there = {catalogues.first(m) for m in catalogues.read(language) if m.id}
    assert {catalogues.first(m) for m in catalogues.extracted() if m.id} == there
    assert [line["id"] for line in catalogues.missing(language)] == []


@pytest.mark.parametrize("language", catalogues.others())
def test_translations_hold_what_their_messages_hold(language):
    assert list(catalogues.wrong(language)) == []


def test_the_plural_rule_of_the_catalogue_is_the_one_of_the_unicode_consortium():
    catalogue = catalogues.read("cy")
    assert catalogues.forms("cy") == ["zero", "one", "two", "few", "many", "other"]
    i18n.choose("cy")
    picked = {n: i18n._catalogue("cy").ngettext("%(n)s day left", "%(n)s days left", n) for n in (0, 1, 2, 3, 6, 7, 11)}
    i18n.choose(None)
    message = catalogue.get("%(n)s day left")
    assert list(picked.values()) == [message.string[at] for at in (0, 1, 2, 3, 4, 5, 5)]


def test_what_is_extracted_comes_from_code_templates_and_mails():
    where = {name for message in catalogues.extracted() for name, _line in message.locations}
    assert {"crowd/consultations/where.py", "templates/layouts/foot.html", "templates/mail/confirm.txt"} <= where


def test_a_broken_catalogue_leaves_its_words_english(tmp_path, monkeypatch, caplog):
    broken = tmp_path / "cy" / "LC_MESSAGES" / "messages.po"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b'msgid "Sign in"\nmsgstr "Mewn\xff\nmsgid\n')
    monkeypatch.setattr(i18n, "CATALOGUES", tmp_path)
    i18n._catalogue.cache_clear()
    with i18n.speaking("cy"):
        assert i18n._("Sign in") == "Sign in"
    assert str(broken) in caplog.text
    i18n._catalogue.cache_clear()


# ---- a bare sentence ------------------------------------------------------------------------------------------------

READ_ALOUD = re.compile(r'\b(alt|title|placeholder|label|aria-label|aria-description|data-say|data-large)="([^"]*)"')
WORD = re.compile(r"[^\W\d_]{2,}")
JINJA = Environment()  # noqa: S701  # it only splits templates into tokens
NAMES = {"python3 app.py host", "python3 app.py install report", "DOI", "BibTeX", "SHA-256"}  # the same everywhere


def bare(source: str, html: bool) -> list[str]:
    """The words of a template that no message holds: text between tags, and attributes that are read aloud."""
    text, classes = "", False
    for _line, kind, value in JINJA.lex(source):
        if kind == "block_begin":
            classes = False
        classes = classes or (kind == "name" and value == "body_class")
        text += value if kind == "data" and not classes else "\0" if kind.endswith("_begin") else ""
    found = [words for tag in re.findall(r"<[^>]*>", text) for _name, words in READ_ALOUD.findall(tag)] if html else []
    text = re.sub(r"<!--.*?-->|<[^>]*>|&#?\w+;", "\0", text, flags=re.DOTALL) if html else text
    return [w.strip() for w in [*found, *text.split("\0")] if WORD.search(w) and w.strip(" ·.") not in NAMES]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_template_has_a_bare_sentence(path):
    assert bare(path.read_text("utf-8"), html=path.suffix != ".txt") == []


def test_a_bare_sentence_is_found_where_it_stands():
    assert bare("<p>Hello</p>{{ _('Well') }}<img alt='' title=\"A picture\">", html=True) == ["A picture", "Hello"]
    assert bare("{% if x %}Dear {{ name }},{% endif %}", html=False) == ["Dear"]


SENTENCE = re.compile(r"[A-Z“].*\w.* .*\w.*[.:?!]", re.DOTALL)
SAYING = {"_", "lazy", "in_english", "ngettext"}
UNSEEN = {"RuntimeError", "AssertionError", "TypeError", "Setting", "text", "warning", "error", "info", "execute"}


def unsaid(tree: ast.Module) -> list[str]:
    """Sentences in code that go through no message. Docstrings, and what a fault says to programmers, are none."""
    fine: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in SAYING | UNSEEN:
                fine |= {id(inner) for inner in ast.walk(node)}
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            fine.add(id(node.value))
        if isinstance(node, ast.JoinedStr):
            fine |= {id(value) for value in node.values}
    return [
        words
        for node in ast.walk(tree)
        if isinstance(node, (ast.Constant, ast.JoinedStr)) and id(node) not in fine
        for words in [_written(node)]
        if SENTENCE.fullmatch(words)
    ]


def _written(node: ast.Constant | ast.JoinedStr) -> str:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(str(p.value) if isinstance(p, ast.Constant) and isinstance(p.value, str) else "x" for p in parts)


def test_no_code_has_a_bare_sentence():
    found = {str(path): said for path in python() if (said := unsaid(ast.parse(path.read_text("utf-8"))))}
    found.pop(str(ROOT / "crowd/forms.py"))  # the library's own words, which it puts into ours
    assert found == {}
    assert unsaid(ast.parse('flash("It is saved.")\nraise No(f"Take {n} at most.")\nflash(_("Saved it."))'))


SHOWN = {"flash", "ValidationError", "Day", "Hour", "AsTyped"}


def test_what_forms_and_notices_say_goes_through_messages():
    """Labels of fields, refusals and notices, also those that are no whole sentence."""
    for path in python():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in SHOWN or (name.endswith("Field") and name != "HiddenField"):
                    first = node.args[0]
                    said = isinstance(first, ast.Constant) and isinstance(first.value, str) and WORD.search(first.value)
                    assert not said, f"{path}:{node.lineno}"


def test_messages_are_written_where_they_are_asked_for():
    """A message in a variable is one that nothing extracts; `told` says what is stored, `in_english` marks it."""
    for path in python():
        if path.name == "i18n.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in SAYING:
                wanted = node.args[: 2 if "ngettext" in ast.unparse(node.func) else 1]
                assert all(isinstance(a, ast.Constant) for a in wanted), f"{path}:{node.lineno}"


def test_the_stylesheet_knows_no_left_and_no_right():
    """Logical properties mirror by themselves."""
    sheet = re.sub(r"/\*.*?\*/", "", (ROOT / "static" / "app.css").read_text("utf-8"), flags=re.DOTALL)
    assert not re.findall(
        r"(?:margin|padding|border|scroll-padding)-(?:left|right)|(?<![\w-])(?:left|right)\s*:", sheet
    )
    assert not re.findall(r"(?:text-align|float|clear)\s*:\s*(?:left|right)", sheet)
    boxes = re.findall(r"(?<![\w-])(?:margin|padding|inset)\s*:\s*([^;}]+)", sheet)
    lopsided = [
        box for box in boxes if len(sides := re.findall(r"calc\([^)]*\)\)?|\S+", box)) == 4 and sides[1] != sides[3]
    ]
    assert lopsided == []


def test_what_is_missing_is_listed_filled_in_and_taken(tmp_path, monkeypatch, capsys):
    """The way of a translator: --missing, a list with translations in it, --take; what is wrong is said."""
    monkeypatch.setattr(catalogues, "CATALOGUES", tmp_path)
    app = commands.parser()
    args = app.parse_args(["languages", "--missing", "cy"])
    assert args.does(None, args) == 0
    listed = {line["id"]: line for line in json.loads(capsys.readouterr().out)}
    assert len(listed) == len([m for m in catalogues.extracted() if m.id])
    filled = [
        listed["Sign in"] | {"cy": "Mewngofnodi"},
        listed["%(n)s day left"] | {"cy": ["%(n)s diwrnod ar ôl"] * 6},
        listed["Signed in as %(name)s"] | {"cy": "Wedi mewngofnodi"},
        listed["Sign out"],
    ]
    (tmp_path / "filled.json").write_text(json.dumps(filled), "utf-8")
    args = app.parse_args(["languages", "--take", str(tmp_path / "filled.json")])
    assert args.does(None, args) == 1, "a placeholder is missing"
    said = capsys.readouterr().out
    assert "Signed in as %(name)s" in said and f"{len(listed) - 3} missing" in said
    again = (tmp_path / "cy/LC_MESSAGES/messages.po").read_text("utf-8")
    assert 'msgstr "Mewngofnodi"' in again and "native speaker" in again
    catalogues.write("cy")
    assert (tmp_path / "cy/LC_MESSAGES/messages.po").read_text("utf-8") == again, "a second time changes nothing"


@pytest.mark.parametrize(
    ("text", "said"), [(None, "cannot be read"), ("[{", "is not JSON any more"), ('{"cy": "x"}', "is not a list")]
)
def test_a_list_that_is_none_is_refused_in_a_sentence(tmp_path, monkeypatch, text, said):
    monkeypatch.setattr(catalogues, "CATALOGUES", tmp_path)
    if text is not None:
        (tmp_path / "filled.json").write_text(text, "utf-8")
    args = commands.parser().parse_args(["languages", "--take", str(tmp_path / "filled.json")])
    with pytest.raises(Refused, match=said):
        args.does(None, args)
    assert not (tmp_path / "cy").exists(), "nothing is written"
