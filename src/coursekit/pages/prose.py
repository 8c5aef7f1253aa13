"""The prose of a notebook's Markdown cells as HTML that needs nothing: dialogue set as dialogue, formulas as MathML.

What a page could not show, or would have to ask the outside for, is a problem, said in words for the author.
"""

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from coursekit.pages.formulas import mathml
from coursekit.pages.offline import Refused, refuse_html


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


def inline(text: str) -> str:
    """One run of Markdown, without paragraphs, as HTML. What `render` would refuse stays as it is written."""
    return str(_INLINE.renderInline(text))


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
_INLINE = MarkdownIt("commonmark", {"typographer": True, "html": False}).enable("smartquotes")
_MARKDOWN.validateLink = lambda url: True  # type: ignore[method-assign]  # `link` and `image` decide
# The plug-in sets rules of its own, which would win over the renderer's methods.
_MARKDOWN.renderer.rules.update(  # type: ignore[attr-defined]
    {name: getattr(_MARKDOWN.renderer, name) for name in ("math_inline", "math_inline_double", "math_block")}
)
