"""Lists from a database: filters and an order declared by a dataclass, and pages of a `select`. Needs SQLAlchemy."""

from .filters import Filter, sortable
from .pages import CursorParams, paginate

__all__ = ["CursorParams", "Filter", "paginate", "sortable"]
