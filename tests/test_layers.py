"""The architecture, read from the imports."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STDLIB = sys.stdlib_module_names

# Lowest first; a module imports from its own layer's left or from layers before it.
LAYERS = [
    {"errors", "model", "workload", "truths"},
    {"trial"},
    {"histogram", "resources", "reaper", "launch", "placement", "tally", "budget"},
    {"child", "pace", "machine", "stats", "store"},
    {"fixture", "zygote", "sentences", "discovery", "findings", "plan", "outlook"},
    {"contestant", "analysis"},
    {"contest", "kit", "api", "document"},
    {"session"},
    {"console", "selfcheck", "doctor"},
    {"commands"},
    {"running"},
    {"cli"},
    {"__main__"},
]
REPORTS_MAY_USE = {
    "api", "analysis", "model", "store", "stats", "findings", "sentences", "histogram", "errors", "workload",
}  # fmt: skip


def imports(path: Path) -> set[str]:
    """Absolute names of everything a file imports, late and type-checking imports included."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def files(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def layer_of(name: str) -> int:
    return next(i for i, layer in enumerate(LAYERS) if name in layer)


@pytest.mark.parametrize("path", files("bench"), ids=lambda path: str(path.relative_to(ROOT)))
def test_bench_imports_nothing_from_workloads_or_reports(path: Path) -> None:
    assert not {name for name in imports(path) if name.split(".")[0] in {"workloads", "reports"}}


def test_every_module_of_bench_has_a_layer() -> None:
    modules = {path.relative_to(ROOT / "bench").parts[0].removesuffix(".py") for path in files("bench")}

    assert modules - {"__init__"} <= set().union(*LAYERS)


@pytest.mark.parametrize(
    "path", [path for path in files("bench") if path.name != "__init__.py"], ids=lambda path: path.stem
)
def test_bench_imports_go_one_way(path: Path) -> None:
    own = path.relative_to(ROOT / "bench").parts[0].removesuffix(".py")
    used = {name.split(".")[1] for name in imports(path) if name.startswith("bench.")}
    modules = set().union(*LAYERS)

    for name in (used & modules) - {own}:
        assert layer_of(name) <= layer_of(own), f"{own} imports {name}, which is above it"


@pytest.mark.parametrize("path", files("bench/trial"), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_trial_side_imports_the_standard_library_only(path: Path) -> None:
    allowed = {"bench.trial", "bench.workload", "bench"}
    for name in imports(path):
        top = name.split(".")[0]
        ours = (
            top == "bench" and any(name == a or name.startswith(f"{a}.") for a in allowed - {"bench"})
        ) or name == "bench"
        runner_library = path.parent.name == "runners" and top == path.stem
        assert top in STDLIB or ours or runner_library, name


def test_no_runner_imports_another_but_uvloop_which_is_asyncio_on_another_loop() -> None:
    for path in files("bench/trial/runners"):
        others = {
            name.split(".")[3]
            for name in imports(path)
            if name.startswith("bench.trial.runners.") and not name.split(".")[3].startswith("_")
        }
        others = {name for name in others if (path.parent / f"{name}.py").exists()}
        assert others <= ({"asyncio"} if path.stem == "uvloop" else set()), path


@pytest.mark.parametrize("path", files("reports"), ids=lambda path: str(path.relative_to(ROOT)))
def test_reports_read_runs_and_nothing_else(path: Path) -> None:
    for name in imports(path):
        parts = name.split(".")
        assert parts[0] != "workloads"
        if parts[0] == "bench" and len(parts) > 1 and (ROOT / "bench" / f"{parts[1]}.py").exists():
            assert parts[1] in REPORTS_MAY_USE, name
        assert not name.startswith("bench.trial")


@pytest.mark.parametrize("path", files("workloads"), ids=lambda path: str(path.relative_to(ROOT)))
def test_workloads_see_only_the_face_of_the_package(path: Path) -> None:
    assert not {
        name for name in imports(path) if name.startswith("bench.") and (ROOT / "bench" / f"{name[6:]}.py").exists()
    }


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"]])
def test_help_imports_none_of_the_heavy_libraries(arguments: list[str]) -> None:
    code = (
        "import sys; from bench.cli import main; main(sys.argv[1:]);"
        "print([m for m in ('numpy', 'pandas', 'matplotlib', 'aiohttp', 'scipy', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"


def test_a_trial_of_a_blocking_runner_does_not_import_asyncio() -> None:
    code = (
        "import sys, bench.trial.__main__; from bench.trial import runners; runners.load('threads');"
        "import workloads.sleep; print([m for m in ('asyncio', 'multiprocessing', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)

    assert done.stdout.strip() == "[]"


def test_only_the_console_and_the_commands_print() -> None:
    for path in files("bench"):
        if path.stem in {"console", "commands", "running", "cli"}:
            continue
        calls = [
            node
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
        ]
        assert not calls, path
