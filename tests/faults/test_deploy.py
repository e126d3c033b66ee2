"""deploy/ holds what Crowd needs: nginx before a real server, the unit as systemd reads it, the image's files."""

import contextlib
import http.client
import os
import re
import shutil
import signal
import ssl
import subprocess
from pathlib import Path

import pytest

from crowd import config
from crowd.accounts.limits import PASSWORD_FROM
from tests.conftest import SECRET, lacking
from tests.faults import people, real

DEPLOY = config.ROOT / "deploy"
NAME = "crowd.example.org"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """The files of a certificate that nobody but this test trusts."""
    if not shutil.which("openssl"):
        lacking("openssl is not on this machine (Debian: apt-get install openssl)")
    folder = tmp_path_factory.mktemp("certificate")
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}"]
    make += ["-addext", f"subjectAltName=DNS:{NAME}", "-keyout", "privkey.pem", "-out", "fullchain.pem"]
    subprocess.run(make, cwd=folder, check=True, capture_output=True)
    return folder


class Site:
    """deploy/nginx.conf on ports of this machine: only ports, folders and the certificate are put in its place."""

    def __init__(self, folder: Path, certificate: Path, crowd: int) -> None:
        self.plain, self.safe, self.certificate, self.folder = real.free_port(), real.free_port(), certificate, folder
        site = (DEPLOY / "nginx.conf").read_text()
        for old, new in (
            (r"server 127\.0\.0\.1:5000;", f"server 127.0.0.1:{crowd};"),
            (r"listen 80;", f"listen 127.0.0.1:{self.plain};"),
            (r"listen 443 ", f"listen 127.0.0.1:{self.safe} "),
            (r" *listen \[::\].*\n", ""),
            (r"/etc/letsencrypt/live/crowd\.example\.org", str(certificate)),
            (r"/opt/crowd", str(config.ROOT)),
        ):
            site, changed = re.subn(old, new, site)
            assert changed, old
        whole = f"pid {folder}/pid; daemon off; error_log {folder}/error.log; events {{}} http {{ access_log off;\n"
        places = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        whole += "".join(f"{place}_temp_path {folder}/{place};\n" for place in places)
        (folder / "nginx.conf").write_text(f"{whole}types {{ text/html html; }}\n{site}}}\n")
        if os.geteuid() == 0:  # its workers are nobody, and go through the test's folders to the certificate
            (folder / "nginx.conf").write_text("user root;\n" + (folder / "nginx.conf").read_text())
        self.process = subprocess.Popen(
            ["nginx", "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")], start_new_session=True
        )
        real.until(self._answers)

    def _answers(self) -> bool:
        assert self.process.poll() is None, (self.folder / "error.log").read_text()
        with contextlib.suppress(OSError):
            self.ask("/", safe=False)
            return True
        return False

    def ask(self, path, *, safe=True, method="GET", body=None, **headers):
        """The answer's status, its head and its page."""
        if safe:
            trusted = ssl.create_default_context(cafile=str(self.certificate / "fullchain.pem"))
            connection = http.client.HTTPSConnection("127.0.0.1", self.safe, timeout=real.PATIENCE, context=trusted)
            trusted.check_hostname = False  # the name is the site's, the address this machine's
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.plain, timeout=real.PATIENCE)
        with contextlib.closing(connection):
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, {"Host": NAME, **named})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(real.PATIENCE)


@pytest.fixture
def site(begun, certificate, tmp_path):
    """nginx before a Crowd that has the settings which its first lines name."""
    if not shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin"):
        lacking("nginx is not on this machine (Debian: apt-get install nginx-light)")
    with people.inside(begun.folder):
        people.begin_site()
    begun.serve(CROWD_BASE_URL=f"https://{NAME}", CROWD_PROXY_HOPS="1", CROWD_METRICS_KEY=SECRET)
    folder = tmp_path / "nginx"
    folder.mkdir()
    site = Site(folder, certificate, begun.port)
    yield site
    site.close()


def test_behind_nginx_people_come_by_https_and_only_so(site):
    status, head, _page = site.ask("/login?next=/me", safe=False)
    assert (status, head["Location"]) == (301, f"https://{NAME}/login?next=/me")
    status, head, page = site.ask("/login")
    assert status == 200
    assert 'name="csrf_token"' in page
    assert head["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert head["Server"] == "nginx"
    assert all("Secure" in cookie and "HttpOnly" in cookie for cookie in head.get_all("Set-Cookie"))
    assert site.ask("/metrics", Authorization=f"Bearer {SECRET}")[0] == 404


def test_behind_nginx_nobody_chooses_their_own_address(site):
    """Wrong passwords are counted by address: a visitor's own header must not make a new one each time."""
    token, cookie = _form(site)
    said = [
        site.ask(
            "/login",
            method="POST",
            body=f"csrf_token={token}&email=somebody{n}@example.org&password=wrong",
            Cookie=cookie,
            Referer=f"https://{NAME}/login",
            X_Forwarded_For=f"192.0.2.{n}",
            Content_Type="application/x-www-form-urlencoded",
        )
        for n in range(PASSWORD_FROM.most + 1)
    ]
    assert {status for status, _head, _page in said[:-1]} == {200}
    assert said[-1][0] == 429


def test_what_nginx_says_while_crowd_is_away_is_crowd_s_page(begun, site):
    begun.close()
    status, _head, page = site.ask("/")
    assert status == 502
    assert "This site is not answering at the moment" in page


def _form(site):
    _status, head, page = site.ask("/login")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    return token.group(1), "; ".join(cookie.split(";")[0] for cookie in head.get_all("Set-Cookie"))


def test_systemd_reads_the_unit(tmp_path):
    if not shutil.which("systemd-analyze"):
        lacking("systemd-analyze is not on this machine (Debian: apt-get install systemd)")
    unit = (DEPLOY / "crowd.service").read_text()
    (tmp_path / "crowd.service").write_text(unit.replace("/usr/bin/python3", shutil.which("python3") or ""))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "crowd.service")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, [line for line in done.stderr.splitlines() if "crowd.service" in line]) == (0, [])


def test_the_image_is_made_of_what_is_there():
    """No docker engine in CI: its steps are `app.py install` and `run`, which other tests take; this is about files."""
    lines = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    steps = [line.split() for line in lines if line and not line.startswith("#")]
    copied = [word for step in steps if step[0] == "COPY" for word in step[1:-1]]
    assert all((config.ROOT / word).exists() for word in copied)
    left_out = (config.ROOT / ".dockerignore").read_text().split()
    assert not {"app.py", "crowd", "templates", "static", "requirements.txt"} & set(left_out)
    assert {".git", ".venv", "instance"} <= set(left_out)
    order = [step[0] for step in steps]
    assert order.index("USER") < order.index("CMD")
    settings = {setting.environment for setting in config.SETTINGS} | {"CROWD_INSTANCE"}
    named = re.findall(r"\bCROWD_[A-Z_]+\b", "".join(file.read_text() for file in DEPLOY.iterdir()))
    assert set(named) <= settings
