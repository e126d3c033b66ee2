"""docs/host.md is typed as it stands by somebody who has never run a server: so it is here, in its order."""

import re
import shlex
import subprocess
import tomllib

from crowd import config
from tests.faults import real

# What changes the machine itself. nginx's site and the unit have their tests in test_deploy.py; the rest is Debian's.
OF_THE_MACHINE = {"apt-get", "useradd", "systemctl", "certbot", "nginx", "docker"}


def commands() -> list[str]:
    """The lines of code in the part about a server from nothing, without its other ways."""
    text = (config.ROOT / "docs" / "host.md").read_text("utf-8")
    part = text.partition("## A server of your own")[2].partition("\n### ")[0]
    return [line.strip() for line in part.splitlines() if line.startswith("    ")]


def program(command: str) -> str:
    words = shlex.split(command)
    start = 3 if words[:2] == ["sudo", "-u"] else 1 if words[0] == "sudo" else 0
    return next(word for word in words[start:] if "=" not in word)


def test_the_commands_make_an_instance_that_is_served(started_app, tmp_path):
    opt, instance, etc = started_app.parent, tmp_path / "instance", tmp_path / "etc"
    for folder in ("systemd/system", "nginx/sites-available", "nginx/sites-enabled"):
        (etc / folder).mkdir(parents=True)
    if not (opt / "deploy").exists():
        (opt / "deploy").symlink_to(config.ROOT / "deploy")
    said, ran = "", 0
    for command in commands():
        if program(command) in OF_THE_MACHINE:
            continue
        here = (
            command.replace("/opt/crowd", str(opt)).replace("/var/lib/crowd", str(instance)).replace("/etc/", f"{etc}/")
        )
        here = re.sub(r"\bsudo (-u \w+ )?", "", here).replace("--owner crowd --group crowd ", "")
        done = subprocess.run(here, shell=True, capture_output=True, text=True, check=False, cwd=tmp_path)  # noqa: S602  # as a person types it
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        said, ran = said + done.stdout, ran + 1
    assert ran >= 8
    assert re.search(r"https://crowd\.example\.org/\S+", said), "the first host's link"
    written = tomllib.loads((instance / "config.toml").read_text())
    assert (written["base_url"], written["proxy_hops"]) == ("https://crowd.example.org", 1)
    site = (etc / "nginx" / "sites-enabled" / "crowd").read_text()
    assert site == (config.ROOT / "deploy" / "nginx.conf").read_text()
    with real.running(started_app, instance) as crowd:
        crowd.serve()
        assert real.ask(crowd.port, "/readyz")[0] == 200
