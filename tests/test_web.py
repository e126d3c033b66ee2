"""What every request shares."""


def test_the_process_answers(app, visitor):
    assert visitor.get("/healthz") == "ok\n"


def test_a_post_from_another_site_is_refused(app, visitor):
    assert visitor.send("/theme", {"theme": "dark"}, headers={"Sec-Fetch-Site": "cross-site"}).status == 403
