"""Fields of a form and uploaded files."""

import hashlib
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Request, UploadFile
from pydantic import BaseModel, Field, Json

router = APIRouter(prefix="/forms-files", tags=["forms-files"])
notes = APIRouter(prefix="/notes", max_body_size=1_000)
reminders = APIRouter(prefix="/reminders")


class ProfileForm(BaseModel):
    model_config = {"extra": "forbid"}

    name: str
    email: str
    topics: list[str] = []


class ByMail(BaseModel):
    email: str
    every: Annotated[int, Field(ge=1, le=30)] | Literal["never"] = "never"


class ByPost(BaseModel):
    street: str
    town: str


class Album(BaseModel):
    title: str = Field(max_length=300)
    tags: list[str] = []


class Receipt(BaseModel):
    size: int
    sha256: str


def digest(upload: UploadFile) -> Receipt:
    """What came, without storing it; read in pieces, since it may be larger than the memory."""
    sha256 = hashlib.sha256()
    while piece := upload.file.read(64 * 1024):
        sha256.update(piece)
    return Receipt(size=upload.size or 0, sha256=sha256.hexdigest())


@router.post("/login/")
def login(username: Annotated[str, Form()], password: Annotated[str, Form(min_length=3)]) -> dict[str, str]:
    """Take two fields of a form."""
    return {"username": username}


@router.post("/profile/")
def create_profile(
    name: Annotated[str, Form(max_length=50)],
    topics: Annotated[list[str] | None, Form()] = None,
    newsletter: Annotated[bool, Form()] = False,
) -> dict[str, Any]:
    """Take a text, a field that may come several times, and a checkbox."""
    return {"name": name, "topics": topics, "newsletter": newsletter}


@router.post("/profile/model/")
def create_profile_from_model(profile: Annotated[ProfileForm, Form()]) -> ProfileForm:
    """Take all fields of a form as one model, which forbids others."""
    return profile


@router.post("/reminder/")
def set_reminder(days: Annotated[int | Literal["never"], Form()]) -> dict[str, int | str]:
    """Take a field that is a number or a word."""
    return {"days": days}


@router.post("/subscription/")
def subscribe(wanted: Annotated[ByMail | ByPost, Form()]) -> dict[str, Any]:
    """Take a form that is one of two models, a field of which is one of two types."""
    return {"by": type(wanted).__name__, "wanted": wanted}


@router.post("/size/")
def read_size(file: Annotated[bytes | None, File(description="A small file, read into memory")] = None) -> int:
    """Take the content of a file that need not be there."""
    return 0 if file is None else len(file)


@router.post("/avatar/", status_code=201)
def upload_avatar(avatar: UploadFile) -> Receipt:
    """Take a file; answer with its size and SHA-256, by which it could be stored."""
    return digest(avatar)


@router.post("/attachments/")
def upload_attachments(
    files: Annotated[list[UploadFile], File(description="Several files under one name")],
) -> list[dict[str, Any]]:
    """Take several files; their names are shown and not used."""
    return [{"filename": file.filename, "content_type": file.content_type, "size": file.size} for file in files]


@router.post("/posts/", status_code=201)
def create_post(
    title: Annotated[str, Form(min_length=1, max_length=300)],
    text: Annotated[bytes, File(description="The post as a text file")],
    picture: UploadFile | None = None,
) -> dict[str, Any]:
    """Take a field and files in one request."""
    return {"title": title, "length": len(text), "picture": None if picture is None else digest(picture)}


@router.post("/albums/", status_code=201, form_limits={"max_fields": 2, "max_files": 3, "max_part_size": 2_000})
def create_album(album: Annotated[Json[Album], Form()], photos: list[UploadFile]) -> dict[str, Any]:
    """Take JSON and files in one request, at most three of them."""
    return {"album": album, "photos": [digest(photo) for photo in photos]}


@router.post("/thumbnail/", max_body_size=10_000)
async def check_thumbnail(picture: UploadFile) -> dict[str, Any]:
    """Take a small file in an `async def` view."""
    beginning = await picture.read(8)
    await picture.seek(0)
    return {"is_png": beginning == b"\x89PNG\r\n\x1a\n", "size": len(await picture.read())}


@notes.post("/")
async def create_note(request: Request) -> dict[str, int]:
    """Take a body as it is, up to the size that all of this kind may have."""
    return {"length": len(await request.body())}


@reminders.post("/")
async def create_reminder(request: Request) -> dict[str, int]:
    """Take a body as it is, up to the size that is said where this router is included."""
    return {"length": len(await request.body())}


router.include_router(notes)
router.include_router(reminders, max_body_size=100)
