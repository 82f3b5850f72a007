"""bench claims: measured for real in seconds, judged again without measuring, and shown on a page."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import bench
import bench.results
from bench.errors import StoreError
from bench.judge import claims as judging
from bench.plan import claims as needs
from bench.plan import discovery, ledger
from bench.results import claims
from bench.trial import runners
from tests.support.command import ROOT, Done, python
from tests.support.command import bench as command

SCHEMA = json.loads((Path(bench.results.__file__).parent / "claims.schema.json").read_text())

OURS = list(ledger.known().values())
MAY_BE = re.compile(r"pip install|apt install|invalid|too few blocks or ops")
"""Why a claim of ours may have no figures: what is not installed, a finding, or one block that is too little."""

LEDGER = """
title = "Mine"

[[claim]]
id = "naps-add-up"
group = "Waiting"
says = "Eight tasks nap at least four times as often as plain code."
source = "me, 2026"
workload = "sleep"
concurrency = [8]
metric = "throughput"
of = "asyncio"
over = "sync"
claimed = [4]

[[claim]]
id = "naps-do-not"
group = "Waiting"
says = "Eight threads nap no more often than plain code."
source = "nobody"
workload = "sleep"
concurrency = [8]
metric = "throughput"
of = "threads"
over = "sync"
claimed = [0, 1.5]

[[claim]]
id = "no-such-client"
group = "Elsewhere"
says = "A client that is not here is fast."
source = "nobody"
workload = "http"
set = ["client=raw"]
concurrency = [3000]
metric = "throughput"
of = "processes"
over = "processes"
claimed = [1]

[[claim]]
id = "easy"
group = "Elsewhere"
says = "It is easy to read."
source = "me"
shows = "sleep"
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("claims")
    (directory / "mine.toml").write_text(LEDGER)
    return directory


@pytest.fixture(scope="module")
def measured(place: Path) -> Done:
    return command("claims", "mine.toml", "--budget", "6s", "--json", cwd=place)


@pytest.fixture(scope="module")
def document(measured: Done) -> dict[str, Any]:
    found: dict[str, Any] = measured.json()
    return found


def verdicts(document: dict[str, Any]) -> dict[str, str]:
    return {claim["id"]: claim["verdict"] for ledger in document["ledgers"] for claim in ledger["claims"]}


def noisy(document: dict[str, Any], name: str) -> bool:
    """Whether a verdict is withheld because other programs disturbed the run, as other tests may."""
    (told,) = (claim for ledger in document["ledgers"] for claim in ledger["claims"] if claim["id"] == name)
    return told["verdict"] == "cannot be tested here" and "noisy-machine" in told["sentence"]


def test_every_claim_ends_in_a_verdict_or_a_reason(measured: Done, document: dict[str, Any]) -> None:
    assert measured.code == 0, measured.err
    jsonschema.validate(document, SCHEMA)
    found = verdicts(document)
    assert found["naps-add-up"] == "holds" or noisy(document, "naps-add-up")
    assert found["naps-do-not"] == "does not hold" or noisy(document, "naps-do-not")
    assert (found["no-such-client"], found["easy"]) == ("cannot be tested here", "not measured")
    (ledger,) = document["ledgers"]
    assert "3000 processes" in ledger["claims"][2]["sentence"]
    assert "time.sleep" in ledger["claims"][3]["code"]["blocking"]
    assert "asyncio.sleep" in ledger["claims"][3]["code"]["coroutine"]


def test_our_ledgers_end_in_a_verdict_or_a_reason_on_any_run() -> None:
    example = bench.load(ROOT / "results" / "example").stored
    ledgers = [ledger.read(file) for file in OURS]
    ours = [claim for one in ledgers for claim in one.claims]
    wanted = needs.wanted(ours, discovery.discover(), list(runners.catalogue()))
    found = judging.judged(example, needs.questions(ours, wanted.specs, example.plan.workloads), {})
    document = claims.document("example", ledgers, found, {})

    jsonschema.validate(document, SCHEMA)
    assert len(document["ledgers"]) == 2
    assert verdicts(document)["cpu-processes"] == "holds"
    for one in document["ledgers"]:
        for claim in one["claims"]:
            assert claim["sentence"], claim["id"]
            assert claim["verdict"] != "cannot be tested here" or "not measured: " in claim["sentence"]


IN_ONE_BLOCK = """
import sys
from bench.cli import claiming, main
claiming.BLOCKS, claiming.FURTHER_BLOCKS = 1, 0
sys.exit(main.main(sys.argv[1:]))
"""


@pytest.mark.timeout(400)
def test_everything_that_our_ledgers_ask_for_is_measured_for_real(tmp_path: Path) -> None:
    """In one block, which gives ratios and no interval: so nothing is decided, and everything says why."""
    done = python("-c", IN_ONE_BLOCK, "claims", "--budget", "10s", "--json", cwd=tmp_path, timeout_s=390)

    assert done.code == 0, done.err
    told = [claim for one in done.json()["ledgers"] for claim in one["claims"]]
    assert {claim["id"] for claim in told} == {claim.id for file in OURS for claim in ledger.read(file).claims}
    for claim in told:
        assert claim["sentence"], claim["id"]
        assert claim["verdict"] in {"undecided", "cannot be tested here", "not measured"}
    measured = {claim["id"] for claim in told if claim["verdict"] == "undecided"}
    left_out = {claim["id"]: claim["sentence"] for claim in told if claim["id"] not in measured}
    assert left_out.pop("simple-code")
    assert [why for why in left_out.values() if not MAY_BE.search(why)] == []


def test_a_stored_run_is_judged_again_without_measuring(place: Path, document: dict[str, Any]) -> None:
    file = place / "stricter.toml"
    file.write_text(LEDGER.replace("claimed = [4]", "claimed = [4000]"))

    held = verdicts(document)["naps-add-up"]
    again = command("claims", "stricter.toml", "--run", "latest", "--compare", "latest", cwd=place)
    back = command("claims", "mine.toml", "naps-add-up", "--run", "latest", "--compare", "latest", cwd=place)

    assert again.code == back.code == 0
    assert "measuring takes" not in again.err
    if noisy(document, "naps-add-up"):
        pytest.skip("other programs disturbed the run: its verdicts are withheld")
    assert "✗ does not hold" in again.out
    assert f"naps-add-up: {held} -> does not hold" in again.err
    assert f"naps-add-up: does not hold -> {held}" in back.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["naps"], "unknown claim or ledger 'naps'"),
        (["gone.toml"], "gone.toml"),
        (["asyncio", "--run", "nowhere"], "nowhere"),
    ],
)
def test_a_slip_is_one_line(words: list[str], said: str, place: Path) -> None:
    done = command("claims", *words, cwd=place)

    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


def test_a_run_without_verdicts_says_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="bench claims --run"):
        claims.read(tmp_path)


def test_the_page_lies_beside_the_report(place: Path, measured: Done) -> None:
    (page,) = (place / "results").glob("2*/claims.html")

    assert "Eight tasks nap at least four times as often as plain code." in page.read_text()
    assert str(page.relative_to(place)) in measured.err
