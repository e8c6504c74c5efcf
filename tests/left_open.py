"""A file that FastAPI's side leaves open, so that the warning of one that is ours is still an error.

Starlette forgets the file of a part whose end did not come, because the body was cut short, and leaves it to the
garbage collector. Importing this lets that one go in silence; `test_every_file_is_closed` watches over ours.
"""

from tempfile import SpooledTemporaryFile

import starlette.formparsers


class Forgotten(SpooledTemporaryFile):
    """Closes itself without a warning."""

    def __del__(self) -> None:
        self.close()


starlette.formparsers.SpooledTemporaryFile = Forgotten  # type: ignore[misc]
