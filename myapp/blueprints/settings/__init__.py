"""FastAPI's settings dependency is a dependency that hands over the application's typed `Settings`.

## What FastAPI gives

Its documentation recommends pydantic-settings: a class whose annotated attributes are read from the environment or a
`.env` file, converted and checked. A function `get_settings` with `@lru_cache` is the dependency that views take and
tests override.

## What matches it here

| FastAPI, with pydantic-settings | Flask |
|---|---|
| `class Settings(BaseSettings)`: typed, with defaults | the dataclass `Settings` in `myapp/settings.py` |
| `SettingsConfigDict(env_prefix="MYAPP_", env_file=".env")` | `Settings.load()`, with python-dotenv |
| a `ValidationError` at the first `get_settings()` | a `SettingsError` from `create_app()`, with every fault |
| `@lru_cache` on `get_settings`: one object a process | one object an application, in `app.extensions` |
| `app.dependency_overrides[get_settings] = fake` | `api.dependency_overrides[get_settings] = fake` |
| the test clears the cache, or overrides | `create_app(Settings(...))`, or an override |

The application is made from its settings, so that they are there before the first request, and wrong ones end the
process that was to use them. Two applications in one process can have different ones; a cached function can't do that.

What belongs to Flask and its extensions is handed to them once, in `create_app()`; `app.config` is for them to read,
and is untyped. Views ask for `SettingsDep`.

## What differs

Nothing that a client sees. pydantic-settings reads lists as JSON; here they are separated by commas, as in most
environments. Both take a name in either case.

## When not to use it

A secret has no place in an answer: the views below name each value that they show. What changes while the application
runs is a row in the database.
"""
