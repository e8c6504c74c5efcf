"""Body updates: PUT replaces, PATCH keeps, and answers leave out what was never set."""

import pytest

ROOT = "/body-updates"


def test_profiles_leave_out_defaults(side):
    """`response_model_exclude_defaults` compares with the defaults."""
    assert side.get(f"{ROOT}/profiles/").json() == [
        {"name": "Ada", "bio": "Wrote the first program", "stars": 50.2},
        {"name": "Grace", "joined_at": "1943-12-01T09:00:00Z", "interests": ["compilers"]},
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ada", {"name": "Ada", "bio": "Wrote the first program", "stars": 50.2}),
        ("grace", {"name": "Grace", "bio": None, "joined_at": "1943-12-01T09:00:00Z", "interests": ["compilers"]}),
    ],
)
def test_profile_leaves_out_what_was_not_set(side, name, expected):
    """`response_model_exclude_unset` keeps a null that was said and leaves out a default that was not."""
    assert side.get(f"{ROOT}/profiles/{name}").json() == expected


def test_put_replaces(side):
    """What a PUT does not send falls back to its default."""
    answer = side.put(f"{ROOT}/profiles/ada", json={"name": "Countess", "joined_at": "2026-01-02"})
    assert answer.json() == {
        "name": "Countess",
        "bio": None,
        "stars": 10.5,
        "joined_at": "2026-01-02T00:00:00",
        "interests": [],
    }


def test_patch_keeps(side):
    """What a PATCH does not send stays; a null that was sent does not."""
    answer = side.patch(f"{ROOT}/profiles/grace", json={"bio": "Found a moth", "joined_at": None})
    assert answer.json() == {
        "name": "Grace",
        "bio": "Found a moth",
        "stars": 10.5,
        "joined_at": None,
        "interests": ["compilers"],
    }


def test_changes(both):
    """What is missing stays, in a model where null is a value of some attributes and a fault of others."""
    changed = {"name": "Ada", "bio": None, "stars": 50.2, "joined_at": None, "interests": []}
    bodies = [{"bio": None}, {"bio": "Poet", "stars": "3"}, {}, {"name": None, "stars": -1}, {"stars": "many"}, []]
    answers = []
    for body in bodies:
        theirs, ours = (side.patch(f"{ROOT}/profiles/ada/changes", json=body) for side in both)
        assert (ours.status_code, ours.content) == (theirs.status_code, theirs.content)
        answers.append(ours)
    assert [answer.status_code for answer in answers] == [200, 200, 200, 422, 422, 422]
    assert answers[0].json() == changed
    assert answers[2].json() == {**changed, "bio": "Wrote the first program"}
    assert [fault["loc"] for fault in answers[3].json()["detail"]] == [["body", "name"], ["body", "stars"]]


def test_changes_have_no_defaults(side):
    """Neither a default nor null, where it is no value, is in the document."""
    properties = side.document["components"]["schemas"]["ProfileChanges"]["properties"]
    assert properties["name"] == {"type": "string", "title": "Name"}
    assert properties["bio"] == {"anyOf": [{"type": "string"}, {"type": "null"}], "title": "Bio"}


def test_nothing_to_update(side):
    """A PATCH knows whether anything was sent, be it null; names that the model has not do not count."""
    for body, status in (({}, 400), ({"nickname": "A"}, 400), ({"bio": None}, 200)):
        assert side.patch(f"{ROOT}/profiles/ada", json=body).status_code == status


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH"])
def test_no_such_profile(side, method):
    """A profile that is not there is a 404, whatever is asked of it."""
    answer = side.request(method, f"{ROOT}/profiles/nobody", **({} if method == "GET" else {"json": {}}))
    assert (answer.status_code, answer.json()) == (404, {"detail": "Profile not found"})


def test_faults(both):
    """A PATCH is checked as a PUT is: what was sent has to fit."""
    for method in ("PUT", "PATCH"):
        body = {"stars": "many", "interests": "all"}
        theirs, ours = (side.request(method, f"{ROOT}/profiles/ada", json=body) for side in both)
        assert (ours.status_code, ours.content) == (theirs.status_code, theirs.content)
        assert ours.status_code == 422
