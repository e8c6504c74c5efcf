"""Bytes in JSON as base64: what `val_json_bytes` and `ser_json_bytes` change, compared with FastAPI."""

import itertools
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import pydantic
import pytest
from marshmallow import ValidationError

from myapp.kit import ModelConfig
from myapp.kit.fields import Bytes
from myapp.kit.models import schema_for
from tests.kit.both import agree

TEXTS = (
    *("aGVsbG8=", "aGVsbG8", "aGVsbG8==", "aGVs bG8=", "aGVsbG8=\n", "", "=", "a", "ab", "abcde", "aGVsbG9=", "é"),
    *("-_-_", "+/+/", "+/-_", "-_+/", "-!c+", "a\u0000", "_w==", "/w"),
)
VALUES = (*TEXTS, 5, None, [])


def test_models() -> None:
    """Base64 in, bytes in the code, base64 out: in lists and unions, as a default, in a model within another."""

    def build(lib: Any) -> None:
        @lib.model
        class Both:
            model_config: ClassVar = lib.ModelConfig(val_json_bytes="base64", ser_json_bytes="base64")
            data: bytes
            short: Annotated[bytes, lib.Field(max_length=2)] = b"\xff\xfe"
            many: list[bytes] = lib.Field(default=[])
            some: dict[str, bytes] | None = None
            either: int | bytes = 1

        @lib.model
        class OnlyIn:
            model_config: ClassVar = lib.ModelConfig(val_json_bytes="base64")
            data: bytes

        @lib.model
        class OnlyOut:
            model_config: ClassVar = lib.ModelConfig(ser_json_bytes="base64")
            data: bytes

        @lib.model
        class Outer:
            plain: bytes
            inner: Both | None = None

        @lib.post("/both/")
        def both(a: Both) -> Both:
            lib.note([a.data, a.short, a.many, a.some, a.either])
            return a

        @lib.post("/in/")
        def only_in(a: OnlyIn) -> OnlyOut:
            return OnlyOut(data=a.data)

        @lib.post("/out/")
        def only_out(a: OnlyOut) -> OnlyOut:
            return a

        @lib.post("/outer/")
        def outer(a: Outer) -> Outer:
            return a

        @lib.post("/plain/")
        def plain(a: Outer) -> Any:
            return {"a": a, "b": [a.inner]}

        @lib.post("/dict/", response_model=Both)
        def a_dict(a: Both) -> Any:
            return {"data": a.data, "either": a.either, "many": ["aGVs"]}

        @lib.post("/form/")
        def form(a: Annotated[OnlyIn, lib.Form()]) -> OnlyOut:
            return OnlyOut(data=a.data)

    def json(path: str, *bodies: Any) -> list[Any]:
        return [(f"POST {path}", {"json": body}) for body in bodies]

    whole = {"data": "_w==", "short": "aGU=", "many": ["aGVs", "/w"], "some": {"a": "aGVs"}, "either": "aGVs"}
    agree(
        build,
        *json("/both/", *({"data": text} for text in VALUES), whole, {"data": "", "short": "aGVs"}),
        *json("/both/", *({"data": "", "many": [text], "either": text, "some": {"k": text}} for text in VALUES)),
        *json("/in/", *({"data": text} for text in VALUES)),
        *json("/out/", {"data": "aGVs"}, {"data": "é"}),
        *json("/outer/", {"plain": "aGVs", "inner": {"data": "aGVs"}}, {"plain": "aGVs", "inner": {"data": "!"}}),
        *json("/plain/", {"plain": "aGVs", "inner": whole}),
        *json("/dict/", {"data": "_w=="}),
        *(("POST /form/", {"data": {"data": text}}) for text in TEXTS),
    )


def test_every_short_text() -> None:
    """What is not base64 is refused in pydantic's words, whatever is wrong with it first."""

    class Model(pydantic.BaseModel):
        model_config = {"val_json_bytes": "base64"}
        data: bytes

    field = Bytes(reads="base64")
    for letters in itertools.chain.from_iterable(itertools.product("aB9+_=!", repeat=length) for length in range(6)):
        text = "".join(letters)
        try:
            theirs: Any = Model(data=text).data  # type: ignore[arg-type]
        except pydantic.ValidationError as error:
            theirs = [(each["type"], each["msg"], each["ctx"]) for each in error.errors()]
        try:
            ours: Any = field.deserialize(text)
        except ValidationError as error:
            ours = [(fault.type, str(fault), fault.ctx) for fault in error.messages]
        assert ours == theirs, repr(text)


def test_another_way() -> None:
    """What the kit does not know is refused where the model is declared, rather than read as something else."""

    @dataclass
    class Model:
        model_config: ClassVar = ModelConfig(val_json_bytes="base32")  # type: ignore[arg-type]
        data: bytes

    with pytest.raises(TypeError, match=r"Model\.data: bytes are read and written as utf8, base64 or hex"):
        schema_for(Model)
