"""What must be complete: each folder is registered, tested, listed; the README is up to date; FastAPI stays out."""

import subprocess
import sys
from pathlib import Path

from myapp import blueprints
from tests.parity import readme

HERE = Path(__file__).resolve().parent
FOLDERS = {path.parent.name for path in Path(blueprints.__file__).parent.glob("*/fastapi_original.py")}


def test_every_folder_has_both_sides() -> None:
    """A folder under blueprints holds an original and the Flask side, and nothing else is a folder there."""
    root = Path(blueprints.__file__).parent
    folders = {path.name for path in root.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == FOLDERS == {path.parent.name for path in root.glob("*/routes.py")}
    assert set(blueprints.FOLDERS) == FOLDERS


def test_every_folder_is_registered(flask_seat) -> None:
    """The application registers one blueprint a folder, under the folder's name with dashes as its URL."""
    registered = flask_seat.side.app.blueprints
    top = {name for name in registered if "." not in name and registered[name].url_prefix is not None}
    assert {name for name in top if name in FOLDERS or registered[name].import_name.endswith(".routes")} == FOLDERS
    for folder in FOLDERS:
        assert registered[folder].url_prefix == "/" + folder.replace("_", "-")


def test_every_folder_is_in_the_twin(fastapi_seat) -> None:
    """The twin serves something below every folder's URL and nothing beside them."""
    prefixes = {path.split("/")[1] for path in fastapi_seat.side.document["paths"]}
    assert prefixes == {folder.replace("_", "-") for folder in FOLDERS}


def test_every_folder_has_a_parity_test() -> None:
    """One test file a folder; the suite's other files are known by name."""
    general = {"differences", "document", "found", "generated", "harness", "live", "methods", "schemathesis", "sets"}
    general |= {"body_config", "body_models", "extra_data_types_feeds", "extra_data_types_own"}
    general |= {"response_model_serializers", "security_accounts", "security_limits", "security_openid"}
    general |= {"sql_databases_etags", "sql_databases_lists"}
    files = {path.stem.removeprefix("test_") for path in HERE.glob("test_*.py")}
    assert files - general == FOLDERS


def test_readme_is_up_to_date() -> None:
    """The README's tables say what the code says; when they do not, one command renews them."""
    text = readme.README.read_text()
    assert readme.renewed(text) == text, f"the README's tables are out of date; renew them with: {readme.COMMAND}"


def test_fastapi_stays_out() -> None:
    """`create_app()` imports neither FastAPI nor what comes with it."""
    script = """
import sys, tempfile
from pathlib import Path
from myapp import create_app
from myapp.settings import Environment, Settings
create_app(Settings(env=Environment.TESTING, data_dir=Path(tempfile.mkdtemp())))
print(sorted({name.partition(".")[0] for name in sys.modules} & {"fastapi", "starlette", "pydantic", "uvicorn",
"anyio"}))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=HERE.parents[1], capture_output=True, text=True, timeout=60
    )
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr
