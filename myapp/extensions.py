"""The extension objects, bound to no application: `create_app()` calls `init_app` on each.

They hold no state of an application (that lives in `app.extensions`), so several applications in one process are
independent of each other.
"""

from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

from .kit import Api
from .models import Base

api = Api(
    title="FastAPI's built-ins in Flask",
    summary="What FastAPI has built in, matched in Flask: the same requests, the same answers.",
    version="0.1.0",
)
db = SQLAlchemy(model_class=Base)
migrate = Migrate()
