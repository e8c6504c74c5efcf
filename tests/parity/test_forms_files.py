"""forms_files: fields of a form and uploaded files, on both sides."""

import hashlib
import json

import pytest

from tests.parity.compare import Case, check

ROOT = "/forms-files"
MULTIPART = ("content-type", "multipart/form-data; boundary=x")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20


def fault(answer):
    """The first fault of a 422: type and place."""
    assert answer.status_code == 422
    found = answer.json()["detail"][0]
    return found["type"], found["loc"]


@pytest.mark.over_the_wire
def test_fields(side):
    """Fields are arguments; one that is short or left empty is refused."""
    answer = side.post(f"{ROOT}/login/", data={"username": "ada", "password": "secret"})
    assert (answer.status_code, answer.json()) == (200, {"username": "ada"})
    wrong = side.post(f"{ROOT}/login/", data={"username": "ada", "password": "x"})
    assert fault(wrong) == ("string_too_short", ["body", "password"])
    empty = side.post(f"{ROOT}/login/", data={"username": "", "password": "secret"})
    assert fault(empty) == ("missing", ["body", "username"])
    as_json = side.post(f"{ROOT}/login/", json={"username": "ada", "password": "secret"})
    assert fault(as_json) == ("missing", ["body", "username"])


def test_a_profile(side):
    """A field may come several times, and a checkbox may not come at all."""
    answer = side.post(f"{ROOT}/profile/", data={"name": "Ada", "topics": ["a", "b"], "newsletter": "on"})
    assert answer.json() == {"name": "Ada", "topics": ["a", "b"], "newsletter": True}
    assert side.post(f"{ROOT}/profile/", data={"name": "Ada"}).json()["topics"] is None


def test_a_form_model(side):
    """A model takes the whole form and refuses what it does not know."""
    sent = {"name": "Ada", "email": "ada@example.com", "topics": ["a", "b"]}
    assert side.post(f"{ROOT}/profile/model/", data=sent).json() == sent
    wrong = side.post(f"{ROOT}/profile/model/", data={**sent, "admin": "yes"})
    assert fault(wrong) == ("extra_forbidden", ["body", "admin"])


@pytest.mark.parametrize("days", ["3", "never", "x", "", "1.0", "Never"])
def test_a_field_that_is_one_of_two_types(both, days):
    """A field is a number where it can be one, else the word; what is neither is told of both."""
    theirs, ours = (side.post(f"{ROOT}/reminder/", data={"days": days}) for side in both)
    assert (ours.status_code, ours.content) == (theirs.status_code, theirs.content)


def test_a_number_or_a_word(side):
    """Both members of the union are there, each with its own fault."""
    sent = [side.post(f"{ROOT}/reminder/", data={"days": days}).json() for days in ("3", "never", "x")]
    assert sent[:2] == [{"days": 3}, {"days": "never"}]
    assert [fault["loc"] for fault in sent[2]["detail"]] == [
        ["body", "days", "int"],
        ["body", "days", "literal['never']"],
    ]


@pytest.mark.parametrize(
    ("sent", "by"),
    [
        ({"email": "ada@example.com"}, "ByMail"),
        ({"email": "ada@example.com", "every": "7"}, "ByMail"),
        ({"street": "Main Street 1", "town": "London"}, "ByPost"),
        ({"street": "Main Street 1", "town": "London", "email": "ada@example.com"}, "ByPost"),
        ({"street": "Main Street 1"}, None),
        ({"email": "ada@example.com", "every": "31"}, None),
        ({}, None),
    ],
)
def test_a_form_that_is_one_of_two_models(both, sent, by):
    """The form belongs to the model that has most of its fields; what is wrong is told of each."""
    theirs, ours = (side.post(f"{ROOT}/subscription/", data=sent) for side in both)
    assert (ours.status_code, ours.content) == (theirs.status_code, theirs.content)
    assert ours.json().get("by") == by


