"""Fields of a form and uploaded files: arguments of a view."""

import hashlib
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from flask import Blueprint, Request

from myapp.kit import Field, File, Form, Json, ModelConfig, UploadFile, include_router, operation, router_options

bp = Blueprint("forms_files", __name__, url_prefix="/forms-files")
router_options(bp, tags=["forms-files"])
notes = Blueprint("notes", __name__, url_prefix="/notes")
router_options(notes, max_body_size=1_000)
reminders = Blueprint("reminders", __name__, url_prefix="/reminders")


@dataclass
class ProfileForm:
    model_config: ClassVar = ModelConfig(extra="forbid")

    name: str
    email: str
    topics: list[str] = Field(default=[])


@dataclass
class ByMail:
    email: str
    every: Annotated[int, Field(ge=1, le=30)] | Literal["never"] = "never"


@dataclass
class ByPost:
    street: str
    town: str


@dataclass
class Album:
    title: str = Field(max_length=300)
    tags: list[str] = Field(default=[])


@dataclass
class Receipt:
    size: int
    sha256: str


def digest(upload: UploadFile) -> Receipt:
    """What came, without storing it; read in pieces, since it may be larger than the memory."""
    sha256 = hashlib.sha256()
    while piece := upload.file.read(64 * 1024):
        sha256.update(piece)
    return Receipt(size=upload.size or 0, sha256=sha256.hexdigest())


@bp.post("/login/")
@operation()
def login(username: Annotated[str, Form()], password: Annotated[str, Form(min_length=3)]) -> dict[str, str]:
    """Take two fields of a form."""
    return {"username": username}


@bp.post("/profile/")
@operation()
def create_profile(
    name: Annotated[str, Form(max_length=50)],
    topics: Annotated[list[str] | None, Form()] = None,
    newsletter: Annotated[bool, Form()] = False,
) -> dict[str, Any]:
    """Take a text, a field that may come several times, and a checkbox."""
    return {"name": name, "topics": topics, "newsletter": newsletter}


@bp.post("/profile/model/")
@operation()
def create_profile_from_model(profile: Annotated[ProfileForm, Form()]) -> ProfileForm:
    """Take all fields of a form as one model, which forbids others."""
    return profile


@bp.post("/reminder/")
@operation()
def set_reminder(days: Annotated[int | Literal["never"], Form()]) -> dict[str, int | str]:
    """Take a field that is a number or a word."""
    return {"days": days}


@bp.post("/subscription/")
@operation()
def subscribe(wanted: Annotated[ByMail | ByPost, Form()]) -> dict[str, Any]:
    """Take a form that is one of two models, a field of which is one of two types."""
    return {"by": type(wanted).__name__, "wanted": wanted}


@bp.post("/size/")
@operation()
def read_size(file: Annotated[bytes | None, File(description="A small file, read into memory")] = None) -> int:
    """Take the content of a file that need not be there."""
    return 0 if file is None else len(file)


@bp.post("/avatar/")
@operation(status_code=201)
def upload_avatar(avatar: UploadFile) -> Receipt:
    """Take a file; answer with its size and SHA-256, by which it could be stored."""
    return digest(avatar)


@bp.post("/attachments/")
@operation()
def upload_attachments(
    files: Annotated[list[UploadFile], File(description="Several files under one name")],
) -> list[dict[str, Any]]:
    """Take several files; their names are shown and not used."""
    return [{"filename": file.filename, "content_type": file.content_type, "size": file.size} for file in files]


@bp.post("/posts/")
@operation(status_code=201)
def create_post(
    title: Annotated[str, Form(min_length=1, max_length=300)],
    text: Annotated[bytes, File(description="The post as a text file")],
    picture: UploadFile | None = None,
) -> dict[str, Any]:
    """Take a field and files in one request."""
    return {"title": title, "length": len(text), "picture": None if picture is None else digest(picture)}


@bp.post("/albums/")
@operation(status_code=201, form_limits={"max_fields": 2, "max_files": 3, "max_part_size": 2_000})
def create_album(album: Annotated[Json[Album], Form()], photos: list[UploadFile]) -> dict[str, Any]:
    """Take JSON and files in one request, at most three of them."""
    return {"album": album, "photos": [digest(photo) for photo in photos]}


@bp.post("/thumbnail/")
@operation(max_body_size=10_000)
async def check_thumbnail(picture: UploadFile) -> dict[str, Any]:
    """Take a small file in an `async def` view."""
    beginning = await picture.read(8)
    await picture.seek(0)
    return {"is_png": beginning == b"\x89PNG\r\n\x1a\n", "size": len(await picture.read())}


@notes.post("/")
@operation()
def create_note(request: Request) -> dict[str, int]:
    """Take a body as it is, up to the size that all of this kind may have."""
    return {"length": len(request.get_data())}


@reminders.post("/")
@operation()
def create_reminder(request: Request) -> dict[str, int]:
    """Take a body as it is, up to the size that is said where this router is included."""
    return {"length": len(request.get_data())}


bp.register_blueprint(notes)
include_router(bp, reminders, max_body_size=100)
