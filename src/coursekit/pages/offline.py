"""What an exported page must not hold: anything it would fetch from outside, and HTML that is not plainly harmless."""

import re
from html.parser import HTMLParser

ALLOWED_HTML = frozenset({
    "abbr", "b", "br", "cite", "dd", "del", "details", "div", "dl", "dt", "em", "hr", "i", "ins", "kbd", "mark",
    "p", "q", "s", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "u",
})  # fmt: skip
ALLOWED_ATTRIBUTES = frozenset({"colspan", "dir", "lang", "open", "rowspan", "scope", "title"})
_VOID = frozenset({"br", "hr"})


_ASKS = {  # attributes by which an element fetches something of itself; a link (`a`) fetches only when it is followed
    "audio": {"src"}, "body": {"background"}, "embed": {"src"}, "feimage": {"href", "xlink:href"}, "form": {"action"},
    "iframe": {"src", "srcdoc"}, "image": {"href", "xlink:href"}, "img": {"src", "srcset"}, "input": {"src"}, "link": {"href"},
    "object": {"data"}, "script": {"src", "href", "xlink:href"}, "source": {"src", "srcset"}, "track": {"src"},
    "use": {"href", "xlink:href"}, "video": {"src", "poster"},
}  # fmt: skip
_FETCH_IN_STYLE = re.compile(r"@import\b[^;]*|url\(\s*['\"]?(?!data:|#)[^)]*\)", re.IGNORECASE)


class Refused(Exception):
    """Something that cannot be on an exported page: `found` it, and what to `write` instead."""

    def __init__(self, found: str, write: str) -> None:
        super().__init__(f"found {found}. Write {write}.")
        self.found, self.write = found, write


def asked_for(page: str) -> list[str]:
    """What the HTML of a page would fetch when it is opened, data: addresses and places on the page itself aside."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.in_style = tag == "style"
        given = {name: value or "" for name, value in attrs}
        for name in _ASKS.get(tag, set()) & given.keys():
            if not re.match(r"\s*(data:|#|$)", given[name], re.IGNORECASE):
                self.found.append(given[name])
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            self.found.append(f"refresh: {given.get('content', '')}")
        self.found += _FETCH_IN_STYLE.findall(given.get("style", ""))

    def handle_endtag(self, tag: str) -> None:
        self.in_style = False

    def handle_data(self, data: str) -> None:
        if self.in_style:
            self.found += _FETCH_IN_STYLE.findall(data)


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
