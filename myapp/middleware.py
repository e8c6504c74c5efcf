"""What wraps every request of the application, as the settings say; nothing by default.

Pairs https://fastapi.tiangolo.com/advanced/middleware/ with the kit's middleware. A proxy in front may do the same.
"""

from __future__ import annotations

from flask import Flask

from .blueprints.middleware import routes as folder
from .kit.cors import CORSMiddleware
from .kit.gzip import GZipMiddleware
from .kit.middleware import TrustedHostMiddleware, add_middleware
from .settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Wrap the application; the last middleware is outermost. To be called before what corrects the host."""
    folder.init_app(app)
    if settings.compress_minimum_size is not None:
        add_middleware(app, GZipMiddleware, minimum_size=settings.compress_minimum_size)
    if settings.allowed_origins:
        add_middleware(
            app,
            CORSMiddleware,
            allow_origins=settings.allowed_origins,
            allow_methods=["*"],
            allow_headers=["*"],
            # Not with "any site": each one could then act as whoever is logged in here.
            allow_credentials="*" not in settings.allowed_origins,
            expose_headers=["ETag", "Link", "X-Request-ID", "X-Total-Count"],
        )
    if settings.allowed_hosts:
        # Outermost: no other work is done for a host that is not ours, and no page of another site is told why.
        add_middleware(app, TrustedHostMiddleware, allowed_hosts=settings.allowed_hosts)
