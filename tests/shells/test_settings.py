"""What the environment says of where the router runs."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from router.core.errors import SetUpFailed
from router.settings import VARIABLES, Settings, database_url

ONLY_NEEDED = {"VORZIMMER_ARI_PASSWORD": "a-secret"}
CONFIG = Path("config")


def settings(**given: str) -> Settings:
    return Settings.read(CONFIG, ONLY_NEEDED | {f"VORZIMMER_{name}": value for name, value in given.items()})


def test_everything_but_the_password_has_a_default() -> None:
    here = Path.cwd()
    assert settings() == Settings(
        config_dir=CONFIG,
        state_dir=Path("var/state"),
        database_url=f"sqlite:///{here}/var/state/vorzimmer.db",
        ari_url="http://127.0.0.1:8088/ari",
        ari_user="vorzimmer",
        ari_password="a-secret",
        sounds_dir=here / "var/sounds",
        sounds_uri=f"{here}/var/sounds",
        generated_dir=Path("var/generated"),
        cel_file=None,
        http_host="127.0.0.1",
        http_port=8080,
    )


@pytest.mark.parametrize(
    ("variable", "value", "field", "read"),
    [
        ("STATE_DIR", "/srv/state", "state_dir", Path("/srv/state")),
        ("DATABASE_URL", "postgresql://db/x", "database_url", "postgresql://db/x"),
        ("ARI_URL", "https://pbx:8089/ari", "ari_url", "https://pbx:8089/ari"),
        ("ARI_USER", "router", "ari_user", "router"),
        ("ARI_PASSWORD", "another", "ari_password", "another"),
        ("SOUNDS_DIR", "/srv/sounds", "sounds_dir", Path("/srv/sounds")),
        ("SOUNDS_URI", "/asterisk/sounds", "sounds_uri", "/asterisk/sounds"),
        ("GENERATED_DIR", "/srv/generated", "generated_dir", Path("/srv/generated")),
        ("CEL_FILE", "/srv/cel.csv", "cel_file", Path("/srv/cel.csv")),
        ("HTTP", "0.0.0.0:80", "http_host", "0.0.0.0"),
        ("HTTP", "localhost:0", "http_port", 0),
        ("HTTP", "[::1]:8080", "http_host", "::1"),
    ],
)
def test_each_variable_is_followed(variable: str, value: str, field: str, read: object) -> None:
    assert getattr(settings(**{variable: value}), field) == read


def test_asterisk_sees_the_sounds_where_they_are_written_unless_told_otherwise() -> None:
    assert settings(SOUNDS_DIR="/srv/sounds").sounds_uri == "/srv/sounds"


def test_the_database_follows_the_state_folder() -> None:
    assert settings(STATE_DIR="/srv").database_url == "sqlite:////srv/vorzimmer.db"
    assert database_url({"VORZIMMER_STATE_DIR": "/srv"}) == "sqlite:////srv/vorzimmer.db"


def test_a_variable_that_is_set_to_nothing_is_not_set() -> None:
    blank = dict.fromkeys(VARIABLES, "") | ONLY_NEEDED
    assert Settings.read(CONFIG, blank) == settings()


@pytest.mark.parametrize("environ", [{}, {"VORZIMMER_ARI_PASSWORD": ""}])
def test_a_missing_password_is_named(environ: Mapping[str, str]) -> None:
    with pytest.raises(SetUpFailed, match="VORZIMMER_ARI_PASSWORD is not set: give the password"):
        Settings.read(CONFIG, environ)


@pytest.mark.parametrize(
    "address", ["8080", ":8080", "host:", "host:http", "host:65536", "host:²", "host:-1", "host:1 "]
)
def test_an_address_without_host_or_port_is_named(address: str) -> None:
    with pytest.raises(SetUpFailed, match=r"VORZIMMER_HTTP is .* give an address and a port"):
        settings(HTTP=address)


def test_the_password_is_not_shown() -> None:
    assert "a-secret" not in repr(settings())


class Remembering(dict[str, str]):
    """Which variables were asked for."""

    def __init__(self) -> None:
        super().__init__(ONLY_NEEDED)
        self.asked: set[str] = set()

    def get(self, name: str, default: object = None) -> str | None:  # type: ignore[override]
        self.asked.add(name)
        return super().get(name)


def test_every_variable_is_listed_for_users() -> None:
    environ = Remembering()
    Settings.read(CONFIG, environ)
    assert environ.asked == set(VARIABLES)
