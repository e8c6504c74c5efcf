"""Settings as a dependency: from the environment, overridden in a test, and no more than is meant to be shown."""

import pytest

from myapp.settings import Settings, SettingsError

ROOT = "/settings"


def class_of(side):
    """This side's class of settings, read without a `.env` file."""
    if side.name == "fastapi":
        return lambda: side.module("settings").Settings(_env_file=None)
    return lambda: Settings.load(env_file=None)


def test_defaults(side):
    """Without anything in the environment both sides say the same."""
    answer = side.get(f"{ROOT}/info")
    assert answer.json() == {"site_name": "FastAPI's built-ins in Flask", "compress_minimum_size": None}


def test_override(side):
    """A test puts other settings in place of the application's, for views and for dependencies."""
    module = side.module("settings")
    made = getattr(module, "Settings", Settings)
    side.overrides[module.get_settings] = lambda: made(site_name="Test", compress_minimum_size=9)
    assert side.get(f"{ROOT}/info").json() == {"site_name": "Test", "compress_minimum_size": 9}
    assert side.get(f"{ROOT}/greeting", params={"name": "Ann"}).json() == {"greeting": "Test greets Ann"}


def test_nothing_secret(side):
    """The secret key is in the settings and in no answer."""
    module = side.module("settings")
    made = getattr(module, "Settings", Settings)
    side.overrides[module.get_settings] = lambda: made(secret_key="very secret")
    assert "secret" not in side.get(f"{ROOT}/info").text


def test_environment(side, monkeypatch):
    """Read, converted; an empty variable counts as unset."""
    monkeypatch.setenv("MYAPP_SITE_NAME", "Posts")
    monkeypatch.setenv("MYAPP_COMPRESS_MINIMUM_SIZE", "700")
    settings = class_of(side)()
    assert (settings.site_name, settings.compress_minimum_size) == ("Posts", 700)
    monkeypatch.setenv("MYAPP_COMPRESS_MINIMUM_SIZE", "")
    assert class_of(side)().compress_minimum_size is None


@pytest.mark.parametrize("name", ["myapp_site_name", "MyApp_Site_Name", "MYAPP_SITE_NAME"])
def test_names_in_either_case(side, monkeypatch, tmp_path, name):
    """In the environment and in the file, where an empty variable above leaves the file's."""
    monkeypatch.setenv(name, "Posts")
    assert class_of(side)().site_name == "Posts"
    monkeypatch.setenv(name, "")
    (tmp_path / ".env").write_text(f"{name.swapcase()}=From the file\n")
    monkeypatch.chdir(tmp_path)
    if side.name == "fastapi":
        settings = side.module("settings").Settings()
    else:
        settings = Settings.load(env_file=tmp_path / ".env")
    assert settings.site_name == "From the file"


@pytest.mark.parametrize("text", ["many", "-1", "1.5"])
def test_unusable_environment(side, monkeypatch, text):
    """A wrong value is refused by name, in whichever case the name was given."""
    monkeypatch.setenv("myapp_compress_minimum_size", text)
    with pytest.raises((ValueError, SettingsError), match=r"(?i)compress_minimum_size"):
        class_of(side)()


def test_env_file(side, monkeypatch, tmp_path):
    """The file is read, and the environment wins over it."""
    (tmp_path / ".env").write_text("MYAPP_SITE_NAME=From the file\nMYAPP_COMPRESS_MINIMUM_SIZE=5\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MYAPP_COMPRESS_MINIMUM_SIZE", "6")
    if side.name == "fastapi":
        settings = side.module("settings").Settings()
    else:
        settings = Settings.load(env_file=tmp_path / ".env")
    assert (settings.site_name, settings.compress_minimum_size) == ("From the file", 6)


def test_two_applications_have_their_own(make_app, settings):
    """Flask's side keeps them in the application, where FastAPI's cached function is the process's."""
    from dataclasses import replace

    apps = [make_app(replace(settings, site_name=name)) for name in ("One", "Two")]
    names = [app.test_client().get(f"{ROOT}/info").json["site_name"] for app in apps]
    assert names == ["One", "Two"]
    assert isinstance(apps[0].extensions["settings"], Settings)
