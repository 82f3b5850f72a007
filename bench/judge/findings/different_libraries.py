"""The runners of a contest use different client libraries, so their ratio is not the model's alone."""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings._evidence import Evidence, Mark


def find(evidence: Evidence) -> Iterator[Mark]:
    for spec in evidence.run.plan.workloads:
        libraries = {form: library for form, library in spec.libraries.items() if form in spec.forms}
        cases = [case for case in evidence.cases if case.workload == spec.label]
        forms = {evidence.on_loop(case) for case in cases}
        if len(set(libraries.values())) > 1 and len(forms) > 1:
            told = ", ".join(f"{form}: {library}" for form, library in sorted(libraries.items()))
            yield Mark(
                "different-libraries",
                "info",
                spec.label,
                f"{spec.label}: the forms use different client libraries ({told})",
                "read the ratio between blocking and coroutine runners as that of library and model together",
                tuple(case.key for case in cases),
            )
