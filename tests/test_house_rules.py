"""What the house promises about itself, beyond what lint, types and import contracts see."""

import ast
import re
import subprocess
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest

from shop.config import Settings

ROOT = Path(__file__).resolve().parent.parent
AREAS = ("shop", "catalog", "checkout", "admin")
MODULES = sorted(
    path for area in (*AREAS, "tests") for path in (ROOT / area).rglob("*.py") if "versions" not in path.parts
)
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "service", "services"}
UNFINISHED = re.compile(r"\b(TODO|FIXME|NotImplementedError)\b")


def _named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _length(function: ast.FunctionDef) -> int:
    """Count the lines one has to follow: a returned literal may be long, it is a form laid out."""
    end = function.body[-1]
    form = isinstance(end, ast.Return) and isinstance(end.value, ast.Dict | ast.List | ast.Tuple)
    return ((end.lineno if form else function.end_lineno) or 0) - function.lineno + 1


def _committed() -> list[Path]:
    """Give the files of the project, as git knows them."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if listed.returncode != 0:  # unpacked without git
        pytest.fail("the project is not a git work tree")
    paths = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    return [path for path in paths if path.is_file()]


def test_a_module_can_be_read_at_one_sitting() -> None:
    lengths = {_named(path): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert not {name: length for name, length in lengths.items() if length >= 400}, "split it by noun"


def test_a_module_is_named_after_what_it_owns() -> None:
    assert not [_named(path) for path in MODULES if VAGUE & set(Path(_named(path)).with_suffix("").parts)]


def test_nothing_is_left_for_later() -> None:
    mine = Path(__file__)
    assert not [
        _named(path) for path in MODULES if path != mine and UNFINISHED.search(path.read_text("utf-8"))
    ]


def test_only_the_edge_commits() -> None:
    commit = re.compile(r"\b(session|connection|db)\w*(\(\))?\.commit\(")
    edge = {ROOT / "shop" / "db.py", ROOT / "shop" / "migrations" / "env.py"}
    apart = ROOT / "checkout" / "sandbox"  # a program of its own, with a database of its own
    ours = [path for path in MODULES if path.relative_to(ROOT).parts[0] in AREAS and path not in edge]
    assert not [
        _named(path) for path in ours if apart not in path.parents and commit.search(path.read_text("utf-8"))
    ]


def test_no_page_reads_a_number_by_python_alone() -> None:
    """`int()` takes `1_0`, Arabic digits and a sign; `shop.inputs` has one strict parser for each kind."""
    calls = [
        (f"{_named(path)}:{node.lineno}", node)
        for path in MODULES
        if "request." in path.read_text("utf-8")
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call)
    ]
    assert not [name for name, call in calls if _is_loose(call)], (
        "use inputs.whole, row_number, quantity, rupiah"
    )


def _is_loose(call: ast.Call) -> bool:
    """Say whether a call reads what a request holds with Python's own `int` or `float`."""
    asks = isinstance(call.func, ast.Attribute) and call.func.attr in {"get", "getlist"}
    kinds = [word.value for word in call.keywords if asks and word.arg == "type"]
    if any(_SENT.search(ast.unparse(one)) for one in call.args):
        kinds.append(call.func)
    return any(isinstance(one, ast.Name) and one.id in {"int", "float"} for one in kinds)


_SENT = re.compile(r"\brequest\.(form|args|values|headers|cookies|view_args)\b")


def test_a_function_does_one_thing() -> None:
    long = {
        f"{_named(path)}:{node.lineno} {node.name}": length
        for path in MODULES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef) and (length := _length(node)) > 60
    }
    assert not {name: length for name, length in long.items() if not name.startswith("tests/")}


def test_a_module_says_what_it_owns() -> None:
    assert not [
        _named(path) for path in MODULES if path.stat().st_size and not ast.get_docstring(_tree(path))
    ]


def test_every_package_is_seen_by_the_import_contracts() -> None:
    folders = {path.parent for path in MODULES if path.relative_to(ROOT).parts[0] in AREAS}
    scripts = {ROOT / "shop" / "migrations"}
    assert not {_named(folder) for folder in folders - scripts if not (folder / "__init__.py").exists()}


def test_no_file_names_a_registry_or_somebodys_machine() -> None:
    machines = rb"|".join(rb"/%b/" % name for name in (rb"root", rb"home/[a-z]+", rb"work/main"))
    forbidden = re.compile(rb"registry\.npmjs|pypi\.org|files\.pythonhosted|" + machines)
    mine = Path(__file__)
    found = {_named(path) for path in _committed() if path != mine and forbidden.search(path.read_bytes())}
    assert not found


def test_the_example_lists_every_setting_and_no_other() -> None:
    listed = set(
        re.findall(r"^(?:# )?KRIYA_([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    )
    assert listed == {field.name.upper() for field in fields(Settings)}


def test_the_readme_names_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    commands = re.findall(r"^    (\./dev .+)$", readme, re.MULTILINE)
    assert commands == ["./dev run", "./dev test"]
