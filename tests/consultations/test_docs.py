"""docs/rules.md is printed from the table."""

from crowd import commands
from crowd.config import ROOT
from crowd.consultations import table


def test_docs_rules_is_what_the_table_prints():
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == table.markdown(), (
        "out of date: python3 app.py rules > docs/rules.md"
    )


def test_the_command_prints_it(app, capsys):
    commands.parser().parse_args(["rules"]).does(app, None)
    assert capsys.readouterr().out == table.markdown()
