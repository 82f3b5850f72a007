"""Functions that are named on the command line become a workload, or are refused in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.errors import UsageError
from bench.plan import race
from bench.plan.race import Asked

MODULE = """
import asyncio
from contextlib import contextmanager
from functools import partial

number = 3

def fetch(): return 4
async def fetch_async(): await asyncio.sleep(0); return 4
async def later(n): await asyncio.sleep(0); return n
again = partial(later, 4)
def right(result): return result == 4

class Shop:
    @staticmethod
    def open(): return 4

@contextmanager
def pool(): yield 4
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").touch()
    (tmp_path / "shop" / "api.py").write_text(MODULE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_blocking_and_a_coroutine_function_are_told_apart_by_looking(shop: Path) -> None:
    spec = race.spec(Asked(("shop.api:fetch_async", "shop.api:fetch")))

    assert spec.forms == ("blocking", "coroutine")
    assert spec.parameters["blocking_function"] == "shop.api:fetch"
    assert spec.parameters["coroutine_function"] == "shop.api:fetch_async"
    assert spec.label == "race fetch_async + fetch"
    assert spec.file == "shop/api.py"


@pytest.mark.parametrize("name", ["shop.api:again", "shop.api:fetch_async"])
def test_a_partial_of_a_coroutine_function_is_one(name: str, shop: Path) -> None:
    assert race.spec(Asked((name,))).forms == ("coroutine",)


def test_a_static_method_of_a_class_can_race(shop: Path) -> None:
    assert race.spec(Asked(("shop.api:Shop.open",))).forms == ("blocking",)


def test_a_check_makes_it_a_workload_with_one(shop: Path) -> None:
    assert race.spec(Asked(("shop.api:fetch",), check="shop.api:right")).class_name.endswith(":CheckedRace")
    assert race.spec(Asked(("shop.api:fetch",))).class_name.endswith(":Race")


def test_a_project_with_its_packages_below_src_is_found(shop: Path) -> None:
    (shop / "src").mkdir()
    (shop / "shop").rename(shop / "src" / "store")

    assert race.spec(Asked(("store.api:fetch",))).file == "src/store/api.py"


def test_a_script_defines_its_own(shop: Path) -> None:
    script = shop / "a script.py"
    script.write_text("def blocking(): return 1\nasync def coroutine(): return 1\ndef check(r): return r == 1\n")

    spec = race.spec(Asked((str(script),)))

    assert spec.forms == ("blocking", "coroutine")
    assert spec.parameters["check_function"].endswith(":check")
    assert spec.parameters["setup"] == ""


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (Asked(()), ["name what is to race"]),
        (Asked(("shop.api.fetch",)), ["write module:function"]),
        (Asked(("shop.nowhere:fetch",)), ["there is no module 'shop.nowhere'"]),
        (Asked(("shop.api:fech",)), ["shop.api:fech", "has no attribute 'fech'"]),
        (Asked(("shop.api:number",)), ["is no function but int"]),
        (Asked(("shop.api:fetch", "shop.api:Shop.open")), ["are both a blocking function (def)"]),
        (Asked(("nowhere.py",)), ["no such file"]),
        (Asked(("script.py", "shop.api:fetch")), ["a script stands alone"]),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_race_is_refused_in_one_line(asked: Asked, words: list[str], shop: Path) -> None:
    with pytest.raises(UsageError) as refused:
        race.spec(asked)

    assert "\n" not in str(refused.value)
    for word in words:
        assert word in str(refused.value)


def test_a_script_whose_coroutine_is_none_is_refused(shop: Path) -> None:
    (shop / "wrong.py").write_text("def coroutine(): return 1\n")

    with pytest.raises(UsageError, match="coroutine is a blocking function"):
        race.spec(Asked(("wrong.py",)))
