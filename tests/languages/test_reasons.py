"""The reasons of moderation that come with Crowd, in the language of whoever reads them."""

from crowd import i18n
from crowd.states import State
from tests import make
from tests.moderation.desk import decide, shipped, waiting
from tests.reports.reporting import case_of, report


def test_every_page_says_them_in_the_readers_language(offered, member, moderator, host, colleague, consultation):
    shipped()
    reason, asker, first = make.reason("Off topic"), make.as_asker(member.id), consultation.questions[0]
    returned = make.contribution(first, by=asker, text="Mwy o amser", state=State.HELD)
    waits = make.contribution(first, by=asker, text="Llai o amser", state=State.HELD)
    out = make.contribution(first, by=asker, text="Dim amser")
    report(colleague, out, "rule", "It is unkind.")
    decide(moderator, waiting(returned), "return", reason=str(reason.id))
    with i18n.speaking("cy"):
        title, text = i18n.told(reason.title), i18n.told(reason.text)
    desk = [f"/moderate/{waiting(waits).id}", f"/moderate/published/{case_of(out).id}", "/moderate/decided"]
    pages = {moderator: desk, member: ["/me", "/c/ahp/moderation"], host: ["/host/ahp/log", "/host/reasons"]}
    for who, paths in pages.items():
        who.browser.set_cookie("language", "cy")
        for path in paths:
            page = who.get(path)
            assert title in page and reason.title not in page and reason.text not in page, path
    assert text in member.get("/me")
