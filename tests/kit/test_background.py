"""BackgroundTasks: small applications whose order of events is compared with FastAPI's."""

import asyncio
import functools
from typing import Annotated, Any

import pytest

import myapp.kit as kit
from tests.kit.both import Twins, agree


def build(lib: Any) -> None:
    """Views that leave tasks behind, in every way that there is."""
    note = lib.note

    def task(name: str, *, number: int = 0) -> None:
        note(f"task {name} {number}")

    async def slow_task(name: str) -> None:
        note(f"slow task {name} begins")
        await asyncio.sleep(0.01)
        note(f"slow task {name} ends")

    def broken_task() -> None:
        note("broken task")
        raise LookupError("lost")

    class Callable_:
        async def __call__(self, name: str) -> None:
            await asyncio.sleep(0)
            note(f"object {name}")

    def opened() -> Any:
        note("opens")
        try:
            yield "opened"
        except Exception as error:
            note(f"saw {type(error).__name__}")
            raise
        finally:
            note("closes")

    def briefly() -> Any:
        yield
        note("brief closes")

    def asks(background_tasks: lib.BackgroundTasks, q: str | None = None) -> str | None:
        background_tasks.add_task(task, f"of dependency {q}")
        return q

    @lib.post("/plain")
    def plain(background_tasks: lib.BackgroundTasks) -> dict[str, str]:
        background_tasks.add_task(task, "one", number=1)
        background_tasks.add_task(slow_task, name="two")
        background_tasks.add_task(task, "three")
        note("view")
        return {"message": "sent"}

    @lib.post("/shared")
    def shared(q: Annotated[str | None, lib.Depends(asks)], tasks: lib.BackgroundTasks) -> str | None:
        tasks.add_task(task, "of view")
        return q

    @lib.post("/dependency-only", dependencies=[lib.Depends(asks)])
    def dependency_only() -> None:
        note("view")

    @lib.post("/coroutine")
    async def coroutine(tasks: lib.BackgroundTasks) -> str:
        tasks.add_task(slow_task, "one")
        tasks.add_task(functools.partial(slow_task, "partial"))
        tasks.add_task(Callable_(), "called")
        return "coroutine"

    @lib.post("/response")
    def response(tasks: lib.BackgroundTasks) -> Any:
        tasks.add_task(task, "after own response")
        return lib.JSONResponse({"own": True}, 202)

    @lib.post("/streamed")
    def streamed(tasks: lib.BackgroundTasks, dep: Annotated[str, lib.Depends(opened)]) -> Any:
        tasks.add_task(task, "after stream")

        def chunks() -> Any:
            note("chunk")
            yield f"{dep}\n"

        return lib.StreamingResponse(chunks(), media_type="text/plain")

    @lib.post("/broken-stream", include_in_schema=False)
    def broken_stream(tasks: lib.BackgroundTasks, dep: Annotated[str, lib.Depends(opened)]) -> Any:
        tasks.add_task(task, "after stream")

        def chunks() -> Any:
            yield "one\n"
            raise LookupError("lost")

        return lib.StreamingResponse(chunks(), media_type="text/plain")

    @lib.post("/dependencies")
    def dependencies(
        tasks: lib.BackgroundTasks,
        dep: Annotated[str, lib.Depends(opened)],
        brief: Annotated[None, lib.Depends(briefly, scope="function")],
    ) -> str:
        tasks.add_task(task, dep)
        return dep

    @lib.post("/failing")
    def failing(tasks: lib.BackgroundTasks, dep: Annotated[str, lib.Depends(opened)]) -> str:
        tasks.add_task(task, "before")
        tasks.add_task(broken_task)
        tasks.add_task(task, "never")
        return dep

    @lib.post("/failing-alone")
    def failing_alone(tasks: lib.BackgroundTasks) -> None:
        tasks.add_task(broken_task)
        tasks.add_task(task, "never")

    @lib.post("/refused")
    def refused(tasks: lib.BackgroundTasks, dep: Annotated[str, lib.Depends(opened)]) -> None:
        tasks.add_task(task, "never")
        raise lib.HTTPException(status_code=409, detail=f"refused, {dep}")

    @lib.post("/number/{number}")
    def numbered(number: int, q: Annotated[str | None, lib.Depends(asks)]) -> int:
        return number

    @lib.post("/nothing")
    def nothing(tasks: lib.BackgroundTasks) -> None:
        note("view")


@pytest.fixture(scope="module")
def twins() -> Twins:
    """Both sides."""
    return Twins(build)


PATHS = ("plain", "shared", "shared?q=x", "dependency-only", "coroutine", "response", "streamed", "dependencies")


def test_documents_and_answers() -> None:
    """The argument is in no document, and what follows a response does not change it."""
    agree(build, *(f"POST /{path}" for path in PATHS), "POST /number/x", "POST /number/1", "POST /nothing")


@pytest.mark.parametrize("path", [*PATHS, "nothing", "number/1", "number/x"])
def test_same_events(twins: Twins, path: str) -> None:
    """Response, tasks and ends of dependencies follow one another as in FastAPI."""
    twins.events(f"POST /{path}")


def test_tasks_follow_the_response(twins: Twins) -> None:
    """Tasks run in order, each to its end, after the last byte."""
    assert twins.events("POST /plain") == [
        *("view", "response 200", "sent"),
        *("task one 1", "slow task two begins", "slow task two ends", "task three 0"),
    ]


def test_tasks_come_before_the_end_of_dependencies(twins: Twins) -> None:
    """Scope "function" ends before the response, tasks run after it, scope "request" ends last."""
    assert twins.events("POST /dependencies") == [
        *("opens", "brief closes", "response 200", "sent", "task opened 0", "closes"),
    ]


def test_one_object_a_request(twins: Twins) -> None:
    """A dependency and the view add to the same list; the next request begins with an empty one."""
    for _ in range(2):
        assert twins.events("POST /shared?q=x")[-2:] == ["task of dependency x 0", "task of view 0"]


@pytest.mark.parametrize("path", ["failing", "failing-alone"])
def test_a_failing_task_stops_those_after_it(twins: Twins, path: str) -> None:
    """The answer stands, dependencies see the exception, and the server gets it to log."""
    events = twins.events(f"POST /{path}")
    assert "task never 0" not in events
    assert events[-1] == "error for the server"
    assert ("saw LookupError" in events) == (path == "failing")


@pytest.mark.parametrize("path", ["refused", "broken-stream", "number/x"])
def test_no_task_after_a_failure(twins: Twins, path: str) -> None:
    """What fails before its response has been sent leaves no task."""
    assert not [event for event in twins.events(f"POST /{path}") if event.startswith("task")]


def test_tasks_run_in_an_application_context() -> None:
    """A task may ask for the application, sees the request's id, and no longer the request."""
    import flask

    app = flask.Flask("tasks")
    kit.Api().init_app(app)
    seen: list[Any] = []

    def task() -> None:
        seen.append((flask.current_app.name, flask.g.request_id, flask.has_request_context()))

    @app.get("/")
    @kit.operation()
    def view(tasks: kit.BackgroundTasks) -> None:
        flask.g.request_id = "7"
        tasks.add_task(task)

    with app.test_client().get("/"):
        assert seen == []
    assert seen == [("tasks", "7", False)]