@pytest.mark.over_the_wire
@pytest.mark.parametrize("filename", ["me.png", "../../etc/passwd", "é €.png"])
@pytest.mark.parametrize("content", [PNG, PNG * 500, b""], ids=["small", "large", "empty"])
def test_an_avatar(side, filename, content):
    """The answer has size and SHA-256, whatever the file is called."""
    answer = side.post(f"{ROOT}/avatar/", files={"avatar": (filename, content, "image/png")})
    assert answer.status_code == 201
    assert answer.json() == {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def test_no_avatar(side):
    """Without a file, or with text in its place, 422."""
    assert fault(side.post(f"{ROOT}/avatar/")) == ("missing", ["body", "avatar"])
    text = side.post(f"{ROOT}/avatar/", files={"avatar": (None, "text")})
    assert fault(text) == ("value_error", ["body", "avatar"])


def test_a_file_that_need_not_be_there(side):
    """Nothing, and a part without name and content, is no file."""
    assert side.post(f"{ROOT}/size/", files={"file": ("a.txt", b"abc")}).json() == 3
    assert side.post(f"{ROOT}/size/").json() == 0
    empty = b'--x\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\n\r\n--x--\r\n'
    assert side.post(f"{ROOT}/size/", content=empty, headers=dict([MULTIPART])).json() == 0


def test_attachments(side):
    """Several files under one name come in their order."""
    files = [("files", ("a.txt", b"a", "text/plain")), ("files", ("b.png", PNG, "image/png"))]
    assert side.post(f"{ROOT}/attachments/", files=files).json() == [
        {"filename": "a.txt", "content_type": "text/plain", "size": 1},
        {"filename": "b.png", "content_type": "image/png", "size": len(PNG)},
    ]
    assert fault(side.post(f"{ROOT}/attachments/")) == ("missing", ["body", "files"])


def test_fields_and_files(side):
    """A field, a file's content and a file stand in one request; the picture may be left out."""
    text = {"text": ("post.txt", b"Hello", "text/plain")}
    answer = side.post(f"{ROOT}/posts/", data={"title": "First"}, files=text)
    assert (answer.status_code, answer.json()) == (201, {"title": "First", "length": 5, "picture": None})
    with_picture = side.post(f"{ROOT}/posts/", data={"title": "First"}, files={**text, "picture": ("p.png", PNG)})
    assert with_picture.json()["picture"] == {"size": len(PNG), "sha256": hashlib.sha256(PNG).hexdigest()}
    assert fault(side.post(f"{ROOT}/posts/", files=text)) == ("missing", ["body", "title"])


ALBUM = {"title": "Summer", "tags": ["sea"]}


@pytest.mark.over_the_wire
def test_json_and_files(side):
    """JSON stands beside the files, and a fault in it has its place within."""
    photos = [("photos", ("a.png", PNG, "image/png")), ("photos", ("b.png", b"b", "image/png"))]
    answer = side.post(f"{ROOT}/albums/", data={"album": json.dumps(ALBUM)}, files=photos)
    assert answer.status_code == 201
    assert answer.json()["album"] == ALBUM
    assert answer.json()["photos"][1] == {"size": 1, "sha256": hashlib.sha256(b"b").hexdigest()}
    wrong = side.post(f"{ROOT}/albums/", data={"album": '{"title": "t", "tags": [1]}'}, files=photos)
    assert fault(wrong) == ("string_type", ["body", "album", "tags", 0])
    broken = side.post(f"{ROOT}/albums/", data={"album": '{"title"'}, files=photos)
    assert fault(broken) == ("json_invalid", ["body", "album"])


@pytest.mark.over_the_wire
def test_limits_of_a_form(both):
    """Too many files or fields, or too large a field, is a 400 that says so."""
    one = b'--x\r\nContent-Disposition: form-data; name="photos"; filename="a"\r\n\r\na\r\n'
    field = b'--x\r\nContent-Disposition: form-data; name="album"\r\n\r\n"' + b"x" * 2_000 + b'"\r\n'
    short = b'--x\r\nContent-Disposition: form-data; name="album"\r\n\r\n{}\r\n'
    for body, detail in (
        (one * 4, "Too many files. Maximum number of files is 3."),
        (short * 3, "Too many fields. Maximum number of fields is 2."),
        (field, "Part exceeded maximum size of 1KB."),
    ):
        left, _ = check(Case("POST", f"{ROOT}/albums/", (MULTIPART,), body + b"--x--\r\n"), *both)
        assert (left.status_code, left.json()) == (400, {"detail": detail})


@pytest.mark.over_the_wire
def test_an_async_view(side):
    """It awaits what the file has; a picture that is too large is refused before."""
    answer = side.post(f"{ROOT}/thumbnail/", files={"picture": ("p.png", PNG)})
    assert answer.json() == {"is_png": True, "size": len(PNG)}
    large = side.post(f"{ROOT}/thumbnail/", files={"picture": ("p.png", PNG * 2)})
    assert (large.status_code, large.text) == (413, "Content Too Large")


@pytest.mark.over_the_wire
def test_limits_of_a_body(side):
    """A body that is too large is a 413, announced or in chunks, when it is read; one of just the size is not."""

    class Chunks:
        def __init__(self, size):
            self.size = size

        def __iter__(self):
            yield b"x" * (self.size - 1)
            yield b"x"

    for path, most in (("notes", 1_000), ("reminders", 100)):
        for content in (b"x" * most, Chunks(most)):
            assert side.post(f"{ROOT}/{path}/", content=content).json() == {"length": most}
        announced = side.post(f"{ROOT}/{path}/", content=b"x" * (most + 1))
        assert (announced.status_code, announced.text) == (413, "Content Too Large")
        in_chunks = side.post(f"{ROOT}/{path}/", content=Chunks(most + 1))
        assert (in_chunks.status_code, in_chunks.json()) == (413, {"detail": "Content Too Large"})


UNREADABLE = [
    (MULTIPART[1], b"nonsense"),
    (MULTIPART[1], b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n"),
    ("multipart/form-data", b"--x--\r\n"),
]


@pytest.mark.parametrize(("content_type", "body"), UNREADABLE)
def test_bodies_that_cannot_be_read(both, content_type, body):
    """400 with the reason."""
    left, _ = check(Case("POST", f"{ROOT}/avatar/", (("content-type", content_type),), body), *both)
    assert left.status_code == 400
