"""Lifespan: what it prepared is there, once, and each request's state is its own."""

import pytest

ROOT = "/lifespan"


@pytest.mark.parametrize(
    ("text", "score"), [("Flask and FastAPI in Python", 8), ("nothing of it", 0), ("flask flask", 6)]
)
def test_the_model_is_loaded(side, text, score):
    """A view uses what the lifespan made."""
    assert side.get(f"{ROOT}/score", params={"text": text}).json() == {"score": score}


@pytest.mark.over_the_wire
def test_it_was_entered_and_not_left(side):
    """Many requests later it is still the one that was made at the start."""
    for _ in range(3):
        assert side.get(f"{ROOT}/state").json() == {"starts": 1, "closed": False}


@pytest.mark.over_the_wire
def test_state_belongs_to_the_request(side):
    """What one request leaves in the state is not there for the next."""
    assert side.get(f"{ROOT}/readers/ann").json() == {"reader": "ann"}
    assert side.get(f"{ROOT}/readers").json() == {"reader": False}
