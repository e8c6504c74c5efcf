"""Metadata: what the document says of an operation, of examples, of other answers, and of an application."""

import pytest

ROOT = "/openapi-metadata"


def operation(side, path, method="get"):
    """The operation of this folder at `path`, from the document."""
    return side.document["paths"][f"{ROOT}{path}"][method]


def test_metadata(side):
    """Summary, description, tags and so on come from the decorator or from the function."""
    declared = operation(side, "/summary")
    assert declared["summary"] == "Read the short form"
    assert declared["description"] == "Overrides the *docstring*."
    assert declared["tags"] == ["openapi-metadata", "drafts"]
    derived = operation(side, "/docstring")
    assert derived["summary"] == "Read Docstring"
    assert derived["description"].startswith("Read the long form.\n\nThe docstring is **Markdown**:\n\n- lists")
    assert "form feed" not in derived["description"]
    assert derived["responses"]["200"]["description"] == "The long form"
    assert operation(side, "/deprecated")["deprecated"] is True
    assert operation(side, "/named")["operationId"] == "read_the_named_form"
    assert derived["operationId"] == "read_docstring_openapi_metadata_docstring_get"
    extra = operation(side, "/extra")
    assert (extra["x-audience"], extra["externalDocs"]) == ("partners", {"url": "https://example.com/form"})
    assert "description" not in operation(side, "/undocumented")


def test_hidden(side):
    """What the document does not mention answers all the same."""
    assert f"{ROOT}/hidden" not in side.document["paths"]
    assert side.get(f"{ROOT}/hidden").json() == {"form": "hidden"}


def test_examples(side):
    """Named examples stand beside a schema, for each kind of parameter and for the body; the others within it."""
    parcel = operation(side, "/examples/parcels/{parcel_id}")
    parameters = {parameter["name"]: parameter for parameter in parcel["parameters"]}
    assert parameters["parcel_id"]["examples"] == {"first": {"value": 1}, "missing": {"value": 404}}
    assert list(parameters["price"]["examples"]) == ["normal", "converted", "refused"]
    assert parameters["x-client"]["examples"] == {"web": {"value": "web"}}
    assert parameters["currency"]["schema"]["examples"] == ["EUR", "USD"]
    body = operation(side, "/examples/parcels/", "post")["requestBody"]["content"]["application/json"]
    assert body["examples"]["normal"]["value"] == {"name": "Books", "weight": 1.5}
    assert parameters["units"]["examples"] == {"metric": {"value": "metric"}}
    form = operation(side, "/examples/labels/", "post")["requestBody"]["content"]["application/x-www-form-urlencoded"]
    assert form["examples"]["one"]["value"] == {"text": "Fragile"}
    schema = side.document["components"]["schemas"]["Parcel"]
    assert schema["examples"] == [{"name": "Books", "weight": 1.5}]
    assert schema["properties"]["weight"]["examples"] == [0.5, 1.5]


def test_other_answers(side):
    """Other status codes have models, descriptions and headers of their own, and another media type beside JSON."""
    responses = operation(side, "/examples/parcels/{parcel_id}")["responses"]
    assert set(responses["200"]["content"]) == {"application/json", "image/png"}
    weighing = operation(side, "/examples/parcels/{parcel_id}", "put")
    assert responses["200"]["links"]["weigh"]["operationId"] == weighing["operationId"]
    assert responses["404"]["description"] == "There is no such parcel"
    message = {"$ref": "#/components/schemas/Message"}
    assert responses["404"]["content"]["application/json"]["schema"] == message
    assert responses["503"]["content"]["application/json"]["schema"] == message
    assert responses["302"]["headers"] == {"Location": {"schema": {"type": "string"}}}


def test_parcels(side):
    """Examples change nothing in what is taken and answered."""
    assert side.get(f"{ROOT}/examples/parcels/1?price=35.4").json() == {"name": "Parcel 1", "weight": 35.4}
    missing = side.get(f"{ROOT}/examples/parcels/404")
    assert (missing.status_code, missing.json()) == (404, {"message": "No such parcel"})
    assert side.post(f"{ROOT}/examples/parcels/", json={"name": "Letter"}).json() == {"name": "Letter", "weight": 1.0}
    label = side.post(f"{ROOT}/examples/labels/", data={"text": "Fragile"})
    assert label.json() == {"text": "Fragile", "copies": 1}
    weighed = side.put(f"{ROOT}/examples/parcels/3", json={"weight": 2})
    assert weighed.json() == {"name": "Parcel 3", "weight": 2.0}
    assert side.put(f"{ROOT}/examples/parcels/3", json={"weight": 0}).status_code == 422


def test_one_schema_for_both_directions(both):
    """An application may have its models described once, under another version of OpenAPI, with a link to more."""
    for side in both:
        document = side.get(f"{ROOT}/own/api/v1/openapi.json").json()
        assert document["openapi"] == "3.1.1"
        assert document["externalDocs"] == {"url": "https://example.com/help", "description": "For beginners"}
        assert "Depot" in document["components"]["schemas"]
        assert side.put(f"{ROOT}/own/depots/North", json={"name": "North"}).json() == {
            "name": "North",
            "opens": "08:00",
        }


