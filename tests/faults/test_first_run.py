"""`python3 app.py run` on an empty folder: the link on the console, as somebody who has just installed it meets it."""

import re

from tests.faults import real


def first_link(process):
    found = re.findall(r"http://\S+/first/\S+", process.said)
    return found[0] if found else ""


def test_a_start_without_a_host_prints_a_link_and_the_next_one_another(crowd):
    process = crowd.serve()
    first = first_link(process)
    assert first.startswith(f"http://127.0.0.1:{crowd.port}/first/")
    assert real.ask(crowd.port, first.partition(str(crowd.port))[2])[0] == 200
    process.interrupt_group()
    process.wait()
    again = crowd.serve()
    assert first_link(again)
    assert first_link(again) != first
    again.interrupt_group()
    again.wait()
    assert crowd.start("host", "you@example.org").wait() == 0
    assert first_link(crowd.serve()) == ""


def test_the_log_in_json_holds_no_link(crowd):
    process = crowd.serve(CROWD_LOG="json")
    assert first_link(process) == ""
    assert "app.py host you@example.org" in process.said
