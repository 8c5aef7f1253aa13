"""The prose of a notebook's Markdown cells as HTML that needs nothing: dialogue set as dialogue, formulas as MathML.

What a page could not show, or would have to ask the outside for, is a problem, said in words for the author.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

from latex2mathml.converter import convert as to_mathml
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

ALLOWED_HTML = frozenset(
    (
        "abbr",
        "b",
        "br",
        "cite",
        "dd",
        "del",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "hr",
        "i",
        "ins",
        "kbd",
        "mark",
        "p",
        "q",
    )
    + (
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "u",
    )
)
ALLOWED_ATTRIBUTES = frozenset({"colspan", "dir", "lang", "open", "rowspan", "scope", "title"})
_VOID = frozenset({"br", "hr"})


class Refused(Exception):
    """Something that cannot be on an exported page: `found` it, and what to `write` instead."""

    def __init__(self, found: str, write: str) -> None:
        super().__init__(f"found {found}. Write {write}.")
        self.found, self.write = found, write


@dataclass(frozen=True)
class Heading:
    """A heading: its level, its text without mark-up, and its id on the page, which is also its id in JupyterLab."""

    level: int
    text: str
    id: str


@dataclass
class Prose:
    """A Markdown cell as HTML, its headings, its first paragraph as plain text, and what is wrong with it."""

    html: str = ""
    headings: list[Heading] = field(default_factory=list)
    first_paragraph: str = ""
    problems: list[Refused] = field(default_factory=list)


Resolve = Callable[[str], str]
"""From the address in the Markdown to the one on the page. Raises Refused."""


def render(source: str, link: Resolve, image: Resolve) -> Prose:
    """The Markdown of one cell as HTML. Never raises for what stands in it: see `Prose.problems`."""
    prose = Prose()
    tokens = _MARKDOWN.parse(source)
    for token in _every(tokens):
        with _noting(prose.problems):
            _check(token, link, image)
    with _noting(prose.problems):
        refuse_html("".join(token.content for token in _every(tokens) if token.type.startswith("html_")))
    prose.headings = list(_headings(tokens))
    prose.first_paragraph = next(_paragraphs(tokens), "")
    prose.html = _MARKDOWN.renderer.render(_with_dialogue(tokens), _MARKDOWN.options, {})
    return prose


def curly(text: str) -> str:
    """Plain text with the apostrophes of print, as `render` sets them."""
    return re.sub(r"(?<=\w)'", "’", text)


def mathml(latex: str, display: bool = False) -> str:
    """A formula as MathML. Raises Refused for LaTeX that cannot be read, naming the formula."""
    problem = _unbalanced(latex)
    try:
        written = to_mathml(latex, display="block" if display else "inline")
        words = " ".join(ElementTree.fromstring(written).itertext())
    except Exception as error:  # the library raises its own errors, and IndexError and others on what it did not expect
        raise Refused(_formula(latex, problem or _in_words(error)), "LaTeX that is complete") from None
    unknown = re.search(r"\\[A-Za-z]+", words)
    if problem or unknown:
        problem = problem or f"{unknown[0] if unknown else ''} is no command that is known here"
        raise Refused(_formula(latex, problem), "LaTeX that is complete, with the usual commands")
    return written


def refuse_html(fragment: str) -> None:
    """Raises Refused for HTML beyond a short list of harmless tags, and for tags that are not closed."""
    _Harmless().check(fragment)


class _Harmless(HTMLParser):
    def check(self, fragment: str) -> None:
        self.open: list[str] = []
        self.feed(fragment)
        self.close()
        if self.open:
            raise Refused(f"<{self.open[-1]}> that is not closed", f"</{self.open[-1]}> in the same cell")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED_HTML:
            raise Refused(f"the HTML tag <{tag}>", "Markdown, or one of the tags " + ", ".join(sorted(ALLOWED_HTML)))
        for name, _ in attrs:
            if name not in ALLOWED_ATTRIBUTES:
                raise Refused(f"the attribute {name} in <{tag}>", "the tag without it")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise Refused(f"</{tag}> without its <{tag}>", "tags in pairs, in the same cell")

    def handle_decl(self, decl: str) -> None:
        raise Refused(f"<!{decl}>", "Markdown")

    def unknown_decl(self, data: str) -> None:
        raise Refused(f"<![{data}]>", "Markdown")

    def handle_pi(self, data: str) -> None:
        raise Refused(f"<?{data}>", "Markdown")


# Tokens


class _noting:
    """A block in which what is refused is noted, and the rest goes on."""

    def __init__(self, problems: list[Refused]) -> None:
        self.problems = problems

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, refused: BaseException | None, trace: Any) -> bool:
        if isinstance(refused, Refused):
            self.problems.append(refused)
        return isinstance(refused, Refused)


def _every(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _every(token.children or [])


def _check(token: Token, link: Resolve, image: Resolve) -> None:
    """Sets the addresses and the formula of a token as the page needs them. Raises Refused."""
    if token.type == "link_open":
        token.attrs["href"] = link(str(token.attrs.get("href", "")))
    elif token.type == "image":
        if not token.content.strip():
            raise Refused(
                f"the picture {token.attrs['src']} without a text alternative", "what it shows: ![what it shows](file)"
            )
        token.attrs["src"] = image(str(token.attrs["src"]))
    elif token.type.startswith("math_"):
        token.meta = {"mathml": mathml(token.content, display=token.type != "math_inline")}


def _headings(tokens: Sequence[Token]) -> Iterator[Heading]:
    for opening, inline in zip(tokens, tokens[1:], strict=False):
        if opening.type == "heading_open":
            text = plain(inline)
            opening.attrs["id"] = text.replace(" ", "-")
            yield Heading(int(opening.tag[1]), text, text.replace(" ", "-"))


def _paragraphs(tokens: Sequence[Token]) -> Iterator[str]:
    for opening, inline in zip(tokens, tokens[1:], strict=False):
        if opening.type == "paragraph_open" and opening.level == 0 and plain(inline):
            yield plain(inline)


def plain(token: Token) -> str:
    """The text of an inline token without mark-up, on one line."""
    if token.children is None:
        return "" if token.type == "html_inline" else token.content or " " * token.type.endswith("break")
    return re.sub(r"\s+", " ", "".join(plain(child) for child in token.children)).strip()


# Dialogue: a quotation whose first paragraph begins with a name, **Maya:**


def _with_dialogue(tokens: list[Token]) -> list[Token]:
    done: list[Token] = []
    inside = False
    for place, token in enumerate(tokens):
        if token.type == "blockquote_open" and token.level == 0:
            inside = tokens[place + 1].type == "paragraph_open" and _speaks(_lines(tokens[place + 2])[0])
            if inside:
                token.tag, token.attrs["class"] = "div", "page-dialogue"
        elif token.type == "blockquote_close" and token.level == 0 and inside:
            token.tag, inside = "div", False
        if inside and token.type == "inline":
            done[-1:] = _speeches(token)
        elif not (inside and token.type == "paragraph_close"):
            done.append(token)
    return done


def _speeches(inline: Token) -> Iterator[Token]:
    """A paragraph for each line that begins with a name; other lines go on with the one before, or are a direction."""
    paragraphs: list[list[Token]] = []
    for line in _lines(inline):
        if _speaks(line) or not paragraphs:
            paragraphs.append(line)
        else:
            paragraphs[-1] += [Token("softbreak", "br", 0), *line]
    for children in paragraphs:
        kind = "page-speech" if _speaks(children) else "page-direction"
        if kind == "page-speech":
            children = _name_and_words(children)
        yield Token("paragraph_open", "p", 1, attrs={"class": kind}, block=True)
        yield Token("inline", "", 0, children=children, content=inline.content)
        yield Token("paragraph_close", "p", -1, block=True)


def _name_and_words(line: list[Token]) -> list[Token]:
    start = next(n for n, token in enumerate(line) if token.type == "strong_open")
    end = next(n for n, token in enumerate(line) if token.type == "strong_close") + 1
    line[start].attrs["class"] = "page-speaker"
    return [
        *line[start:end],
        Token("text", "", 0, content=" "),
        Token("span_open", "span", 1, attrs={"class": "page-words"}),
        *line[end:],
        Token("span_close", "span", -1),
    ]


def _lines(inline: Token) -> list[list[Token]]:
    lines: list[list[Token]] = [[]]
    for token in inline.children or []:
        if token.type in ("softbreak", "hardbreak"):
            lines.append([])
        elif token.content or token.type != "text":
            lines[-1].append(token)
    return lines


def _speaks(line: list[Token]) -> bool:
    named = [token.type for token in line[:3]] == ["strong_open", "text", "strong_close"]
    return named and line[1].content.endswith(":")


# HTML


class _Renderer(RendererHTML):
    def math_inline(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return str(tokens[idx].meta.get("mathml", html.escape(tokens[idx].content)))

    math_block = math_inline

    def math_inline_double(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return self.math_inline(tokens, idx, options, env)

    def html_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return re.sub(r"<!--.*?(-->|$)", "", tokens[idx].content, flags=re.DOTALL)

    html_inline = html_block

    def table_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return '<div class="page-table" role="group" aria-label="Table" tabindex="0"><table>\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "</table></div>\n"


_MARKDOWN = (
    MarkdownIt("commonmark", {"typographer": True}, renderer_cls=_Renderer)
    .enable(["table", "strikethrough", "smartquotes"])
    .use(dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True)
)
_MARKDOWN.validateLink = lambda url: True  # type: ignore[method-assign]  # `link` and `image` decide
# The plug-in sets rules of its own, which would win over the renderer's methods.
_MARKDOWN.renderer.rules.update(  # type: ignore[attr-defined]
    {name: getattr(_MARKDOWN.renderer, name) for name in ("math_inline", "math_inline_double", "math_block")}
)


# Formulas


def _unbalanced(latex: str) -> str:
    depth = 0
    for brace in re.sub(r"\\.", "", latex, flags=re.DOTALL):
        depth += (brace == "{") - (brace == "}")
        if depth < 0:
            return "a } without its {"
    return "a { without its }" if depth else ""


def _formula(latex: str, problem: str) -> str:
    shown = latex if len(latex) <= 60 else latex[:57] + "…"
    return f"the formula ${unicodedata.normalize('NFC', shown)}$, which cannot be read ({problem})"


def _in_words(error: Exception) -> str:
    name = re.sub(r"Error$", "", type(error).__name__)
    return str(error) or re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()
