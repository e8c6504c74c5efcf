"""Hypothesis strategies for values: those a JSON schema allows, and those that are wrong in every way we could think
of.

Written for this suite rather than taken from hypothesis-jsonschema: that package made its last release in February
2024, knows no draft 2020-12, and gives valid values only, while most of what is to be found here lies just beside
the valid.
"""

import base64
import json
import re
from typing import Any

from hypothesis import strategies as st

Schema = dict[str, Any] | bool

# fmt: off
#: Text that parsers like to disagree about.
ODD_TEXT = [
    "", " ", "\t", "\n", "0", "-0", "+1", "00", "01", "1.", ".5", "1.0", "1.5", "1e3", "1E400", "-1", "1_000",
    "1,5", "0x10",
    " 5", "5 ", "5\n", "٣", "５", "²", "½", "nan", "NaN", "inf", "-inf", "Infinity", "+Infinity", "true", "True",
    "TRUE",
    "oN", "off", "yes", "n", "t", "null", "None", "undefined", "[]", "{}", "[1]", '"x"', "'", '"', "\\", "/", "//",
    "a/b",
    "a b", "a+b", "%", "%41", "a&b=c", "a;b", "a,b", "é", "e\u0301", "日本語", "🎉", "\u200b", "\u202e", "\x00", "\x7f",
    "\x85",
    "\u2028", "\ufeff", "ß", "İ", "ada@example.com", "ADA@EXAMPLE.COM", "a@localhost", "a@b", "@", "ada@exämple.com",
    "ada@example.com ", "Ada <ada@example.com>", "2026-01-01", "2026-02-30", "2026-1-1", "20260101",
    "2026-01-01T00:00:00",
    "2026-01-01 00:00", "2026-01-01T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00+25:00",
    "2026-01-01T00:00:00.1234567Z", "2026-01-01T00:00:00+0530", "0000-01-01", "10000-01-01", "12:30", "12:30:61",
    "24:00",
    "12:30:00.5+01:00", "1700000000", "1700000000000", "-1700000000", "1e10", "PT1H", "P1D", "P1Y2M", "PT", "-PT5M",
    "1 day",
    "3 days, 1:02:03", "01:02:03", "12345678-1234-5678-1234-567812345678", "{12345678-1234-5678-1234-567812345678}",
    "urn:uuid:12345678-1234-5678-1234-567812345678", "123456781234567812345678567812345678", "1234", "1" * 25,
    "9" * 400,
    "9" * 5000, "x" * 51, "x" * 300, "x" * 301, "http://example.com", "HTTP://EXAMPLE.com:80/%7e/../x?q#f", "ftp://x", "http://",
    "http://a b", "//example.com", "http://exämple.com/ü", "javascript:alert(1)", "127.0.0.1", "127.0.0.256", "::1",
    "10.0.0.0/8",
]

NUMBERS = [
    0, 1, -1, 2, 3, 4, 5, 7, 10, 50, 99, 100, 101, 255, 256, 299, 300, 1000, 2**31 - 1, 2**31, 2**53, 2**53 + 1,
    2**63 - 1,
    2**63, -(2**63), -(2**63) - 1, 2**64, 10**30, 10**400, -(10**30), 0.0, -0.0, 0.5, 1.0, 1.5, -2.5, 0.1, 1e-7,
    1e16, 1e17,
    1e22, 1e308, 5e-324, 9007199254740993.0, 3.0000000000000004, 1700000000, 1700000000.5, 1700000000000, 2e10,
    253402300800,
]

#: JSON values of every kind; NaN and the infinities are what Python's json reads although no standard has them.
ODD_JSON: list[Any] = [
    None, True, False, [], {}, [None], [[]], [{}], {"": None}, {"a": 1}, ["a"], [1], [1, 2, 3], {"0": "x"},
    {"title": {}},
    float("inf"), float("-inf"), float("nan"), *NUMBERS, *ODD_TEXT,
]

FORMATS: dict[str, list[str]] = {
    "email": ["ada@example.com", "new@example.com", "Grace@Example.com", "a.b+c@sub.example.org", "ü@example.com"],
    "uuid": ["12345678-1234-5678-1234-567812345678", "C892496F-B1FD-4B91-BDB8-B46F92DF1716",
    "c892496fb1fd4b91bdb8b46f92df1716"],
    "date-time": ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.678+02:00", "2026-01-02T03:04:05",
    "2026-01-02 03:04", "1700000000"],
    "date": ["2026-01-02", "2024-02-29", "1970-01-01", "2026-01-02T00:00:00"],
    "time": ["12:30:00", "12:30", "23:59:59.999999", "12:30:00Z", "12:30:00-03:00"],
    "duration": ["PT1H", "P1DT2H3M4.5S", "P3W", "-P1D", "PT0S", "P1DT00:00:01"],
    "uri": ["https://example.com/", "http://example.com:8080/a?b=c#d", "https://user:pw@example.com", "http://localhost"],
    "ipv4": ["127.0.0.1", "192.168.0.1"],
    "ipv6": ["::1", "2001:db8::1"],
    "password": ["correct horse", "x" * 40],
    "binary": ["bytes", ""],
}
# fmt: on


