"""Unions whose members are told apart by a function of the value, or by an attribute that `Discriminator` names.

https://docs.pydantic.dev/latest/concepts/unions/#discriminated-unions-with-callable-discriminator
"""

import enum
from types import SimpleNamespace
from typing import Annotated, Any, Literal

import pytest

import myapp.kit as kit
from tests.kit.both import Twins


class Spelled(str, enum.Enum):  # noqa: UP042 - as many write it
    """Text that is more than text."""

    pumpkin = "pumpkin"


def baked(value: Any) -> Any:
    """The tag of a dessert: of what was sent, and of an instance."""
    if isinstance(value, dict):
        return {"enum": Spelled.pumpkin, "list": ["apple"], "none": None}.get(value.get("fruit"), value.get("fruit"))
    if isinstance(value, int | str):
        return "count" if isinstance(value, int) else value
    return getattr(value, "fruit", None)


def of_dictionaries(value: Any) -> Any:
    """A tag of dictionaries alone: it knows no instance."""
    return value["fruit"] if isinstance(value, dict) else None


def models(lib: Any) -> SimpleNamespace:
    """Two classes."""

    @lib.model
    class Apple:
        fruit: str = "apple"
        slices: int = 0

    @lib.model
    class Pumpkin:
        fruit: str = "pumpkin"
        filling: str = lib.Field(default="plain", max_length=5)

    return SimpleNamespace(Apple=Apple, Pumpkin=Pumpkin)


def of_function(lib: Any, function: Any = baked, **words: Any) -> Any:
    """A union of both classes and a number."""
    m = models(lib)
    members = (
        Annotated[m.Apple, lib.Tag("apple")]
        | Annotated[m.Pumpkin, lib.Tag("pumpkin")]
        | Annotated[int, lib.Tag("count"), lib.Field(gt=2)]
    )
    return Annotated[members, lib.Discriminator(function, **words)]


CUSTOM = {
    "custom_error_type": "not_baked",
    "custom_error_message": "No {what} of {n}{m}",
    "custom_error_context": {"what": "pie", "n": 4.5},
}
UNIONS: dict[str, Any] = {
    "function": of_function,
    "function | None": lambda lib: of_function(lib) | None,
    "function | str": lambda lib: of_function(lib) | str,
    "list": lambda lib: list[of_function(lib)],
    "lambda": lambda lib: of_function(lib, lambda value: baked(value)),
    "custom words": lambda lib: of_function(lib, **CUSTOM),
    "words of pydantic's": lambda lib: of_function(
        lib, custom_error_type="greater_than", custom_error_context={"gt": 3, "more": "x"}
    ),
    "words without a type": lambda lib: of_function(lib, custom_error_message="ignored"),
    "described": lambda lib: Annotated[of_function(lib), lib.Field(description="What there is", title="Dessert")],
    "within Field": lambda lib: Annotated[
        Annotated[models(lib).Apple, lib.Tag("apple")] | Annotated[str, lib.Tag("text")],
        lib.Field(discriminator=lib.Discriminator(lambda value: "text" if isinstance(value, str) else "apple")),
    ],
    "validator": lambda lib: Annotated[of_function(lib), lib.BeforeValidator(lambda value: value or "pumpkin")],
    "one member": lambda lib: Annotated[
        Annotated[models(lib).Apple, lib.Tag("apple")] | Annotated[models(lib).Apple, lib.Tag("pumpkin")],
        lib.Discriminator(baked),
    ],
    "containers": lambda lib: Annotated[
        Annotated[list[int], lib.Tag("list")] | Annotated[dict[str, int], lib.Tag("dict")]
        | Annotated[Literal["x"], lib.Tag("str")] | Annotated[int | None, lib.Tag("int")],
        lib.Discriminator(lambda value: "int" if value is None else type(value).__name__),
    ],
    "tags only": lambda lib: Annotated[int, lib.Tag("a number")] | Annotated[list[int], lib.Tag("numbers")],
    "tags around functions": lambda lib: (
        Annotated[int, lib.Tag("lost"), lib.AfterValidator(abs)]
        | Annotated[float, lib.AfterValidator(abs), lib.Tag("kept")]
    ),
    "tags inside": lambda lib: Annotated[
        Annotated[int, lib.Tag("i")] | Annotated[list[int], lib.Tag("s")], lib.Field(description="x")
    ] | dict[str, int],
}  # fmt: skip
BODIES: list[Any] = [
    *({}, {"fruit": "apple"}, {"fruit": "apple", "slices": "x"}, {"fruit": "pumpkin", "filling": "too long"}),
    *({"fruit": "pie"}, {"fruit": 3}, {"fruit": "enum"}, {"fruit": "list"}, {"fruit": "none"}, {"slices": 4}),
    *(None, 1, 3, "apple", "pie", "x", "", [], [1], ["x"], [{"fruit": "apple"}, {}, 3, 1], {"a": "x"}, {"fruit": None}),
    *(True, 1.5, {"fruit": "apple", "slices": 2}),
]