def test_document_of_an_application(both):
    """Its information, servers, tags in their order and operation ids of its own making."""
    theirs, ours = (side.get(f"{ROOT}/own/api/v1/openapi.json").json() for side in both)
    assert ours == theirs
    assert list(ours["info"]) == list(theirs["info"])
    assert ours["info"]["license"] == {"name": "Apache 2.0", "identifier": "Apache-2.0"}
    assert ours["info"]["x-logo"] == {"url": "https://example.com/logo.png"}
    assert [tag["name"] for tag in ours["tags"]] == ["parcels", "depots"]
    assert ours["paths"]["/parcels/"]["get"]["operationId"] == "parcels-list_parcels"


@pytest.mark.parametrize(
    ("path", "status"), [("/documentation", 200), ("/docs", 404), ("/redoc", 404), ("/openapi.json", 404)]
)
def test_where_the_pages_are(side, path, status):
    """Each is where the application says, or nowhere."""
    answer = side.get(f"{ROOT}/own{path}")
    assert answer.status_code == status
    if status == 200:
        assert f"{ROOT}/own/api/v1/openapi.json" in answer.text
        assert '"syntaxHighlight": false' in answer.text


@pytest.mark.parametrize(("path", "status"), [("/parcels/", 200), ("/parcels", 404), ("/depots/North/", 404)])
def test_no_redirect(both, path, status):
    """An application may take its paths as they are written: one slash more or less is another path."""
    theirs, ours = (side.get(f"{ROOT}/own{path}") for side in both)
    assert (ours.status_code, ours.content) == (theirs.status_code, theirs.content)
    assert ours.status_code == status


def test_a_document_of_a_part(both):
    """A second document has some of the operations, and a page of its own shows it."""
    theirs, ours = (side.get(f"{ROOT}/own/partners/openapi.json").json() for side in both)
    assert ours == theirs
    assert list(ours["paths"]) == ["/depots/", "/depots/{name}"]
    assert ours["info"] == {"title": "Depots", "version": "2"}
    for side in both:
        page = side.get(f"{ROOT}/own/partners/docs")
        assert page.status_code == 200
        assert "<title>Depots</title>" in page.text
        assert f"{ROOT}/own/partners/openapi.json" in page.text


def test_document_of_a_body_by_hand(side):
    """The document says what the view will read, in the media type that it is meant for; a router names operations."""
    body = operation(side, "/recipes/", "post")["requestBody"]
    assert body["required"] is True
    assert operation(side, "/recipes/", "post")["operationId"] == "add_recipe"
    schema = body["content"]["application/yaml"]["schema"]
    assert schema["required"] == ["title"]
    assert schema["properties"]["servings"] == {"type": "integer", "title": "Servings", "default": 4, "minimum": 1}
    assert schema["properties"]["ingredients"]["items"] == {"type": "string"}


BOMB = "a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\ntitle: *c\n"


@pytest.mark.parametrize("content_type", ["application/yaml", "application/json", "text/plain", None])
@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("title: Soup", 200),
        ("title: Soup\nservings: 2\ningredients:\n- Leek\n- 'a pinch: salt'\n", 200),
        ('{"title": "Soup", "servings": 3}', 200),
        ("title: 2024-13-45", 200),
        ("title: yes", 200),
        ("title: ü", 200),
        ("title: Soup\ntitle: Stew\nmore: [1]", 200),
        ("", 422),
        ("3", 422),
        ("[1, 2]", 422),
        ("{}", 422),
        ("servings: 0\ntitle: {a: b}\ningredients: [x, {name: y}]", 422),
        ("title: Soup\ningredients: Leek", 422),
        ("[1, 2", 422),
        ("title: Soup\n---\ntitle: Stew", 422),
        ("? [a]\n: b", 422),
        ("title: \x00", 422),
        ("title: !!python/name:os.system x", 200),
        ("title: !!int x", 200),
        ("title: &x [*x]", 422),
        (BOMB, 422),
        ("[" * 5000, 422),
    ],
)
def test_a_body_by_hand(both, text, status, content_type):
    """YAML is read by the view itself, good or bad, and never for more than it says."""
    headers = {} if content_type is None else {"content-type": content_type}
    theirs, ours = (side.post(f"{ROOT}/recipes/", content=text.encode(), headers=headers) for side in both)
    assert (ours.status_code, ours.json()) == (theirs.status_code, theirs.json())
    assert ours.status_code == status


def test_a_body_by_hand_says_what_is_wrong(side):
    """The faults are those that a body in JSON would have, without where it came from."""
    answer = side.post(f"{ROOT}/recipes/", content=b"servings: none")
    assert [(fault["type"], fault["loc"]) for fault in answer.json()["detail"]] == [
        ("missing", ["title"]),
        ("int_parsing", ["servings"]),
    ]
    assert side.post(f"{ROOT}/recipes/", content=b"[").json() == {"detail": "Invalid YAML"}