def resolve(schema: Schema, components: dict[str, Any]) -> Schema:
    """Follow `$ref` into the components."""
    while isinstance(schema, dict) and "$ref" in schema:
        schema = components[schema["$ref"].rsplit("/", 1)[-1]]
    return schema


def conforming(schema: Schema, components: dict[str, Any], depth: int = 0) -> st.SearchStrategy[Any]:
    """JSON values that the schema allows (nearly: a pattern of pydantic's own may allow less than hypothesis reads
    in it)."""
    schema = resolve(schema, components)
    if not isinstance(schema, dict) or not schema:
        return st.sampled_from([value for value in ODD_JSON if _finite(value)])
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    for union in ("anyOf", "oneOf"):
        if union in schema:
            options = [conforming(option, components, depth + 1) for option in schema[union]]
            return st.one_of(options)
    if "allOf" in schema:
        merged: dict[str, Any] = {key: value for key, value in schema.items() if key != "allOf"}
        for part in schema["allOf"]:
            merged = {**merged, **(resolve(part, components) or {})}  # type: ignore[dict-item]
        return conforming(merged, components, depth)
    kind = schema.get("type")
    if isinstance(kind, list):
        return st.one_of([conforming({**schema, "type": one}, components, depth) for one in kind])
    examples = [*schema.get("examples", []), *([schema["default"]] if "default" in schema else [])]
    made = _of_type(kind, schema, components, depth)
    return st.one_of(made, made, made, st.sampled_from(examples)) if examples else made


def _of_type(kind: Any, schema: dict[str, Any], components: dict[str, Any], depth: int) -> st.SearchStrategy[Any]:
    if kind == "null":
        return st.none()
    if kind == "boolean":
        return st.booleans()
    if kind == "integer":
        return st.integers(*_bounds(schema, 1)) | st.sampled_from(_within(schema, int))
    if kind == "number":
        low, high = _bounds(schema, 0.5)
        return st.floats(low, high, allow_nan=False, allow_infinity=False) | st.sampled_from(_within(schema, float))
    if schema.get("contentEncoding") == "base64":
        return st.binary(max_size=40).map(lambda value: base64.urlsafe_b64encode(value).decode()) | _strings(schema)
    if schema.get("contentMediaType") == "application/json":
        held = conforming(schema.get("contentSchema", {}), components, depth + 1)
        return held.map(lambda value: json.dumps(value, ensure_ascii=False)) | st.sampled_from(ODD_TEXT)
    if kind == "string":
        return _strings(schema)
    if kind == "array":
        return _arrays(schema, components, depth)
    if kind == "object" or "properties" in schema:
        return _objects(schema, components, depth)
    return st.sampled_from([value for value in ODD_JSON if _finite(value)])


def _bounds(schema: dict[str, Any], step: float) -> tuple[Any, Any]:
    low, high = schema.get("minimum"), schema.get("maximum")
    if "exclusiveMinimum" in schema:
        low = schema["exclusiveMinimum"] + step
    if "exclusiveMaximum" in schema:
        high = schema["exclusiveMaximum"] - step
    if step == 1:
        low, high = (None if low is None else int(low)), (None if high is None else int(high))
    return (low, high) if low is None or high is None or low <= high else (None, None)


def _within(schema: dict[str, Any], kind: type) -> list[Any]:
    """Small numbers (they are the keys of seeded rows) and the ends of the range."""
    low, high = _bounds(schema, 1)
    some = {1, 2, 3, 5, 7, low if low is not None else 0, high if high is not None else 6}
    return sorted(kind(n) for n in some if (low is None or n >= low) and (high is None or n <= high)) or [
        kind(low or high or 0)
    ]