@pytest.mark.parametrize("name", UNIONS)
def test_bodies(name: str) -> None:
    """A function chooses the member of a body, of an attribute and of an answer; faults are under the member's tag."""

    def build(lib):
        Dessert = UNIONS[name](lib)

        @lib.model
        class Menu:
            dessert: Dessert
            more: list[Dessert] = lib.Field(default_factory=list)

        @lib.post("/")
        def dessert(item: Annotated[Dessert, lib.Body()]):
            return item

        @lib.post("/menu")
        def menu(item: Menu) -> Menu:
            return item

    twins = Twins(build)
    twins.same_document()
    twins.agree(*(("POST /", {"json": body}) for body in BODIES))
    twins.agree(*(("POST /menu", {"json": {"dessert": body, "more": [body, "apple"]}}) for body in BODIES))


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")  # about the function that knows no instance
@pytest.mark.parametrize("function", [baked, of_dictionaries], ids=lambda function: function.__name__)
def test_answers(function: Any) -> None:
    """A function is asked about what a view returns, too; of what is inside an instance it need not know anything."""

    def build(lib):
        m = models(lib)
        members = Annotated[m.Apple, lib.Tag("apple")] | Annotated[m.Pumpkin, lib.Tag("pumpkin")]
        Dessert = Annotated[members, lib.Discriminator(function)]

        @lib.model
        class Menu:
            dessert: Dessert = lib.Field(default_factory=m.Apple)
            more: list[Dessert] = lib.Field(default_factory=lambda: [m.Pumpkin()])

        results = [
            *(m.Apple(), m.Pumpkin(), {"fruit": "apple"}, {"fruit": "pie"}, None, {}, m.Apple(slices=2)),
            *(Menu(), {"dessert": {"fruit": "pumpkin"}}, {"dessert": m.Apple()}),
            *({"dessert": {"fruit": "apple"}, "more": [m.Pumpkin()]}, {"dessert": {"fruit": "apple"}, "more": [{}]}),
        ]

        @lib.get("/dessert/{index}", response_model=Dessert)
        def one(index: int):
            return results[index]

        @lib.get("/desserts/{index}", response_model=list[Dessert])
        def several(index: int):
            return [results[index]]

        @lib.get("/menu/{index}", response_model=Menu)
        def menu(index: int):
            return results[index]

    twins = Twins(build)
    twins.same_document()
    twins.agree(*(f"GET /{path}/{index}" for path in ("dessert", "desserts") for index in range(7)))
    twins.agree(*(f"GET /menu/{index}" for index in range(7, 12)))


def test_a_function_that_fails() -> None:
    """What a function raises is the server's fault, ValueError too."""

    def build(lib):
        def failing(value: Any) -> Any:
            raise (ValueError if value == 1 else KeyError)("no")

        @lib.post("/")
        def view(item: Annotated[of_function(lib, failing), lib.Body()]): ...

    Twins(build).agree(("POST /", {"json": 1}), ("POST /", {"json": {}}))


def test_parameters_and_forms() -> None:
    """Query parameters, headers, fields of a form, and a whole form, which the function gets as it was sent."""

    def build(lib):
        m = models(lib)

        def digits(value: Any) -> str:
            return "n" if isinstance(value, int) or str(value).isdigit() else "t"

        number = Annotated[
            Annotated[int, lib.Tag("n"), lib.Field(gt=2)] | Annotated[str, lib.Tag("t"), lib.Field(max_length=3)],
            lib.Discriminator(digits),
        ]
        form = Annotated[
            Annotated[m.Apple, lib.Tag("apple")] | Annotated[m.Pumpkin, lib.Tag("pumpkin")], lib.Discriminator(baked)
        ]

        @lib.get("/")
        def query(q: Annotated[number, lib.Query()], several: Annotated[list[number], lib.Query()] = ()):
            return [q, several]

        @lib.post("/field")
        def field(data: Annotated[number, lib.Form()]):
            return data

        @lib.post("/form")
        def whole(data: Annotated[form, lib.Form()]):
            return data

    twins = Twins(build)
    twins.same_document()
    twins.agree("GET /", "GET /?q=3", "GET /?q=1", "GET /?q=abcd", "GET /?q=x&several=1&several=abcd&several=5")
    fields: list[dict[str, Any]] = [{}, {"data": "1"}, {"data": "12"}, {"data": "abc"}, {"data": "abcd"}]
    twins.agree(*(("POST /field", {"data": data}) for data in fields))
    forms: list[dict[str, Any]] = [
        *({}, {"fruit": "apple"}, {"fruit": "pie"}, {"fruit": "apple", "slices": "x"}, {"fruit": "pumpkin"}),
        *({"fruit": "apple", "slices": "2"}, {"slices": "2"}, {"fruit": "pumpkin", "filling": "far too much"}),
    ]
    twins.agree(*(("POST /form", {"data": data}) for data in forms))


