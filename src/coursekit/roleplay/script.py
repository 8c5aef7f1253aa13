"""Reads a role-play script (Markdown, see docs/writing-role-plays.md) into a :class:`RolePlay`, or reports every fault in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.front_matter import front_matter_plugin
from pydantic import Field, ValidationError

from coursekit.codebook import MARKERS, THERAPIST_CODES
from coursekit.roleplay.client import MOODS, Traits
from coursekit.roleplay.scenes import Otherwise, Passage, Reply, RolePlay, Scene, Speech, successors
from coursekit.words import short

OTHERWISE, GO_ON = "otherwise", "go on"
ENDINGS = ("repair", "as-if peace", "leaves", "half-way")
MOST_REPLIES = 6


@dataclass(frozen=True)
class Fault:
    """One fault of a script, for its author: where, what was found, what to write instead."""

    file: str
    line: int
    found: str
    write: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.found} {self.write}"


class ScriptFaults(Exception):
    """A script cannot be read; ``faults`` has all that was found, in the order of the file."""

    def __init__(self, faults: list[Fault]):
        self.faults = sorted(faults, key=lambda fault: fault.line)
        super().__init__("\n".join(map(str, self.faults)))


class FrontMatter(Traits):
    """The front matter of a script, the client's traits among it; see docs/writing-role-plays.md."""

    title: str = Field(min_length=1)
    client: str = Field(pattern=r"^[^\W\d_][\w'’.-]*$")
    level: int = Field(1, ge=1, le=5)
    minutes: int = Field(15, ge=1, le=90)
    bond: int | None = Field(None, ge=0, le=100)
    collaboration: int | None = Field(None, ge=0, le=100)
    unspoken: int | None = Field(None, ge=0, le=100)
    template: int | None = Field(None, ge=0, le=100)
    endings: dict[str, str]
    sessions: dict[str, str] = {}
    practise: str = Field(min_length=1)


def read_script(path: str | Path) -> RolePlay:
    """The role-play in the file at ``path``; its id is the file's name without ending.

    Raises :class:`ScriptFaults` with every fault of the file, OSError if the file cannot be opened.
    """
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        fault = Fault(path.name, line, "This is not UTF-8 text.", "Save the file as UTF-8 in your editor.")
        raise ScriptFaults([fault]) from None
    return parse_script(text, path.stem, path.name)


def parse_script(text: str, id: str, file: str) -> RolePlay:
    """The role-play written in ``text``; ``file`` is the name that faults carry. Raises :class:`ScriptFaults`."""
    reader = _Reader(file)
    front, root = reader.front_matter(text)
    introduction, scenes = reader.body(root, front)
    if reader.faults or front is None:
        raise ScriptFaults(reader.faults)
    start = {name: value for name in ("bond", "collaboration", "unspoken", "template")
             if (value := getattr(front, name)) is not None}  # fmt: skip
    traits = Traits(**front.model_dump(include=set(Traits.model_fields)))
    return RolePlay(id=id, title=front.title, client=front.client, level=front.level, minutes=front.minutes,
                    introduction=introduction, practise=front.practise, traits=traits, start=start, scenes=scenes,
                    sessions=front.sessions)  # fmt: skip


_SPEAKER = re.compile(
    r"^(?P<who>[^\W\d_][\w'’.-]*)(?P<thinks> thinks)?(?: \((?P<moods>[^)]*)\))?:\s+(?P<text>.*)$", re.S
)
_MARKERS = re.compile(r"^(?P<text>.*?)\s*\[(?P<marks>(?:not )?[A-Z][A-Z-]+(?:, *(?:not )?[A-Z][A-Z-]+)*)\]$", re.S)
_SCENE_NAME = re.compile(r"[a-z0-9]+( [a-z0-9]+)*")