def _strings(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    low, high = schema.get("minLength", 0), schema.get("maxLength")
    made: st.SearchStrategy[str]
    if schema.get("format") in FORMATS:
        made = st.sampled_from(FORMATS[schema["format"]])
    elif "pattern" in schema and "(?!" in schema["pattern"]:  # pydantic's pattern of a decimal number
        made = st.sampled_from(["0", "1.10", "-2.5", "10", "4.50", "1e2", "000.10"])
    elif "pattern" in schema:
        made = st.from_regex(re.compile(schema["pattern"]))
    else:
        # A length at its bound is found by chance only rarely.
        ends = [n for n in {low, high} if n is not None and n < 5000]
        letters = st.text(st.characters(codec="utf-8"), min_size=low, max_size=min(high or low + 30, low + 30))
        made = letters | st.sampled_from([size * "é" for size in ends] + [size * "x" for size in ends])
    return made.filter(lambda text: len(text) >= low and (high is None or len(text) <= high)) if low or high else made


def _arrays(schema: dict[str, Any], components: dict[str, Any], depth: int) -> st.SearchStrategy[Any]:
    if prefix := schema.get("prefixItems"):
        return st.tuples(*[conforming(one, components, depth + 1) for one in prefix]).map(list)
    low = schema.get("minItems", 0)
    high = min(schema.get("maxItems", low + 4), low + (4 if depth < 4 else 0))
    items = conforming(schema.get("items", {}), components, depth + 1) if high else st.nothing()
    made = st.lists(items, min_size=low, max_size=high)
    return made.map(_unique) if schema.get("uniqueItems") else made


def _unique(values: list[Any]) -> list[Any]:
    return [value for index, value in enumerate(values) if value not in values[:index]]


def _objects(schema: dict[str, Any], components: dict[str, Any], depth: int) -> st.SearchStrategy[Any]:
    required = set(schema.get("required", []))
    properties = schema.get("properties", {})
    fields = {
        name: conforming(one, components, depth + 1)
        for name, one in properties.items()
        if name in required or depth < 4
    }
    made = st.fixed_dictionaries(
        {name: made for name, made in fields.items() if name in required},
        optional={name: made for name, made in fields.items() if name not in required},
    )
    extra = schema.get("additionalProperties")
    if isinstance(extra, dict) and depth < 6:
        keys = st.sampled_from(["a", "b", "1", "", "key", "é"])
        return st.tuples(made, st.dictionaries(keys, conforming(extra, components, depth + 1), max_size=3)).map(
            lambda pair: {**pair[0], **pair[1]}
        )
    return made


def _finite(value: Any) -> bool:
    return not (isinstance(value, float) and (value != value or abs(value) == float("inf")))


odd_text = st.sampled_from(ODD_TEXT)

_nested = st.recursive(
    st.sampled_from(ODD_JSON),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "title", "id", ""]), inner, max_size=3)
    ),
    max_leaves=4,
)

#: Any JSON value, most often one from the list.
odd_json = (
    st.sampled_from(ODD_JSON) | st.sampled_from(ODD_JSON) | _nested | st.text(max_size=20) | st.integers() | st.floats()
)


def _rekey(value: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    return {(new if key == old else key): inner for key, inner in value.items()}


@st.composite
def broken(draw: st.DrawFn, value: Any) -> Any:
    """A value with something wrong somewhere inside it: another type, a key too few or too many, a number as text…"""
    if isinstance(value, dict) and value and draw(st.integers(0, 3)):
        key = draw(st.sampled_from(sorted(value)))
        change = draw(st.sampled_from(["inside", "inside", "inside", "drop", "extra", "rename", "null"]))
        if change == "inside":
            return {**value, key: draw(broken(value[key]))}
        if change == "drop":
            return {name: inner for name, inner in value.items() if name != key}
        if change == "extra":
            return {**value, draw(st.sampled_from(["extra", "", "id", "__class__", key + " "])): draw(odd_json)}
        if change == "rename":
            return _rekey(value, key, draw(st.sampled_from([key.upper(), key.replace("_", "-"), key + "_", key[:-1]])))
        return {**value, key: None}
    if isinstance(value, list) and value and draw(st.integers(0, 3)):
        index = draw(st.integers(0, len(value) - 1))
        if draw(st.booleans()):
            return [*value[:index], draw(broken(value[index])), *value[index + 1 :]]
        numbered = {str(at): inner for at, inner in enumerate(value)}
        return draw(st.sampled_from([value * 40, value + value, numbered, value[0], value[:-1]]))
    change = draw(st.sampled_from(["odd", "odd", "odd", "text", "list", "object", "number"]))
    if change == "text":
        return value if isinstance(value, str) and value == "" else text_of(value)
    if change == "list":
        return [value]
    if change == "object":
        return {"value": value}
    if change == "number" and isinstance(value, int | float) and not isinstance(value, bool):
        return draw(
            st.sampled_from([value + 1, value - 1, -value, float(value) if abs(value) < 1e300 else value, str(value)])
        )
    return draw(odd_json)


def text_of(value: Any) -> str:
    """A value as it stands in a URL, a header or a form."""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value)
    except ValueError:  # an integer of more than 4300 digits
        return "9" * 5000