def by_name(lib: Any) -> dict[str, Any]:
    """Unions by the name of an attribute."""

    @lib.model
    class Cat:
        kind: Literal["cat"]
        lives: int = 9

    @lib.model
    class Dog:
        kind: Literal["dog"] = "dog"

    @lib.model
    class Cow:
        kind: Literal["cow", "ox"] = "cow"
        inside: Annotated[Cat | Dog, lib.Discriminator("kind")] | None = None

    @lib.model
    class Lion:
        kind: Literal["wild"]
        home: Literal["land"]

    @lib.model
    class Fish:
        kind: Literal["wild"]
        home: Literal["sea", "lake"]
        depth: int = 0

    called = Annotated[
        Annotated[Cat, lib.Tag("c")] | Annotated[Dog, lib.Tag("d")],
        lib.Discriminator(lambda value: value["kind"][:1] if isinstance(value, dict) else value.kind[:1]),
    ]
    return {
        "marker": Annotated[Cat | Dog | Cow, lib.Discriminator("kind")],
        "marker | None": Annotated[Cat | Dog | None, lib.Discriminator("kind")],
        "words are for functions": Annotated[Cat | Dog, lib.Discriminator("kind", "x", "Bad")],
        "in Field": Annotated[Cat | Dog, lib.Field(discriminator=lib.Discriminator("kind"))],
        "tags mean nothing": Annotated[Annotated[Cat, lib.Tag("x")] | Dog, lib.Discriminator("kind")],
        "unions inside": Annotated[Annotated[Cat | Dog, lib.Field(description="pet")] | Cow, lib.Discriminator("kind")],
        "another attribute inside": Annotated[
            Annotated[Lion | Fish, lib.Field(discriminator="home")] | Cow, lib.Discriminator("kind")
        ],
        "function inside": Annotated[called | Cow, lib.Discriminator("kind")],
        "one class": Annotated[Cat, lib.Discriminator("kind")],
        "one class | None": Annotated[Cat | None, lib.Discriminator("kind")],
        "inside a function": Annotated[
            Annotated[Annotated[Cat | Dog, lib.Discriminator("kind")], lib.Tag("pet")] | Annotated[Cow, lib.Tag("cow")],
            lib.Discriminator(lambda value: "cow" if "inside" in value else "pet"),
        ],
    }


NAMED = (
    *("marker", "marker | None", "words are for functions", "in Field", "tags mean nothing", "unions inside"),
    *("another attribute inside", "function inside", "one class", "one class | None", "inside a function"),
)
PETS: list[Any] = [
    *({}, {"kind": "cat"}, {"kind": "cat", "lives": "x"}, {"kind": "dog"}, {"kind": "ox"}, {"kind": "pig"}),
    *({"kind": "cow", "inside": {"kind": "cow"}}, {"kind": "cow", "inside": {"kind": "cat"}}, {"inside": None}),
    *({"kind": 3}, [], {"kind": "wild"}, {"kind": "wild", "home": "sea", "depth": "x"}),
    {"kind": "wild", "home": "land"},
]


@pytest.mark.parametrize("name", NAMED)
def test_discriminator_by_name(name: str) -> None:
    """`Discriminator("kind")` does what `Field(discriminator="kind")` does, also for a single class."""

    def build(lib):
        pet = by_name(lib)[name]

        @lib.post("/")
        def view(pet: Annotated[pet, lib.Body()]): ...

        @lib.post("/list")
        def several(pets: list[pet]): ...

    twins = Twins(build)
    twins.same_document()
    twins.agree(*(("POST /", {"json": pet}) for pet in PETS), ("POST /list", {"json": PETS}))


def test_declarations_that_cannot_work() -> None:
    """Members without a tag, None among them, and words of a fault that has others are refused when declared."""
    hints: list[Any] = [
        Annotated[int | str, kit.Discriminator(baked)],
        Annotated[Annotated[int, kit.Tag("i")] | None, kit.Discriminator(baked)],
        Annotated[Annotated[int, kit.Tag("i"), kit.AfterValidator(abs)], kit.Discriminator(baked)],
    ]
    for hint in hints:
        with pytest.raises(TypeError, match=r"baked\(\) chooses by tags"):
            kit.TypeAdapter(hint)
    with pytest.raises(TypeError, match="'strange' needs a custom_error_message"):
        kit.Discriminator(baked, custom_error_type="strange")
    with pytest.raises(TypeError, match="'int_type' needs"):
        kit.Discriminator(baked, custom_error_type="int_type", custom_error_message="No int")
