"""myapp.settings: the environment becomes typed settings, or one message with every fault."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from myapp.settings import DEVELOPMENT_SECRET, Environment, Settings, SettingsError

SECRET = "s" * 32
README = Path(__file__).parent.parent / "README.md"


def load(env_file: Path | None = None, **environ: str) -> Settings:
    """Settings of this environment and nothing else."""
    return Settings.load({f"MYAPP_{name}": value for name, value in environ.items()}, env_file)


def faults(**environ: str) -> list[str]:
    """What is wrong with this environment."""
    with pytest.raises(SettingsError) as caught:
        load(**environ)
    return caught.value.faults


def test_everything_has_a_default() -> None:
    """An empty environment gives development on SQLite."""
    settings = load()
    assert settings.env is Environment.DEVELOPMENT
    assert settings.database_url == f"sqlite:///{settings.data_dir / 'myapp.sqlite3'}"
    assert settings.secret_key == DEVELOPMENT_SECRET


def test_the_environment_is_typed() -> None:
    """Texts become what the attributes say."""
    settings = load(
        ENV="testing",
        DEBUG="yes",
        DATA_DIR="/srv/app",
        DATABASE_POOL_SIZE="7",
        ALLOWED_ORIGINS="https://a.example, https://b.example",
        TRUSTED_PROXIES="10.0.0.0/8,::1",
        LOG_LEVEL="debug",
    )
    assert settings.env is Environment.TESTING
    assert settings.debug is True
    assert settings.data_dir == Path("/srv/app")
    assert settings.database_url == "sqlite:////srv/app/myapp.sqlite3"
    assert settings.database_pool_size == 7
    assert settings.allowed_origins == ("https://a.example", "https://b.example")
    assert settings.trusted_proxies == ("10.0.0.0/8", "::1")
    assert settings.log_level == "DEBUG"


def test_an_empty_variable_counts_as_unset() -> None:
    """A template's `MYAPP_DATABASE_URL=` leaves the default."""
    assert load(DATABASE_URL="").database_url.startswith("sqlite:///")


def test_a_file_lies_below_the_environment(tmp_path: Path) -> None:
    """`.env` is read, and the real environment wins."""
    env_file = tmp_path / ".env"
    env_file.write_text("MYAPP_SECRET_KEY=from the file\nMYAPP_LOG_LEVEL=ERROR\n")
    settings = load(env_file, LOG_LEVEL="DEBUG")
    assert settings.secret_key == "from the file"
    assert settings.log_level == "DEBUG"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_reached_by_psycopg_3(scheme: str) -> None:
    """The URLs that hosting providers hand out mean the driver that is installed; the password survives."""
    assert load(DATABASE_URL=f"{scheme}://u:p%40w@h/d").database_url == "postgresql+psycopg://u:p%40w@h/d"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENV", "staging"),
        ("DEBUG", "perhaps"),
        ("DATABASE_URL", "mysql://host/name"),
        ("DATABASE_URL", "not a url"),
        ("DATABASE_POOL_SIZE", "0"),
        ("DATABASE_POOL_SIZE", "many"),
        ("BROKER_URL", "http://host"),
        ("RESULT_BACKEND", "amqp://host"),
        ("REDIS_URL", "host:6379"),
        ("ALLOWED_ORIGINS", "example.com"),
        ("ALLOWED_ORIGINS", "https://example.com/path"),
        ("TRUSTED_PROXIES", "proxy.example"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_what_cannot_be_used_is_refused(name: str, value: str) -> None:
    """Each fault names its variable."""
    (fault,) = faults(**{name: value})
    assert fault.startswith(f"MYAPP_{name}")


def test_all_faults_come_in_one_message() -> None:
    """A deployment is mended in one round."""
    with pytest.raises(SettingsError, match=r"(?s)MYAPP_DEBUG.*MYAPP_REDIS_URL.*MYAPP_SECRET_KEY") as caught:
        load(ENV="production", DEBUG="maybe", REDIS_URL="nowhere")
    assert len(caught.value.faults) == 3


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "MYAPP_SECRET_KEY must be set"),
        ({"SECRET_KEY": DEVELOPMENT_SECRET}, "MYAPP_SECRET_KEY must be set"),
        ({"SECRET_KEY": "short"}, "at least 32 characters"),
        ({"SECRET_KEY": SECRET, "DEBUG": "1"}, "MYAPP_DEBUG must be off"),
        ({"SECRET_KEY": SECRET, "ALLOWED_ORIGINS": "*"}, "is unsafe in production"),
        ({"SECRET_KEY": SECRET, "TRUSTED_PROXIES": "127.0.0.1,*"}, "MYAPP_TRUSTED_PROXIES must name"),
        ({"SECRET_KEY": SECRET, "TRUSTED_PROXIES": "0.0.0.0/0"}, "MYAPP_TRUSTED_PROXIES must name"),
        ({"SECRET_KEY": SECRET, "TRUSTED_PROXIES": "::/0"}, "MYAPP_TRUSTED_PROXIES must name"),
        ({"SECRET_KEY": SECRET, "ALLOWED_ORIGINS": "http://example.com"}, "is unsafe in production"),
    ],
)
def test_production_refuses_what_is_unsafe(environ: dict[str, str], expected: str) -> None:
    """Default and short secrets, the debugger, and origins that anyone can be."""
    (fault,) = faults(ENV="production", **environ)
    assert expected in fault


def test_production_with_safe_values() -> None:
    """The same variables, filled as they should be, are accepted."""
    assert load(ENV="production", SECRET_KEY=SECRET, ALLOWED_ORIGINS="https://example.com").production


def test_secrets_stay_out_of_the_representation() -> None:
    """A log line that shows the settings shows no passwords."""
    shown = repr(load(SECRET_KEY=SECRET, DATABASE_URL="postgresql://u:hidden@h/d", REDIS_URL="redis://:hidden@h/0"))
    assert SECRET not in shown
    assert "hidden" not in shown


def test_the_readme_lists_every_variable() -> None:
    """The README's table and the class are the same set."""
    documented = set(re.findall(r"^\| `(MYAPP_[A-Z_]+)`", README.read_text(), re.MULTILINE))
    assert {name for name in documented if not name.startswith("MYAPP_TEST_")} == {
        f"MYAPP_{setting.name.upper()}" for setting in fields(Settings)
    }
