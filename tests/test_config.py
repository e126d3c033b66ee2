"""Settings: the environment before the file before the default, and a sentence for each that cannot work."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from crowd import config

SECRET = f'secret_key = "{"s" * 40}"\n'


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch):
    for setting in config.SETTINGS:
        monkeypatch.delenv(setting.environment, raising=False)


@pytest.fixture
def written(tmp_path):
    """Write config.toml, and load it."""

    def load(*lines, **given):
        (tmp_path / "config.toml").write_text(SECRET + "\n".join(lines))
        return config.load(tmp_path, given)

    return load


def test_a_new_instance_gets_a_secret_of_its_own(tmp_path):
    first, other = config.load(tmp_path / "a"), config.load(tmp_path / "b")
    assert first["secret_key"] != other["secret_key"]
    assert len(first["secret_key"]) >= 48
    assert config.load(tmp_path / "a") == first
    assert stat.S_IMODE((tmp_path / "a" / "config.toml").stat().st_mode) == 0o600
    assert sorted(file.name for file in (tmp_path / "a").iterdir()) == ["config.toml", "start.lock"]


@pytest.mark.parametrize("line", ["base_url = crowd.example.org", "proxy_hops = 1\nproxy_hops = 1", "port: 80"])
def test_a_line_that_cannot_be_read_is_told_with_how_lines_are_written(written, line):
    with pytest.raises(config.BadSetting, match="once, in a line of its own, with text in quotes"):
        written(line)


def test_many_first_starts_at_once_agree_on_one_secret(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: config.load(tmp_path)["secret_key"], range(32)))
    assert len(set(found)) == 1


def test_a_lost_secret_is_not_replaced_beside_a_database(tmp_path):
    (tmp_path / "crowd.db").touch()
    with pytest.raises(config.BadSetting, match=r"config\.toml is missing, though there is a database beside it"):
        config.load(tmp_path)
    assert not (tmp_path / "config.toml").exists()


def test_the_environment_comes_before_the_file_and_an_empty_variable_counts_as_unset(written, monkeypatch):
    assert written("port = 5001")["port"] == 5001
    monkeypatch.setenv("CROWD_PORT", "5002")
    assert written("port = 5001")["port"] == 5002
    monkeypatch.setenv("CROWD_PORT", "")
    assert written("port = 5001")["port"] == 5001
    assert written("port = 5001", port=5003)["port"] == 5003


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("prot = 5000", "a setting that Crowd does not know: prot. Did you mean port"),
        ("[mail]\nhost = 'x'", "a setting that Crowd does not know: mail"),
        ("port = '5000'", "port is '5000' in .*, but has to be a whole number without quotes"),
        ("port = true", "port is True"),
        ("port = 70000", "port is 70000; it has to be from 1 to 65535"),
        ("workers = 0", "workers is 0; it has to be from 1"),
        ("host = 127", "host is 127 in .*, but has to be text in quotes"),
        ("port =", "config.toml cannot be read"),
        ("smtp_tls = 'yes'", "smtp_tls is 'yes'; it has to be starttls, tls or none"),
        ("sender = 'Crowd'", "sender is 'Crowd'; it has to be an address"),
        ("base_url = 'crowd.example.org'", "base_url is 'crowd.example.org'; it has to be an address"),
        ("base_url = 'https://crowd.example.org:port'", "base_url is .*; it has to be an address"),
        ("database_url = 'mysql://u:p@h/d'", "DATABASE_URL has to begin with postgresql://"),
        ("database_url = 'postgresql://u:hush@h:x/d'", "DATABASE_URL cannot be read; it has to look like"),
    ],
)
def test_a_bad_setting_is_named_in_a_sentence(written, line, sentence):
    with pytest.raises(config.BadSetting, match=sentence) as said:
        written(line)
    assert "hush" not in str(said.value)


def test_a_short_secret_is_refused(tmp_path):
    (tmp_path / "config.toml").write_text('secret_key = "short"')
    with pytest.raises(config.BadSetting, match=r"shorter than 32 characters.*Is the instance new, move the file away"):
        config.load(tmp_path)


def test_a_file_that_is_not_text_is_refused(tmp_path):
    (tmp_path / "config.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(config.BadSetting, match="cannot be read"):
        config.load(tmp_path)


def test_a_bad_number_in_the_environment_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("CROWD_PORT", "many")
    with pytest.raises(config.BadSetting, match="CROWD_PORT is 'many', but has to be a whole number"):
        config.load(tmp_path)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:5000"),
        ("::1", "http://[::1]:5000"),
        ("0.0.0.0", "http://127.0.0.1:5000"),  # noqa: S104  # only named
        ("::", "http://[::1]:5000"),
        ("crowd.example.org", "http://crowd.example.org:5000"),
    ],
)
def test_the_address_is_one_that_a_browser_here_can_open(host, address):
    assert config.address(host, 5000) == address


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "localhost", "::1"])
def test_loopback(host):
    assert config.is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.1", "localhost.example.org", "::1:2"])  # noqa: S104
def test_not_loopback(host):
    assert not config.is_loopback(host)
