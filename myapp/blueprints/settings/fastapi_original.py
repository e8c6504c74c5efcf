"""Settings: typed values from the environment, as a dependency."""

from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

router = APIRouter(prefix="/settings", tags=["settings"])


class Settings(BaseSettings):
    site_name: str = "FastAPI's built-ins in Flask"
    compress_minimum_size: int | None = Field(default=None, ge=0)
    secret_key: str = "a development secret that everyone can read"

    model_config = SettingsConfigDict(env_prefix="MYAPP_", env_file=".env", env_ignore_empty=True, extra="ignore")


@lru_cache
def get_settings() -> Settings:
    return Settings()


SettingsDep = Annotated[Settings, Depends(get_settings)]


class Info(BaseModel):
    site_name: str
    compress_minimum_size: int | None


@router.get("/info")
def read_info(settings: SettingsDep) -> Info:
    """Show the settings that are nobody's secret."""
    return Info(site_name=settings.site_name, compress_minimum_size=settings.compress_minimum_size)


def greeting(settings: SettingsDep, name: str) -> str:
    return f"{settings.site_name} greets {name}"


@router.get("/greeting")
def read_greeting(text: Annotated[str, Depends(greeting)]) -> dict[str, str]:
    """Use a setting in a dependency of the view's."""
    return {"greeting": text}
