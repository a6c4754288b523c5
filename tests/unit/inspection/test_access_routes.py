"""Routes that ask who calls, one by one, and doors in front of them."""

from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer, Confidence, Fact

_API = "from fastapi import Depends, FastAPI\n\napp = FastAPI()\n"


def _fact(folder: Path, files: dict[str, str], key: str) -> Fact:
    return inspected(folder, files, "access")[f"access/{key}"]


_USER = """from typing import Annotated

async def get_current_user(token: Annotated[str, Header()] = ""):
    if settings.ENVIRONMENT == "local":
        return DUMMY
    return check(token)

UserDep = Annotated[User, Depends(get_current_user)]
"""


_ROUTES = """from fastapi import APIRouter

router = APIRouter()

@router.get("/health")
def health():
    return {}

@router.get("/items")
def items(
    session: Session,
    user: UserDep,
):
    return []
"""


def test_every_route_that_asks_by_an_annotated_type(tmp_path: Path) -> None:
    fact = _fact(tmp_path, {"app/users.py": _USER, "app/items.py": _ROUTES, "api.py": _API}, "service-authentication")

    assert (fact.answer, fact.confidence) == (Answer.YES, Confidence.MODERATE)
    assert spots(fact) == ["app/users.py:8", "app/users.py:4", "app/users.py:3", "app/items.py:9"]
    assert spots(fact, counting=False) == ["app/items.py:5"]
    assert {key: fact.values[key] for key in ("routes_with_it", "routes_without_it", "routes_left_out")} == {
        "routes_with_it": 1,
        "routes_without_it": 0,
        "routes_left_out": 1,
    }
    assert "developer" in fact.statement


def test_a_route_that_asks_for_nothing_makes_it_a_part(tmp_path: Path) -> None:
    routes = _ROUTES + '\n@router.get("/authors")\ndef authors(session: Session):\n    return []\n'
    fact = _fact(tmp_path, {"app/users.py": _USER, "app/items.py": routes}, "service-authentication")

    assert fact.answer is Answer.PARTIAL
    assert "app/items.py:16" in spots(fact)
    assert fact.values["routes_without_it"] == 1


@pytest.mark.parametrize(
    ("main", "answer"),
    [
        ("app.include_router(items.router, dependencies=[Depends(verify_token)])\n", Answer.YES),
        ("inner = APIRouter(dependencies=[Depends(verify_token)])\ninner.include_router(items.router)\n", Answer.YES),
        ("other = APIRouter(dependencies=[Depends(verify_token)])\napp.include_router(items.router)\n", Answer.PARTIAL),
    ],
)
def test_a_router_that_is_included_with_a_dependency(tmp_path: Path, main: str, answer: Answer) -> None:
    routes = _ROUTES.replace("user: UserDep,", "limit: int,")
    fact = _fact(tmp_path, {"api.py": _API + main, "app/items.py": routes}, "service-authentication")

    assert fact.answer is answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("@bp.route('/a')\n@login_required\ndef a(): ...\n", Answer.YES),
        ("@bp.route('/a')\n@login_required\ndef a(): ...\n\n@bp.route('/b')\ndef b(): ...\n", Answer.PARTIAL),
        ("@bp.route('/a')\n@login_required\ndef a(): ...\n\n@auth_bp.route('/b')\ndef b(): ...\n", Answer.PARTIAL),
    ],
)
def test_routes_of_flask_are_counted(tmp_path: Path, text: str, answer: Answer) -> None:
    fact = _fact(tmp_path, {"views.py": "from flask import Flask\n\n" + text}, "service-authentication")

    assert fact.answer is answer


_DOOR = 'module "web" {\n  authenticate_staff = {\n    enabled : true,\n    client_id : var.client,\n  }\n}\n'


@pytest.mark.parametrize(
    ("text", "answer", "places"),
    [
        (_DOOR, Answer.YES, ["ecs.tf:2", "ecs.tf:3"]),
        (_DOOR.replace("true", "var.sign_in"), Answer.PARTIAL, ["ecs.tf:2", "ecs.tf:3"]),
        (_DOOR.replace("true", "false"), Answer.NO, []),
        (_DOOR.replace("client_id", "colour"), Answer.NO, []),
        (_DOOR.replace("  authenticate", "  # authenticate"), Answer.NO, []),
    ],
)
def test_sign_in_at_a_load_balancer(tmp_path: Path, text: str, answer: Answer, places: list[str]) -> None:
    fact = _fact(tmp_path, {"ecs.tf": text, "api.py": _API}, "mfa-or-sso")

    assert (fact.answer, spots(fact)) == (answer, places)


@pytest.mark.parametrize(
    ("routes", "answer"),
    [
        ("router.get('/a', passport.authenticate('jwt'), list);\n", Answer.YES),
        (
            "router.get('/a', passport.authenticate('jwt'), list);\nrouter.post('/b', getCurrentUser);\n",
            Answer.PARTIAL,
        ),
    ],
)
def test_routes_of_express_are_counted(tmp_path: Path, routes: str, answer: Answer) -> None:
    text = "import express from 'express';\nconst router = express.Router();\n" + routes
    fact = _fact(tmp_path, {"src/items.ts": text}, "service-authentication")

    assert fact.answer is answer
    assert "src/items.ts:3" in spots(fact)
