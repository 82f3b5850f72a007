"""The JSON document against its published schema."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bench.judge import analysis
from bench.model import Absence, StoredRun
from bench.results import document
from tests.support import command
from tests.support.synthetic import run, trial

SCHEMA = json.loads((files("bench.results") / "show.schema.json").read_text())


def of(stored: StoredRun) -> dict[str, Any]:
    made = document.of_run(stored, analysis.summarise(stored))
    plain: dict[str, Any] = json.loads(json.dumps(made, allow_nan=False))
    return plain


def broken() -> StoredRun:
    stored = run(
        lambda r, b: trial(r, b, status="failed", reason="it died", turns=()) if r == "threads" else trial(r, b)
    )
    contest = stored.plan.contests[0]
    absent = {"uvloop": Absence("unavailable", "pip install uvloop")}
    settings = replace(stored.plan.settings, runners=(*stored.plan.settings.runners, "uvloop"))
    plan = replace(stored.plan, settings=settings, contests=(replace(contest, absent=absent),))
    return replace(stored, plan=plan)


@pytest.mark.parametrize(
    "stored",
    [run(), run(blocks=1), run(twin=lambda b: trial("sync", b, copy=2)), broken(), replace(run(), trials=())],
    ids=["sound", "one block", "with a twin", "broken", "nothing measured"],
)
def test_every_document_keeps_the_schema(stored: StoredRun) -> None:
    jsonschema.validate(of(stored), SCHEMA)


def test_a_real_run_keeps_the_schema(tmp_path: Path) -> None:
    few = ("-c", "1", "--blocks", "1", "--budget", "1s", "-o", tmp_path)
    done = command.bench("run", "sleep", "http", "-r", "sync,asyncio", *few, "--json")
    shown = command.bench("show", tmp_path / "latest", "--json")

    jsonschema.validate(done.json(), SCHEMA)
    assert shown.json() == done.json()


def test_fewer_than_6_blocks_have_no_interval_and_no_verdict() -> None:
    made = of(run(blocks=5))

    assert {c["throughput_per_s"]["low"] for c in made["cases"]} == {None}
    assert {c["verdict"] for c in made["comparisons"]} == {None}
    assert {c["throughput_per_s"]["blocks"] for c in made["cases"]} == {5}


def test_statuses_and_reasons_reach_the_document() -> None:
    cases = {case["runner"]: case for case in of(broken())["cases"]}

    assert (cases["threads"]["status"], cases["threads"]["reason"]) == ("failed", "it died")
    assert (cases["uvloop"]["status"], cases["uvloop"]["reason"]) == ("unavailable", "pip install uvloop")
    assert cases["uvloop"]["throughput_per_s"] is None


def test_twins_are_the_noise_floor_and_no_headline_case() -> None:
    made = of(run(twin=lambda b: trial("sync", b, copy=2)))

    assert [case["runner"] for case in made["cases"]] == ["sync", "threads", "asyncio"]
    assert len(made["noise_floor"]) == 1
    assert made["noise_floor"][0]["ratio"]["value"] == pytest.approx(1, abs=0.05)
