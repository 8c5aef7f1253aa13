"""The instructor's panel on a plain page: what it sends goes to a real workplace, without a kernel in between."""

import base64
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

import cohort
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.marks import Mark, Marks
from coursekit.pages.assets import instructor_module, instructor_style
from coursekit.pages.instructor.widget import answer
from coursekit.pages.instructor.workplace import Workplace

TEXTS = [
    "I lost you.", "I am sorry you feel that.", "Let us go on.", "I talked too much.", "<script>document.title = 'ran'</script>",
    "It got lost, and I did that. " * 20,
]  # fmt: skip

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Panel</title>
<meta name="viewport" content="width=device-width"><style>body {{ margin: 0.5rem; background: Canvas; color-scheme: light dark }}
{style}</style></head><body><main><h1>From zip to zip</h1><div id="here"></div></main><script type="module">
{module}
const heard = new Set();
const tell = (said, buffers = []) => heard.forEach((each) => each(said, buffers));
const text = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));
const bytes = (data) => Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
const model = {{
  on: (_, each) => heard.add(each), off: (_, each) => heard.delete(each), get: () => undefined,
  async send(content, _, buffers) {{
    const said = await window.askPython(content, buffers && buffers[0] ? text(buffers[0]) : "");
    said.progress.forEach((progress) => tell({{ progress }}));
    await window.heldBack;
    tell({{ re: content.ask, ...said.told }}, said.data ? [new DataView(bytes(said.data).buffer)] : []);
  }},
}};
render({{ model, el: document.getElementById("here") }});
</script></body></html>"""


@dataclass
class Panel:
    """The panel on its page, and the workplace behind it."""

    page: Page
    work: Workplace
    refuse: dict[str, str] = field(default_factory=dict)
    """Requests that fail once, with the sentence."""

    def ask(self, content: dict[str, Any], data: str) -> dict[str, Any]:
        """What comes back to the page, as the widget sends it."""
        given, progress = dict(content.get("with") or {}), []
        if content["do"] == "put":
            given["data"] = base64.b64decode(data)
        if content["do"] in self.refuse:
            return {"told": {"refused": self.refuse.pop(content["do"])}, "data": "", "progress": []}

        def tell(what: str, done: int, total: int) -> None:
            progress.append({"what": what, "done": done, "total": total})

        told, out = answer(self.work, content["do"], given, tell)
        return {"told": told, "data": base64.b64encode(out).decode(), "progress": progress}

    def marks(self) -> list[Mark]:
        """The marks in the gradebook that stand."""
        with Gradebook(self.work.graded / "gradebook.sqlite") as book:
            return Marks(book).standing()

    def button(self, name: str, **more: Any) -> Locator:
        """A button by its name, or the beginning of it."""
        return self.page.get_by_role("button", name=name, **more)

    def go(self, step: str) -> None:
        """Go to a step, and wait until it is there."""
        self.page.get_by_role("navigation").get_by_role("button", name=step).click()
        expect(self.page.get_by_role("heading", name=step, exact=True)).to_be_focused()
        expect(self.page.locator(".ck-instructor")).to_have_attribute("aria-busy", "false")

    def sit(self, rater: str = "Ada", part: str = "first", share: str = "1") -> None:
        """Begin to mark."""
        self.go("Mark")
        self.page.get_by_label("Your name").fill(rater)
        self.page.get_by_label("Your part").select_option(part)
        self.page.get_by_label("How many answers").select_option(share)
        self.button("Begin").press("Enter")
        expect(self.head()).to_be_focused()

    def head(self) -> Locator:
        """The heading of the answer that is marked."""
        return self.page.locator(".ck-answer-head")

    def mark(self, points: int) -> None:
        """Mark the answer by keyboard; what is typed next is a comment."""
        self.page.keyboard.press(str(points))
        expect(self.page.locator(".ck-saved")).to_be_visible()

    def give(self, points: int, comment: str = "") -> None:
        """Mark the answer by keyboard, and go on to the next."""
        self.mark(points)
        self.page.keyboard.type(comment)
        self.page.keyboard.press("Enter")
        expect(self.page.locator(".ck-saved")).to_have_count(0)

    def mark_all(self, points: Callable[[int], int] | int) -> None:
        """Mark what is left, the nth answer so."""
        number = 0
        while self.head().count():
            self.give(points(number) if callable(points) else points)
            number += 1

    def has_focus(self) -> bool:
        """Whether the focus is in the panel, and not lost."""
        return self.page.evaluate("document.activeElement.closest('.ck-instructor') !== null")


@pytest.fixture(scope="module")
def a_class(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders of a class of six whose answers came in and were scored; beside them the page."""
    folder = tmp_path_factory.mktemp("class")
    cohort.make_course(folder)
    (folder / "solutions" / "rubrics" / "owning.md").write_text(cohort.RUBRIC, encoding="utf-8")
    page = PAGE.format(style=instructor_style(), module=instructor_module().replace("export default { render };", ""))
    (folder / "panel.html").write_text(page, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder / "solutions")
        work = here()
        for n, text in enumerate(TEXTS):
            work.put(f"Name {n}_{100 + n}_assignsubmission_file_a.coursekit", 0, True, "hand-ins", hand_in(n, text))
        work.put("letter.docx", 0, True, "hand-ins", b"x")
        work.score("latest", lambda *_: None)
    return folder


def here() -> Workplace:
    """The workplace of the folders beside this one, as the notebook has it."""
    return Workplace(Path("."), Path("../hand-ins"), Path("../graded"))


def hand_in(n: int, text: str) -> bytes:
    """The answers file of the trainee Name n: one right answer, a thought that nobody can read, and one to be marked."""
    acts = [
        cohort.act("06-e1", {"option": "b", "reason": "r1"}),
        cohort.act("06-e6", {"text": 5}),
        cohort.act("06-e5", {"text": text, "codes": ["OWN"]}),
        cohort.act("hand-in", None),
    ]
    return cohort.file_of(acts, cohort.header(f"{n:016x}", f"Name {n}"))


@pytest.fixture
def opened(a_class: Path, tmp_path: Path, page: Page, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Panel]]:
    """`opened(scored=True)`: the panel of a copy of the class, or of one into which nothing came yet.

    Afterwards the page may have asked for nothing but itself, and no script may have failed or been stopped.
    """
    wrong: list[str] = []
    page.on("request", lambda one: one.url.startswith(("file:", "data:", "blob:")) or wrong.append(f"asked for {one.url}"))
    page.on("pageerror", lambda fault: wrong.append(str(fault)))
    page.on("console", lambda line: line.type == "error" and "sandboxed" not in line.text and wrong.append(line.text))

    def open_panel(scored: bool = True) -> Panel:
        shutil.copytree(a_class, tmp_path, dirs_exist_ok=True)
        if not scored:
            shutil.rmtree(tmp_path / "hand-ins")
            shutil.rmtree(tmp_path / "graded")
        monkeypatch.chdir(tmp_path / "solutions")
        panel = Panel(page, here())
        page.expose_function("askPython", panel.ask)
        page.goto((tmp_path / "panel.html").as_uri())
        expect(page.get_by_role("heading", name="What was scored" if scored else "What came in", exact=True)).to_be_visible()
        return panel

    yield open_panel
    assert wrong == []


@pytest.fixture
def panel(opened: Callable[..., Panel]) -> Panel:
    """The panel of a class of six, scored."""
    return opened()
