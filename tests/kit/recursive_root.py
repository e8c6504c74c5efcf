"""A RootModel of pydantic's that contains itself: its name must be one of a module."""

from pydantic import RootModel


class Node(RootModel["list[Node] | int"]):
    """A value that contains itself."""
