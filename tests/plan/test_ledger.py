"""Ledgers: ours can be planned, ten lines make a claim, and a slip is one line with file, claim and key."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from bench.errors import UsageError
from bench.plan import claims, discovery, ledger
from bench.trial import runners

GOOD = {
    "id": '"mine"', "group": '"Mine"', "says": '"Threads nap as fast as tasks."', "source": '"me, 2026"',
    "workload": '"sleep"', "concurrency": "[8]", "metric": '"throughput"', "of": '"threads"', "over": '"asyncio"',
    "claimed": "[0.95, 1.05]",
}  # fmt: skip


def written(directory: Path, **changes: str) -> Path:
    file = directory / "mine.toml"
    lines = [f"{key} = {value}" for key, value in {**GOOD, **changes}.items() if value]
    file.write_text('title = "Mine"\n[[claim]]\n' + "\n".join(lines))
    return file


@pytest.mark.parametrize("name", sorted(ledger.known()))
def test_every_claim_of_ours_can_be_planned(name: str) -> None:
    found = ledger.read(ledger.known()[name])
    wanted = claims.wanted(found.claims, discovery.discover(), list(runners.catalogue()))

    assert found.title
    assert wanted.runners
    questions = claims.questions(found.claims, wanted.specs, wanted.workloads)
    assert {question.claim for question in questions} == {one.id for one in found.claims if one.measured}
    for question in questions:
        for side in (question.of, question.over):
            assert side.runner in wanted.runners[side.workload, side.concurrency]


def test_ids_are_unique_over_all_ledgers_of_ours() -> None:
    ids = [claim.id for file in ledger.known().values() for claim in ledger.read(file).claims]

    assert len(ids) == len(set(ids))


def test_ten_lines_are_a_claim(tmp_path: Path) -> None:
    (claim,) = ledger.read(written(tmp_path)).claims

    assert claim.measured is not None
    assert (claim.measured.low, claim.measured.high) == (0.95, 1.05)
    assert ledger.read(written(tmp_path, claimed="[2]")).claims[0].measured.high == math.inf  # type: ignore[union-attr]


def test_contests_are_shared(tmp_path: Path) -> None:
    one = ledger.read(written(tmp_path)).claims
    other = ledger.read(written(tmp_path, id='"other"', of='"uvloop"', metric='"memory"', concurrency="[8, 64]")).claims
    wanted = claims.wanted([*one, *other], discovery.discover(), list(runners.catalogue()))

    assert wanted.runners == {("sleep", 8): {"threads", "asyncio", "uvloop"}, ("sleep", 64): {"asyncio", "uvloop"}}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"metrik": '"x"'}, "unknown key 'metrik': did you mean 'metric'?"),
        ({"metric": '"throughputs"'}, "did you mean 'throughput'?"),
        ({"claimed": "[4, 2]"}, "claimed is [4, 2], in which nothing lies"),
        ({"claimed": '["2x"]'}, "claimed is where the ratio lies"),
        ({"claimed": ""}, "claimed is missing"),
        ({"concurrency": "[0]"}, "concurrency is a list of numbers of workers"),
        ({"concurrency": "8"}, "concurrency is no list"),
        ({"says": ""}, "says is missing"),
        ({"of": "{ set = [] }"}, "of: runner is missing"),
        ({"of": "{ runner = 3 }"}, "of: runner is no text"),
    ],
)
def test_a_slip_is_one_line_with_file_claim_and_key(changes: dict[str, str], words: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\A[^\n]*\Z") as refused:
        ledger.read(written(tmp_path, **changes))

    assert words in str(refused.value)
    assert "mine.toml: claim 'mine'" in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"of": '"thread"'}, "claim 'mine': unknown runner 'thread': did you mean 'threads'?"),
        ({"workload": '"sleeping"'}, "claim 'mine': "),
        ({"set": '["duration_ms=5,7"]'}, "is 2 workloads; a side of a claim is one"),
    ],
)
def test_what_does_not_exist_names_the_claim(changes: dict[str, str], words: str, tmp_path: Path) -> None:
    found = ledger.read(written(tmp_path, **changes))

    with pytest.raises(UsageError) as refused:
        claims.wanted(found.claims, discovery.discover(), list(runners.catalogue()))
    assert words in str(refused.value)


def test_two_claims_of_one_id_are_refused(tmp_path: Path) -> None:
    file = written(tmp_path)
    file.write_text(file.read_text() + "\n" + file.read_text().partition("\n")[2])

    with pytest.raises(UsageError, match="two claims have the id 'mine'"):
        ledger.read(file)


def test_ledgers_of_the_project_are_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path)
    (tmp_path / "pyproject.toml").write_text('[tool.bench.claims]\nours = "mine.toml"')
    monkeypatch.chdir(tmp_path)

    assert ledger.known()["ours"] == tmp_path / "mine.toml"
    assert {"asyncio", "field"} <= ledger.known().keys()
