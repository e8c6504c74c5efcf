"""How the Schema of a dataclass reads its input: by a plan made once, into an instance, reporting as pydantic does.

Pairs https://fastapi.tiangolo.com/tutorial/body/ with marshmallow's `Schema._do_load`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar, Final, cast

import marshmallow.fields as ma
from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, missing
from marshmallow.exceptions import SCHEMA

from ..errors import Fault, faulted
from ..fields.containers import LISTS
from ..fields.json_text import WITHIN_JSON
from ..fields.nested import dump_key, load_key
from ..fields.wrapped import Writing
from .attributes import READING_ATTRIBUTES, Step, is_object
from .calling import around, called, wants_info
from .config import ModelConfig
from .paths import Path, found, note
from .setfields import keep_extra, remember

_EXTRA_FAULTS: Final = {True: "extra_forbidden", False: "unexpected_keyword_argument"}


class ModelSchema(Schema):
    """The base of the Schemas made by `schema_for`; loads into instances of `model` and reports as pydantic does.

    `config` is the class's `model_config`; `before`, `around` and `after` its validators of the whole, `writing` its
    serializer, `functions` what `myapp.kit.serialize` has made of it. With `partial`, where an instance could not be
    made, load returns a dict.
    """

    model: ClassVar[type[Any]]
    config: ClassVar[ModelConfig]
    component: ClassVar[str]
    own_defaults: ClassVar[frozenset[str]] = frozenset()
    optional: ClassVar[frozenset[str]] = frozenset()
    before: ClassVar[Sequence[Callable[..., Any]]] = ()
    around: ClassVar[Sequence[Callable[..., Any]]] = ()
    after: ClassVar[Sequence[Callable[..., Any]]] = ()
    writing: ClassVar[Writing | None] = None
    functions: ClassVar[dict[Any, Callable[[Any], Any]]]

    class Meta(Schema.Meta):
        """Unknown fields are ignored, as FastAPI ignores them."""

        unknown = cast(Any, EXCLUDE)
        register = False

    def _init_fields(self) -> None:
        super()._init_fields()
        self._plan = [
            Step.of(name, field, self.config, has_own_default=name in self.own_defaults)
            for name, field in self.load_fields.items()
        ]
        self.informed = any(map(wants_info, self.load_fields.values()))
        self._keyed = [(step.name, step.key, step.convert, step.required, step.has_own_default) for step in self._plan]
        self._keys = frozenset(step.key for step in self._plan)
        simple = all(not step.paths and step.loc == (step.key,) and step.default is missing for step in self._plan)
        self._anywhere = self.informed or not simple

    @property
    def kind(self) -> type[Any]:
        """The class of what `load` returns."""
        return self.model

    @property
    def elaborate(self) -> bool:
        """Whether more is needed to read an attribute than its name or alias."""
        return self.informed or any(
            step.key is None or any(path != (step.name,) for path in step.paths) for step in self._plan
        )

    def _do_load(
        self,
        data: Any,
        *,
        many: bool | None = None,
        partial: Any = None,
        unknown: Any = None,
        postprocess: bool = True,
    ) -> Any:
        many = self.many if many is None else many
        partial = self.partial if partial is None else partial
        unknown = self.unknown if unknown is None else unknown
        try:
            if not many:
                return self._load_one(data, partial, unknown, postprocess)
            return self._load_many(data, partial, unknown, postprocess)
        except ValidationError as error:
            error.data = data
            self.handle_error(error, data, many=many, partial=partial)
            raise

    def _load_many(self, data: Any, partial: Any, unknown: Any, postprocess: bool) -> list[Any]:
        if not isinstance(data, LISTS):
            raise ValidationError({SCHEMA: [Fault.of("list_type", data)]})
        loaded, errors = [], {}
        for index, item in enumerate(data):
            try:
                loaded.append(self._load_one(item, partial, unknown, postprocess))
            except ValidationError as error:
                errors[index] = error.messages
        if errors:
            raise ValidationError(errors, valid_data=loaded)
        return loaded

    def _load_one(self, data: Any, partial: Any, unknown: Any, postprocess: bool) -> Any:
        if not (self.before or self.around or self.after):
            return self.load_object(data, partial, unknown, postprocess)
        return self.validated(data, lambda inner: self.load_object(inner, partial, unknown, postprocess))

    def validated(self, data: Any, load: Callable[[Any], Any]) -> Any:
        """What `load` makes of the input, with the validators of the whole before, around and after it."""
        for function in self.around:
            load = around(function, load)
        raw = data
        for function in self.before:
            data = called(function, raw, data)
        result = load(data)
        for function in self.after:
            result = called(function, raw, result)
        return result

    def load_object(self, data: Any, partial: Any, unknown: Any, postprocess: bool) -> Any:
        if not isinstance(data, Mapping):
            return self.taken(data)
        values: dict[str, Any] = {}
        errors: dict[Any, Any] = {}
        given: list[str] = []
        read = self._read_anywhere if self._anywhere else self._read
        used = read(data, partial, values, errors, given)
        extra = {}
        if unknown != EXCLUDE:
            extra = {key: value for key, value in data.items() if key not in used}
            if extra and unknown == RAISE:
                for key, value in extra.items():
                    # a key that marshmallow reserves must not pass for its own
                    fault = Fault.of(_EXTRA_FAULTS[self.config.from_attributes], value)
                    errors[key] = [fault.at((key,), value) if key == SCHEMA else fault]
        if errors:
            raise ValidationError(errors, valid_data=values)
        if not postprocess or partial:
            return {**values, **extra}
        return self.made(data, values, extra, given)

    def _read(
        self, data: Mapping[Any, Any], partial: Any, values: dict[str, Any], errors: dict[Any, Any], given: list[str]
    ) -> Collection[Any]:
        """Convert the attributes, each from its one key, noting what is wrong and which were given; return the keys."""
        options: dict[str, Any] = {} if partial is None else {"partial": partial}
        for name, key, convert, required, has_own_default in self._keyed:
            raw = data.get(key, missing)
            if raw is missing:
                if partial is True or (partial and name in partial):
                    continue
                if required:
                    errors[key] = [Fault.of("missing", data)]
                elif not has_own_default:
                    values[name] = convert(missing)
                continue
            given.append(name)
            try:
                values[name] = convert(raw, key, data, **options)
            except ValidationError as error:
                errors[key] = error.messages
        return self._keys

    def _read_anywhere(
        self, data: Mapping[Any, Any], partial: Any, values: dict[str, Any], errors: dict[Any, Any], given: list[str]
    ) -> Collection[Any]:
        """As `_read`, where an attribute has several names or paths, a validated default, or a validator that asks."""
        used: set[Any] = set()
        options: dict[str, Any] = {} if partial is None else {"partial": partial}
        for name, key, paths, loc, convert, required, has_own_default, default, from_data in self._plan:
            raw = missing if key is None else data.get(key, missing)
            at: Path | None = None
            if self.informed:
                options["validated"] = name, values
            if raw is missing:
                for at in paths:
                    raw = found(data, at)
                    if raw is not missing:
                        break
            if raw is missing:
                if partial is True or (partial and name in partial):
                    continue
                if required:
                    note(errors, data, loc, [Fault.of("missing", data)])
                    continue
                if from_data and errors:
                    note(errors, data, loc, [Fault.of("default_factory_not_called", None)])
                    continue
                if default is missing:
                    if not has_own_default or (self.informed and name not in self.optional):
                        values[name] = convert(missing, **options)
                    continue
                raw = default(values) if from_data else default() if callable(default) else default
                at = loc
            else:
                given.append(name)
            used.add(key if at is None else at[0])
            try:
                values[name] = convert(raw, key, data, **options)
            except ValidationError as error:
                if at is None and self.config.loc_by_alias:
                    errors[key] = error.messages
                else:
                    note(errors, data, loc if at is None or not self.config.loc_by_alias else at, error.messages, raw)
        return used

    def given_in(self, data: Mapping[Any, Any]) -> dict[str, Any]:
        """What the input has for each attribute, from the first place of those where it is looked for."""
        given: dict[str, Any] = {}
        for step in self._plan:
            places = step.paths if step.key is None else ((step.key,), *step.paths)
            raw = next((raw for place in places if (raw := found(data, place)) is not missing), missing)
            if raw is not missing:
                given[step.name] = raw
        return given

    def sources(self, name: str, field: ma.Field[Any]) -> list[str]:
        """The keys under which a dict, or the attributes under which an object, has a value, the first first."""
        key = load_key(name, field) if self.config.validate_by_alias else name
        return [key, name] if self.config.by_name and key != name else [key]

    def attributes_of(self, data: Any) -> dict[str, Any]:
        """What an object of another class has of the attributes that are read, under all their names."""
        keys = (step.key for step in self._plan if step.key is not None)
        names = dict.fromkeys([*keys, *(str(path[0]) for step in self._plan for path in step.paths)])
        return {name: getattr(data, name) for name in names if hasattr(data, name)}

    def taken(self, data: Any) -> Any:
        """What is no dictionary: an instance as it is; another object's attributes, where they are read.

        Raises ValidationError for anything else.
        """
        if isinstance(data, self.model):
            return data
        if READING_ATTRIBUTES.get() and is_object(data):
            return self.load_object(self.attributes_of(data), None, self.unknown, True)
        if WITHIN_JSON.get():
            raise ValidationError({SCHEMA: [Fault.of("model_type", data, class_name=type(self).__name__)]})
        if self.config.from_attributes:
            raise ValidationError({SCHEMA: [Fault.of("model_attributes_type", data)]})
        raise ValidationError({SCHEMA: [Fault.of("dataclass_type", data, class_name=type(self).__name__)]})

    def made(self, data: Any, values: dict[str, Any], extra: dict[str, Any], given: list[str]) -> Any:
        """An instance of the model; what its `__post_init__` raises is about the whole object."""
        try:
            instance = self.model(**values)
        except (ValueError, AssertionError) as error:
            raise ValidationError({SCHEMA: faulted(error, data).messages}) from error
        if extra:
            keep_extra(instance, extra)
        remember(instance, frozenset([*given, *extra]))
        return instance

    def _serialize(self, obj: Any, *, many: bool = False) -> Any:
        if many and obj is not None:
            return [self._serialize(each) for each in obj]
        if isinstance(obj, self.kind):
            from ..serialize.dumping import json_of_schema  # built on models

            return json_of_schema(self, obj)
        result = {}
        for name, field in self.dump_fields.items():
            if (info := field.metadata.get("info")) is not None and info.exclude:
                continue
            value = field.serialize(name, obj, accessor=self.get_attribute)
            if value is not missing:
                result[dump_key(name, field)] = value
        return result


class DictSchema(ModelSchema):
    """The base of the Schemas of TypedDict classes; loads into dictionaries."""

    kind = dict

    def taken(self, data: Any) -> Any:
        """Raises ValidationError: nothing but a dictionary is one."""
        raise ValidationError({SCHEMA: [Fault.of("dict_type", data)]})

    def made(self, data: Any, values: dict[str, Any], extra: dict[str, Any], given: list[str]) -> Any:
        """The values themselves."""
        return {**values, **extra}
