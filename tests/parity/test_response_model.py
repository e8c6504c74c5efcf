"""Response model: what goes out is filtered, converted, checked and described."""

import pytest

ROOT = "/response-model"


def test_preview(side):
    """A view without a response model returns a response of its own, or plain data."""
    assert side.get(f"{ROOT}/preview/").json() == {"title": "Hello"}
    plain = side.get(f"{ROOT}/preview/?plain=1")
    assert (plain.text, plain.headers["content-type"]) == ("Hello", "text/plain; charset=utf-8")


def test_broken_promise(side):
    """What does not fit the response model is a 500 that shows nothing."""
    answer = side.get(f"{ROOT}/members/broken/")
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")


def test_members_without_passwords(side):
    """What the response model does not name never leaves, nor what is null when the operation says so."""
    answer = side.get(f"{ROOT}/members/")
    assert answer.json() == [{"email": "ada@example.com", "full_name": "Ada"}, {"email": "grace@example.com"}]


def test_a_password_does_not_come_back(both):
    """What came in goes out less what the response model does not name; what is wrong with it is listed alike."""
    for body in ({"email": "a@example.com", "password": "12345678"}, {"email": "a", "password": "1"}, {}):
        theirs, ours = (side.post(f"{ROOT}/members/", json=body) for side in both)
        assert (ours.status_code, ours.content) == (theirs.status_code, theirs.content)
        if ours.status_code == 201:
            assert ours.json() == {"email": "a@example.com", "full_name": None}


LAMP = {"name": "Lamp", "price": 62.0, "description": "It shines", "tax": 20.2, "tags": ["light"]}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", {"pen": 2.0, "lamp": 62.0, "chair": 50.2}),
        ("pen", {"name": "Pen", "price": 2.0, "description": None, "tax": 10.5, "tags": []}),
        ("pen/unset", {"name": "Pen", "price": 2.0}),
        ("lamp/unset", LAMP),
        ("chair/unset", {"name": "Chair", "price": 50.2, "description": None, "tax": 10.5, "tags": []}),
        ("chair/defaults", {"name": "Chair", "price": 50.2}),
        ("lamp/name", {"name": "Lamp", "description": "It shines"}),
        ("lamp/public", {key: value for key, value in LAMP.items() if key != "tax"}),
        ("nothing/public", {"detail": "No such item"}),
    ],
)
def test_items(side, path, expected):
    """A decorator's keywords choose what of a model goes out."""
    assert side.get(f"{ROOT}/items/{path}").json() == expected


def test_one_of_two_models(side):
    """The first model that fits is taken, and both are in the document."""
    assert side.get(f"{ROOT}/vehicles/car").json() == {"description": "Red", "type": "car"}
    assert side.get(f"{ROOT}/vehicles/plane").json() == {"description": "White", "size": 5, "type": "plane"}
    answers = side.document["paths"][f"{ROOT}/vehicles/{{vehicle}}"]["get"]["responses"]
    assert len(answers["200"]["content"]["application/json"]["schema"]["anyOf"]) == 2


def test_document(side):
    """Input and output are described by their own models; a broken promise is not in the document."""
    schemas = side.document["components"]["schemas"]
    assert "password" in schemas["SignUp"]["properties"]
    assert "password" not in schemas["Member"]["properties"]
    assert f"{ROOT}/members/broken/" not in side.document["paths"]


def test_computed_and_excluded(side):
    """What is worked out goes out and is documented as read-only; what is excluded is read and stays inside."""
    answer = side.post(f"{ROOT}/crates/", json={"width": 2, "height": 1.5, "supplier": "Ada"})
    assert answer.json() == {"width": 2.0, "height": 1.5, "area": 3.0}
    schemas = side.document["components"]["schemas"]
    assert "area" not in schemas["Crate-Input"]["properties"]
    assert "supplier" not in schemas["Crate-Output"]["properties"]
    assert schemas["Crate-Output"]["properties"]["area"]["readOnly"] is True
