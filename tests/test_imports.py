"""The floors of the package: imports only go down, and below `pages` there is no kernel, widget or server."""

import ast
import subprocess
import sys
from pathlib import Path

import coursekit

PACKAGE = Path(coursekit.__file__).parent

# From the ground up. A new module or package of coursekit needs its place here.
FLOORS = [
    "files", "words", "content", "working_copy", "codebook", "coding", "roleplay", "exercises", "report", "grading", "pages",
    "start", "cli", "__main__",
]  # fmt: skip
BELOW_PAGES = FLOORS[: FLOORS.index("pages")]
UPSTAIRS_ONLY = {
    "IPython", "anywidget", "ipykernel", "ipywidgets", "jupyter_client", "jupyter_server", "jupyterlab", "nbclient",
    "nbconvert", "notebook", "tornado",
}  # fmt: skip


def parts():
    """Each module or package of coursekit by its name, with its source files."""
    for path in sorted(PACKAGE.iterdir()):
        if path.suffix == ".py" and path.stem != "__init__":
            yield path.stem, [path]
        elif path.is_dir() and (path / "__init__.py").exists():
            yield path.name, sorted(path.rglob("*.py"))


def imported(path):
    """The full names of what a file imports, anywhere in it: (line, `coursekit.roleplay.script`)."""
    package = ["coursekit", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            yield from ((node.lineno, f"{base}.{name.name}") for name in node.names)


def upward_imports():
    for part, files in parts():
        for path in files:
            for line, name in imported(path):
                top, _, rest = name.partition(".")
                target = rest.split(".")[0]
                where = f"{path.relative_to(PACKAGE)}, line {line}: {name}"
                if top == "coursekit" and target not in (part, "__version__"):
                    # What the package's front door offers (`from coursekit import lesson`) comes from pages.
                    floor = FLOORS.index(target if target in FLOORS else "pages")
                    if floor >= FLOORS.index(part):
                        yield f"{where} is not below {part}"
                elif part in BELOW_PAGES and top in UPSTAIRS_ONLY:
                    yield f"{where} has no place below pages"


def test_every_part_of_the_package_has_its_floor():
    assert [part for part, _ in parts() if part not in FLOORS] == []


def test_imports_only_go_down():
    assert list(upward_imports()) == []


def test_only_who_trains_the_coder_needs_its_corpus_and_scikit_learn():
    for_training = ("sklearn", "scipy", "coursekit.coding.train", "coursekit.coding.corpus")
    needs = {
        path.relative_to(PACKAGE).as_posix()
        for _, files in parts() for path in files for _, name in imported(path) if name.startswith(for_training)
    }  # fmt: skip
    assert needs == {"coding/train.py", "coding/corpus/__main__.py"}


def test_the_walk_sees_an_upward_import(tmp_path, monkeypatch):
    (tmp_path / "roleplay").mkdir()
    (tmp_path / "roleplay" / "__init__.py").write_text("")
    (tmp_path / "roleplay" / "session.py").write_text(
        "def f():\n    from ..pages import widgets\n    import anywidget\n"
    )
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    assert [fault.split(": ")[1] for fault in upward_imports()] == [
        "coursekit.pages.widgets is not below roleplay",
        "anywidget has no place below pages",
    ]


def test_nothing_below_pages_brings_a_kernel_a_widget_or_a_server_with_it():
    modules = [
        ".".join(["coursekit", *path.relative_to(PACKAGE).with_suffix("").parts]).removesuffix(".__init__")
        for part, files in parts()
        if part in BELOW_PAGES
        for path in files
    ]
    code = f"import importlib, sys\nfor name in {modules}: importlib.import_module(name)\nprint(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert UPSTAIRS_ONLY & set(loaded) == set()


def test_what_the_processes_of_a_pool_do_needs_no_database():
    modules = "coursekit.grading.work, coursekit.pages.feedback, coursekit.coding.coder"
    said = f"import sys, {modules}; print('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", said], capture_output=True, text=True).stdout == "False\n"
