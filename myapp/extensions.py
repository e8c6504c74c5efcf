"""The extension objects, bound to no application: `create_app()` calls `init_app` on each.

They hold no state of an application (that lives in `app.extensions`), so several applications in one process are
independent of each other.
"""

from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

from .about import INFO
from .accounts.openid import SWAGGER_UI_INIT_OAUTH
from .blueprints import is_api, openapi_tags
from .blueprints.callbacks_webhooks.routes_webhooks import webhooks
from .kit import Api
from .lifespan import lifespan
from .models import Base

api = Api(
    **INFO,
    openapi_tags=openapi_tags(),
    is_api=is_api,
    lifespan=lifespan,
    webhooks=webhooks,
    swagger_ui_init_oauth=SWAGGER_UI_INIT_OAUTH,
)
db = SQLAlchemy(model_class=Base)
migrate = Migrate()