class _Reader:
    """One pass over one file, collecting faults on the way."""

    def __init__(self, file: str):
        self.file = file
        self.faults: list[Fault] = []
        self.links: list[tuple[str, int]] = []
        self.client = ""
        self.lines: dict[str, int] = {}

    def fault(self, line: int, found: str, write: str) -> None:
        self.faults.append(Fault(self.file, line, found, write))

    def front_matter(self, text: str) -> tuple[FrontMatter | None, SyntaxTreeNode]:
        markdown = MarkdownIt("commonmark", {"html": False}).use(front_matter_plugin)
        root = SyntaxTreeNode(markdown.parse(text))
        if not root.children or root.children[0].type != "front_matter":
            self.fault(1, "There is no front matter.", "Begin the file with lines `title:`, `client:`, `endings:`, "
                       "`practise:` between two lines of three hyphens.")  # fmt: skip
            return None, root
        raw, lines = _front_matter_values(root.children[0].content, self)
        self.lines = lines
        try:
            front = FrontMatter.model_validate(raw)
        except ValidationError as error:
            for problem in error.errors():
                name = str(problem["loc"][0])
                if name not in FrontMatter.model_fields:
                    known = ", ".join(FrontMatter.model_fields)
                    self.fault(lines.get(name, 1), f"The front matter knows no `{name}`.", f"Known are: {known}.")
                elif problem["type"] == "missing":
                    self.fault(1, f"The front matter says no `{name}`.", f"Add a line `{name}: …`.")
                else:
                    found = f"`{name}: {problem['input']}` cannot be used: {problem['msg']}."
                    self.fault(lines.get(name, 1), found, "See docs/writing-role-plays.md for what may stand there.")
            self.client = str(raw.get("client", ""))
            return None, root
        self.client = front.client
        return front, root

    def body(self, root: SyntaxTreeNode, front: FrontMatter | None) -> tuple[str, dict[str, Scene]]:
        introduction: list[str] = []
        groups: list[tuple[SyntaxTreeNode, list[SyntaxTreeNode]]] = []
        for node in root.children:
            if node.type == "front_matter" or (node.type == "heading" and node.tag == "h1"):
                continue
            if node.type == "heading" and node.tag == "h2":
                groups.append((node, []))
            elif groups:
                groups[-1][1].append(node)
            elif node.type == "paragraph":
                introduction.append(self.text(node))
            else:
                self.unknown(node, "before the first scene only paragraphs may stand")
        endings = front.endings if front else {}
        scenes: dict[str, Scene] = {}
        for heading, nodes in groups:
            scene = self.scene(heading, nodes, endings)
            if scene.name in scenes:
                self.fault(scene.line, f"A second scene is called “{scene.title}”.", "Give one of them another name.")
            scenes[scene.name] = scene
        if not groups:
            self.fault(1, "There is no scene.", "Write a heading `## the first scene` and the client's line below it.")
        self.check_links(scenes, front)
        return "\n\n".join(introduction), scenes

    def scene(self, heading: SyntaxTreeNode, nodes: list[SyntaxTreeNode], endings: dict[str, str]) -> Scene:
        title, line = self.text(heading), _line(heading)
        if not _SCENE_NAME.fullmatch(title):
            self.fault(line, f"“{title}” is not a scene's name.", "Use small letters, digits and single spaces, so "
                       "that links to it work everywhere.")  # fmt: skip
        name = title.replace(" ", "-")
        closing = ""
        drafts: list[_Draft] = []
        draft = _Draft()
        for node in nodes:
            if node.type == "bullet_list":
                self.replies(node, draft)
                drafts.append(draft)
                draft = _Draft()
            elif node.type == "blockquote":
                closing = self.quotation(node)
            elif node.type == "paragraph":
                draft = self.paragraph(node, draft, drafts)
            else:
                self.unknown(node, "a scene has paragraphs, lists of replies and, at an ending, a quotation")
        if draft.speeches:
            drafts.append(draft)
        passages = self.passages(drafts, title, line, name in endings)
        if closing and name not in endings:
            self.fault(line, f"Scene “{title}” has a quotation of its own.", "A quotation stands below a reply, indented; "
                       "only an ending has one of its own.")  # fmt: skip
        return Scene(name=name, title=title, passages=passages, ending=endings.get(name), closing=closing, line=line)

    def paragraph(self, node: SyntaxTreeNode, draft: _Draft, drafts: list[_Draft]) -> _Draft:
        line, text = _line(node), self.text(node)
        draft.line = draft.line or line
        if _all_emphasis(node):
            draft.speeches.append(Speech(kind="direction", text=text))
            return draft
        said = _SPEAKER.match(text)
        if said is None:
            self.fault(line, f"“{short(text, 40)}” is neither a line nor a direction.", f"Write `{self.client or 'Name'}: …`, "
                       "`You: …`, `Write: …`, or put it in asterisks as a direction.")  # fmt: skip
            return draft
        who, words = said["who"], said["text"].strip()
        if who == "Write":
            draft.write = words
        elif who == "You":
            draft.speeches.append(Speech(kind="you", text=words))
        elif who != self.client:
            self.fault(
                line, f"“{who}” speaks, but the client is {self.client}.", f"Write `{self.client}: …` or `You: …`."
            )
        elif said["thinks"]:
            draft.speeches.append(Speech(kind="thinks", text=words))
        else:
            draft = self.client_line(words, said["moods"], line, draft, drafts)
        return draft

    def client_line(self, words: str, moods: str | None, line: int, draft: _Draft, drafts: list[_Draft]) -> _Draft:
        if moods is not None:
            named = tuple(mood.strip() for mood in moods.split(","))
            for mood in named:
                if mood not in MOODS:
                    self.fault(line, f"“{mood}” is not a mood.", f"The moods are: {', '.join(MOODS)}.")
            if any(speech.kind == "client" for speech in draft.speeches) and named != draft.moods:
                drafts.append(draft)
                draft = _Draft(line=line)
            draft.moods = named
        marked = _MARKERS.match(words)
        if marked:
            words = marked["text"]
            for mark in re.split(r", *", marked["marks"]):
                self.marker(mark, line, draft)
        draft.speeches.append(Speech(kind="client", text=words))
        return draft

    def marker(self, mark: str, line: int, draft: _Draft) -> None:
        name = mark.removeprefix("not ")
        if name not in MARKERS:
            self.fault(line, f"“{name}” is not a marker.", f"The markers are: {', '.join(MARKERS)}.")
        elif mark != name:
            draft.look_alikes.append(name)
        else:
            draft.markers.append(name)

    def replies(self, node: SyntaxTreeNode, draft: _Draft) -> None:
        if not any(speech.kind == "client" for speech in draft.speeches) and not draft.speeches:
            self.fault(
                _line(node), "A list of replies stands without a line before it.", f"Write `{self.client}: …` above it."
            )
        for item in node.children:
            self.reply(item, draft)
        if len(draft.replies) > MOST_REPLIES:
            self.fault(
                _line(node),
                f"{len(draft.replies)} replies are too many to choose from.",
                f"Keep {MOST_REPLIES} at most.",
            )

    def reply(self, item: SyntaxTreeNode, draft: _Draft) -> None:
        line, body = _line(item), item.children[0] if item.children else None
        link = _last_link(body) if body is not None and body.type == "paragraph" else None
        if body is None or link is None:
            self.fault(
                line,
                "This reply leads nowhere.",
                "End it with its code and the scene it leads to: `[OPEN](#the-scene)`.",
            )
            return
        to, label = str(link.attrs.get("href", "")), self.text(link)
        if not to.startswith("#"):
            self.fault(line, f"“{to}” is not a scene of this script.", "Write `#` and the scene's name with hyphens.")
            return
        self.links.append((to[1:], line))
        feedback = self.feedback(item)
        text = self.text(body)[: -len(label)].strip() if label else self.text(body)
        if label == GO_ON:
            draft.go_on = to[1:]
            if text or feedback:
                self.fault(line, "`[go on](…)` stands alone.", "Give it no words of its own and no quotation.")
        elif label == OTHERWISE:
            draft.otherwise = Otherwise(to=to[1:], feedback=feedback)
        else:
            self.coded_reply(text, label, to[1:], feedback, line, draft)

    def coded_reply(self, text: str, label: str, to: str, feedback: str, line: int, draft: _Draft) -> None:
        codes = tuple(code.strip() for code in label.split("+"))
        for code in codes:
            if code not in THERAPIST_CODES:
                self.fault(line, f"“{code}” is not a code.", f"The codes are: {', '.join(THERAPIST_CODES)}.")
        if len(codes) > 2 or len(set(codes)) < len(codes):
            self.fault(line, f"“{label}” is not one code or two different ones.", "Write `[OWN]` or `[OWN + INVITE]`.")
        if not text:
            self.fault(line, "This reply has no words.", "Write what the therapist says before the code.")
        draft.replies.append(Reply(text=text, codes=codes, to=to, feedback=feedback, line=line))

    def feedback(self, item: SyntaxTreeNode) -> str:
        parts = []
        for node in item.children[1:]:
            if node.type == "blockquote":
                parts.append(self.quotation(node))
            else:
                self.unknown(node, "below a reply only its feedback may stand, as a quotation")
        return "\n\n".join(parts)

    def passages(self, drafts: list[_Draft], title: str, line: int, ending: bool) -> tuple[Passage, ...]:
        if not drafts:
            self.fault(line, f"Scene “{title}” is empty.", f"Write `{self.client}: …` below its heading.")
        done: list[Passage] = []
        below: _Draft | None = None
        for draft in reversed(drafts):
            below = draft if draft.leads else below
            if below is None and not ending:
                self.fault(draft.line or line, f"Scene “{title}” stops here.", "Add a list of replies, `- [go on](#scene)`, "
                           "or name the scene under `endings:` in the front matter.")  # fmt: skip
            elif below and ending:
                self.fault(draft.line or line, f"“{title}” is an ending and has replies.", "Take one of the two away.")
            done.append(draft.passage(below or draft))
        done.reverse()
        for draft in drafts:
            self.one_way_on(draft, line)
        self.check_moods(done, title)
        return tuple(done)

    def check_moods(self, passages: list[Passage], title: str) -> None:
        seen: set[str] = set()
        for passage in passages:
            for mood in passage.moods or ("any mood",):
                if mood in seen:
                    self.fault(passage.line, f"Scene “{title}” has a second passage for {mood}.", "Keep one of them; begin the "
                               "other's first line with the mood it is for.")  # fmt: skip
                seen.add(mood)
        if passages and "any mood" not in seen:
            self.fault(passages[0].line, f"Scene “{title}” has no line for the client in other moods.", "Write one line "
                       "without a mood, before those that have one.")  # fmt: skip

    def one_way_on(self, draft: _Draft, line: int) -> None:
        where = draft.line or line
        if draft.go_on and (draft.replies or draft.otherwise or draft.write):
            self.fault(where, "Here is both `[go on]` and something to reply.", "Keep one of them.")
        if draft.write and draft.replies and not draft.otherwise:
            self.fault(
                where,
                "A written reply may be of any kind.",
                "Add `- Anything else [otherwise](#scene)` to its examples.",
            )
        if draft.otherwise and not draft.write:
            self.fault(where, "`[otherwise]` belongs to a written reply.", "Add a line `Write: …` above the list.")
        if draft.write and len(draft.replies) < 2:
            self.fault(where, "A written reply needs at least one good and one poor example.", "Add them to the list.")
        if draft.replies and not draft.write and len(draft.replies) < 2:
            self.fault(where, "There is nothing to choose.", "Add a second reply, or use `- [go on](#scene)`.")

    def check_links(self, scenes: dict[str, Scene], front: FrontMatter | None) -> None:
        for to, line in self.links:
            if to not in scenes:
                self.fault(line, f"There is no scene “{to}”.", f"The scenes are: {', '.join(scenes)}.")
        if front:
            self.check_endings(front.endings, scenes)
            self.check_sessions(front, scenes)
        circle = _circle(scenes)
        if circle:
            self.fault(scenes[circle[0]].line, f"The scenes run in a circle: {' → '.join(circle)}.", "A session ends: lead one of "
                       "the replies on to a later scene.")  # fmt: skip

    def check_endings(self, endings: dict[str, str], scenes: dict[str, Scene]) -> None:
        for name, kind in endings.items():
            line = self.lines[f"endings {name}"]
            if name not in scenes:
                self.fault(line, f"`endings:` names “{name}”, which is no scene.", f"The scenes are: {', '.join(scenes)}.")
            if kind not in ENDINGS:
                self.fault(line, f"“{kind}” is not a kind of ending.", f"The kinds are: {', '.join(ENDINGS)}.")

    def check_sessions(self, front: FrontMatter, scenes: dict[str, Scene]) -> None:
        for name, words in front.sessions.items():
            line = self.lines[f"sessions {name}"]
            if name not in scenes:
                self.fault(line, f"`sessions:` names “{name}”, which is no scene.", f"The scenes are: {', '.join(scenes)}.")
            elif name == next(iter(scenes)):
                self.fault(line, f"With “{name}” the first session begins.", "Name the scene with which a later one begins.")
            elif name in front.endings:
                self.fault(line, f"“{name}” is an ending, and no session begins with it.", "Begin the session with a scene "
                           "that goes on to the ending.")  # fmt: skip
            if not words:
                self.fault(line, f"The session that begins with “{name}” has no words above it.", f"Write `{name}: A week "
                           "later`, or how long it was.")  # fmt: skip

    def quotation(self, node: SyntaxTreeNode) -> str:
        for child in node.children:
            if child.type != "paragraph":
                self.unknown(child, "a quotation has paragraphs only")
        return "\n\n".join(self.text(child) for child in node.children if child.type == "paragraph")

    def text(self, node: SyntaxTreeNode) -> str:
        """The words of a node without their markup; what cannot be kept is a fault."""
        parts = []
        for child in node.walk():
            if child.type == "text":
                parts.append(child.content)
            elif child.type == "softbreak":
                parts.append(" ")
            elif child.type == "hardbreak":
                parts.append("\n")
            elif child.type not in ("inline", "em", "strong", "link", "paragraph", "heading"):
                self.unknown(child, "words may be plain, *stressed* or **strong**", _line(node))
        return "".join(parts).strip()

    def unknown(self, node: SyntaxTreeNode, known: str, line: int | None = None) -> None:
        what = _NAMES.get(node.type, node.type.replace("_", " "))
        self.fault(
            line or _line(node), f"Here is {what}, which a script does not know.", f"Write it otherwise: {known}."
        )


