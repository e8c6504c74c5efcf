"""The OpenAPI document of an application, and the pages that show it."""

from .document import get_openapi

__all__ = ["get_openapi"]
