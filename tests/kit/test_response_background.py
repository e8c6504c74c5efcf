"""`background=` of the response classes: what runs after which response, in FastAPI's order of events."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import flask
import pytest

import myapp.kit as kit
from tests.kit.both import Twins

FILE = Path(__file__)


def build(lib: Any) -> None:
    """Responses of every class with a task, alone and together with what else happens after a response."""
    note = lib.note
    Task, Tasks = lib.BackgroundTask, lib.BackgroundTasks

    def task(name: str, *, number: int = 0) -> None:
        note(f"task {name} {number}")

    async def slow_task(name: str) -> None:
        await asyncio.sleep(0)
        note(f"slow task {name}")

    def broken_task() -> None:
        raise LookupError("lost")

    def opened() -> Any:
        note("opens")
        try:
            yield "opened"
        except Exception as error:
            note(f"saw {type(error).__name__}")
            raise
        finally:
            note("closes")

    class Refusal(Exception):
        pass

    @lib.exception_handler(Refusal)
    def refuse(request: Any, error: Refusal) -> Any:
        return lib.JSONResponse({"refused": True}, 409, background=Task(task, "of handler"))

    @lib.post("/class/{name}")
    def of_class(name: str) -> Any:
        background = Task(task, name, number=1)
        if name == "raw":
            return lib.RawResponse(b"raw", 201, {"x-one": "1"}, "application/x-raw", background)
        if name == "html":
            return lib.HTMLResponse("<p>", background=background)
        if name == "text":
            return lib.PlainTextResponse("text", 200, None, None, background)
        if name == "redirect":
            return lib.RedirectResponse("/there", 303, None, background)
        if name == "stream":
            return lib.StreamingResponse(iter("ab"), 200, {"x-two": "2"}, "text/plain", background)
        if name == "file":
            return lib.FileResponse(FILE, 200, {"x-two": "2"}, "text/plain", background, "a.txt")
        return lib.JSONResponse({"name": name}, 200, {}, "application/x+json", background)

    @lib.post("/async")
    async def awaited() -> Any:
        return lib.JSONResponse(1, background=Task(slow_task, name="one"))

    @lib.post("/several")
    def several() -> Any:
        tasks = Tasks(tasks=[Task(task, "one"), Task(slow_task, "two")])
        tasks.add_task(task, "three", number=3)
        return lib.JSONResponse(1, background=tasks)

    @lib.post("/attribute")
    def attribute() -> Any:
        response = lib.JSONResponse(1)
        response.background = Task(task, "set later")
        return response

    @lib.post("/both")
    def both(tasks: lib.BackgroundTasks) -> Any:
        tasks.add_task(task, "of argument")
        return lib.JSONResponse(1, background=Task(task, "of response"))

    @lib.post("/argument")
    def argument(tasks: lib.BackgroundTasks) -> Any:
        response = lib.JSONResponse(1, background=tasks)
        tasks.add_task(task, "of argument")
        return response

    @lib.post("/injected")
    def injected(response: lib.Response) -> int:
        response.background = Task(task, "never, in FastAPI either")
        return 1

    @lib.post("/dependency")
    def dependency(dep: Annotated[str, lib.Depends(opened)]) -> Any:
        return lib.PlainTextResponse(dep, background=Task(task, dep))

    @lib.post("/failing")
    def failing(dep: Annotated[str, lib.Depends(opened)]) -> Any:
        return lib.PlainTextResponse(dep, background=Tasks([Task(broken_task), Task(task, "never")]))

    @lib.post("/failing-alone")
    def failing_alone() -> Any:
        return lib.PlainTextResponse("", background=Task(broken_task))

    @lib.post("/streamed")
    def streamed(dep: Annotated[str, lib.Depends(opened)]) -> Any:
        def chunks() -> Any:
            note("chunk")
            yield dep

        return lib.StreamingResponse(chunks(), background=Task(task, "after the stream"))

    @lib.post("/broken-stream", include_in_schema=False)
    def broken_stream(dep: Annotated[str, lib.Depends(opened)]) -> Any:
        def chunks() -> Any:
            yield "one"
            raise LookupError("lost")

        return lib.StreamingResponse(chunks(), background=Task(task, "never"))

    @lib.post("/handler")
    def handled(dep: Annotated[str, lib.Depends(opened)]) -> Any:
        raise Refusal

    @lib.post("/raised")
    def raised(tasks: lib.BackgroundTasks) -> Any:
        tasks.add_task(task, "never")
        raise Refusal

    @lib.get("/file")
    def file(dep: Annotated[str, lib.Depends(opened)]) -> Any:
        return lib.FileResponse(FILE, background=Task(task, "after the file"))

    class Noted(lib.JSONResponse):
        def __init__(self, content: Any, *arguments: Any, **keywords: Any) -> None:
            super().__init__(content, *arguments, background=Task(task, "of class"))

    @lib.get("/own-class")
    def own_class() -> Any:
        return Noted([1])


@pytest.fixture(scope="module")
def twins() -> Twins:
    """Both sides."""
    return Twins(build)


PATHS = (
    *(f"class/{name}" for name in ("raw", "html", "text", "redirect", "stream", "file", "json")),
    *("async", "several", "attribute", "both", "argument", "injected", "dependency", "failing", "failing-alone"),
    *("streamed", "broken-stream", "handler", "raised"),
)


@pytest.mark.parametrize("path", PATHS)
def test_same_events(twins: Twins, path: str) -> None:
    """Answer, tasks and ends of dependencies follow one another as in FastAPI."""
    twins.events(f"POST /{path}")


def test_the_same_document(twins: Twins) -> None:
    """Tasks are in no document."""
    twins.same_document()


def test_order(twins: Twins) -> None:
    """The task runs after the last byte and before the end of dependencies; its own replaces those of an argument."""
    assert twins.events("POST /dependency") == ["opens", "response 200", "sent", "task opened 0", "closes"]
    assert twins.events("POST /both") == ["response 200", "sent", "task of response 0"]
    assert twins.events("POST /handler")[-1] == "task of handler 0"
    assert twins.events("POST /several")[-3:] == ["task one 0", "slow task two", "task three 3"]


@pytest.mark.parametrize("headers", [{}, {"range": "bytes=0-3"}])
def test_files(twins: Twins, headers: dict[str, str]) -> None:
    """A task follows a file and a part of one, then dependencies end."""
    assert twins.events("GET /file", headers=headers)[2:] == ["sent", "task after the file 0", "closes"]


def test_no_file(twins: Twins) -> None:
    """Nothing follows a part that the file does not have."""
    for happened, answer in twins.happened("GET /file", headers={"range": "bytes=99999999-"}):
        assert answer["status"] == 416
        assert "task after the file 0" not in happened


def test_a_class_of_ones_own(twins: Twins) -> None:
    """A subclass may bring its task along."""
    assert twins.events("GET /own-class")[-1] == "task of class 0"


def test_flasks_own_views_and_hooks() -> None:
    """A view that is no operation, and a hook, may leave tasks as well; a response that is used again keeps only its
    own.
    """
    app = flask.Flask("tasks")
    kit.Api().init_app(app)
    noted: list[str] = []
    constant = kit.JSONResponse(1)
    owning = kit.JSONResponse(2, background=kit.BackgroundTask(noted.append, "own"))

    @app.get("/plain")
    def plain() -> kit.Response:
        return kit.PlainTextResponse("plain", background=kit.BackgroundTask(noted.append, "plain"))

    @app.get("/constant")
    @kit.operation()
    def again(tasks: kit.BackgroundTasks, number: int) -> kit.Response:
        tasks.add_task(noted.append, f"injected {number}")
        return constant if number < 10 else owning

    @app.get("/replaced")
    @kit.operation()
    def replaced(tasks: kit.BackgroundTasks) -> int:
        tasks.add_task(noted.append, "of the replaced")
        return 1

    @app.after_request
    def hook(response: Any) -> Any:
        if flask.request.args.get("number") == "5":
            response.background = kit.BackgroundTasks([response.background, kit.BackgroundTask(noted.append, "hook")])
        return flask.make_response("another") if flask.request.path == "/replaced" else response

    client = app.test_client()

    def after(path: str) -> list[str]:
        noted.clear()
        client.get(path).close()
        return list(noted)

    assert after("/plain") == ["plain"]
    assert after("/constant?number=1") == ["injected 1"]
    assert after("/constant?number=2") == ["injected 2"]
    assert after("/constant?number=5") == ["injected 5", "hook"]
    assert after("/constant?number=6") == ["injected 6"]
    assert after("/constant?number=10") == after("/constant?number=11") == ["own"]
    assert after("/replaced") == ["of the replaced"]
