"""Whether a page needs anything from outside: what it would ask for, found by reading its HTML."""

import re
from html.parser import HTMLParser

_ASKS = {  # attributes by which an element fetches something of itself; a link (`a`) fetches only when it is followed
    "audio": {"src"}, "body": {"background"}, "embed": {"src"}, "feimage": {"href", "xlink:href"}, "form": {"action"},
    "iframe": {"src", "srcdoc"}, "image": {"href", "xlink:href"}, "img": {"src", "srcset"}, "input": {"src"}, "link": {"href"},
    "object": {"data"}, "script": {"src", "href", "xlink:href"}, "source": {"src", "srcset"}, "track": {"src"},
    "use": {"href", "xlink:href"}, "video": {"src", "poster"},
}  # fmt: skip
_FETCH_IN_STYLE = re.compile(r"@import\b[^;]*|url\(\s*['\"]?(?!data:|#)[^)]*\)", re.IGNORECASE)


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