_NAMES = {
    "ordered_list": "a numbered list", "bullet_list": "a list", "fence": "a code block", "code_block": "an indented block",
    "code_inline": "code", "table": "a table", "hr": "a ruled line", "image": "a picture", "html_block": "HTML",
    "html_inline": "HTML", "heading": "a heading of another level", "blockquote": "a quotation", "link": "a link",
}  # fmt: skip


class _Draft:
    """A passage while it is being read."""

    def __init__(self, line: int = 0):
        self.line = line
        self.moods: tuple[str, ...] = ()
        self.speeches: list[Speech] = []
        self.markers: list[str] = []
        self.look_alikes: list[str] = []
        self.write: str | None = None
        self.replies: list[Reply] = []
        self.otherwise: Otherwise | None = None
        self.go_on: str | None = None

    @property
    def leads(self) -> bool:
        return bool(self.replies or self.go_on or self.otherwise)

    def passage(self, below: _Draft) -> Passage:
        return Passage(moods=self.moods, speeches=tuple(self.speeches), markers=tuple(self.markers),
                       look_alikes=tuple(self.look_alikes), write=below.write, replies=tuple(below.replies),
                       otherwise=below.otherwise, go_on=below.go_on, line=self.line)  # fmt: skip


def _front_matter_values(content: str, reader: _Reader) -> tuple[dict[str, object], dict[str, int]]:
    values: dict[str, object] = {}
    lines: dict[str, int] = {}
    inside: dict[str, str] | None = None
    outer = ""
    for number, line in enumerate(content.splitlines(), start=2):
        name, colon, value = line.partition(":")
        if not line.strip():
            continue
        if not colon:
            reader.fault(number, f"“{short(line, 40)}” is not a line of front matter.", "Write `name: value`.")
        elif line[0] in " \t" and inside is not None:
            named = name.strip().replace(" ", "-")
            lines[f"{outer} {named}"] = number
            inside[named] = value.strip()
        elif name.strip() in values:
            reader.fault(number, f"`{name.strip()}` stands twice.", "Keep one of them.")
        else:
            outer = name.strip()
            lines[outer] = number
            inside = {} if not value.strip() else None
            values[outer] = inside if inside is not None else value.strip()
    return values, lines


def _circle(scenes: dict[str, Scene]) -> list[str]:
    """The names along a circle of scenes, in the order of play and the first one again at the end; or nothing."""
    try:
        TopologicalSorter({name: successors(scene) for name, scene in scenes.items()}).prepare()
    except CycleError as found:
        circle = found.args[1][:0:-1]
        first = min(range(len(circle)), key=lambda place: scenes[circle[place]].line)
        return [*circle[first:], *circle[: first + 1]]
    return []


def _line(node: SyntaxTreeNode) -> int:
    return node.map[0] + 1 if node.map else 1


def _inline(node: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    return list(node.children[0].children) if node.children and node.children[0].type == "inline" else []


def _all_emphasis(node: SyntaxTreeNode) -> bool:
    inline = _inline(node)
    return len(inline) == 1 and inline[0].type == "em"


def _last_link(body: SyntaxTreeNode) -> SyntaxTreeNode | None:
    inline = _inline(body)
    return inline[-1] if inline and inline[-1].type == "link" else None
