"""How a run was measured, in its own figures."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reports.numbers.index import Index
from reports.words import method


def test_the_method_has_the_figures_of_the_run(make: Callable[..., Index]) -> None:
    text = " ".join(paragraph.text for paragraph in method.of_run(make()))

    for figure in ("6 of 6 blocks", "seed 1", "2 min 30 s", "100 ms", "2 rounds", "Pss_Anon + Pss_Shmem",
                   "asyncio.Loop", "uvloop rounds to the nearest", "coroutine uses aiohttp", "Pinned"):  # fmt: skip
        assert figure in text, figure


@pytest.mark.parametrize(
    ("last", "said", "unsaid"), [(True, "forked from", "one by one"), (False, "one by one", "forked from")]
)
def test_the_method_says_whether_processes_share_a_layout(
    make: Callable[..., Index], monkeypatch: pytest.MonkeyPatch, last: bool, said: str, unsaid: str
) -> None:
    index = make()
    trials = [trial for group in index.trials.values() for trial in group if trial.facts]
    for trial in trials:
        monkeypatch.setitem(trial.facts, "forked", True)
    monkeypatch.setitem(trials[-1].facts, "forked", last)
    text = " ".join(paragraph.text for paragraph in method.of_run(index))

    assert said in text
    assert unsaid not in text
