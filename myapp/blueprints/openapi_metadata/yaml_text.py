"""YAML from strangers, for both sides: scalars as text, which whoever knows the type converts, and no aliases."""

from typing import Any

import yaml


class _Loader(yaml.BaseLoader):  # type: ignore[misc]
    def compose_node(self, parent: Any, index: Any) -> Any:
        """The next node. Aliases are refused: a few lines of them stand for millions of values, or for endless ones."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not taken")
        return super().compose_node(parent, index)


def read_yaml(text: bytes) -> Any:
    """The one document in the text: dicts, lists and str; None for an empty one. Raises YAMLError."""
    try:
        return _Loader(text).get_single_data()
    except RecursionError as error:
        raise yaml.YAMLError("nested too deeply") from error
