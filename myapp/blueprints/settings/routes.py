"""Settings: typed values from the environment, as a dependency."""

from dataclasses import dataclass
from typing import Annotated

from flask import Blueprint

from myapp.dependencies import SettingsDep
from myapp.dependencies import get_settings as get_settings
from myapp.kit import Depends, operation, router_options

bp = Blueprint("settings", __name__, url_prefix="/settings")
router_options(bp, tags=["settings"])


@dataclass
class Info:
    site_name: str
    compress_minimum_size: int | None


@bp.get("/info")
@operation()
def read_info(settings: SettingsDep) -> Info:
    """Show the settings that are nobody's secret."""
    return Info(site_name=settings.site_name, compress_minimum_size=settings.compress_minimum_size)


def greeting(settings: SettingsDep, name: str) -> str:
    return f"{settings.site_name} greets {name}"


@bp.get("/greeting")
@operation()
def read_greeting(text: Annotated[str, Depends(greeting)]) -> dict[str, str]:
    """Use a setting in a dependency of the view's."""
    return {"greeting": text}
