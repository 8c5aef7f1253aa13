"""Scripts and style sheets without what only their readers need: comments, indentation, spaces beside signs.

No name is changed and nothing is put another way; texts, templates and regular expressions stay letter for letter. It relies on
the style of this house: a semicolon ends each statement, and a regular expression never stands after a bracket.
"""

import re

Token = tuple[str, str]
"""Its kind (`text`, `template`, `regex`, `comment`, `space`, `word` or `sign`), and its letters."""

_TEXT = r'"(?:[^"\\\n]|\\.)*"|' + r"'(?:[^'\\\n]|\\.)*'"
_TOKEN = re.compile(rf"(?P<text>{_TEXT})|(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<space>\s+)|(?P<word>[\w$]+)|(?P<sign>.)", re.DOTALL)
_REGEX = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_BEFORE_REGEX = {*"(,=:[!&|?{};+*<>%~^-", "return", "typeof", "case"}
_STYLE = re.compile(rf"(?P<rest>{_TEXT}|[^\s{{}};,\"'/]+|/(?!\*))|(?P<sign>[{{}};,])|(?P<space>\s+)|/\*.*?\*/", re.DOTALL)


def script(text: str) -> str:
    """A script, shrunk."""
    kept: list[str] = [""]
    space = ""
    for kind, token in tokens(text):
        if kind in ("space", "comment"):
            space += token
        else:
            kept += [_between(kept[-1][-1:], token[0], space) if space else "", token]
            space = ""
    return "".join(kept)


def tokens(text: str) -> list[Token]:
    """All tokens of a script."""
    found: list[Token] = []
    last, at = "", 0
    while at < len(text):
        kind, end = _token(text, at, last)
        found.append((kind, text[at:end]))
        last = last if kind in ("space", "comment") else text[at:end]
        at = end
    return found


def _token(text: str, at: int, last: str) -> tuple[str, int]:
    """Kind and end of the token at a place; `last` is the one before, which tells a regular expression from a division."""
    found = _TOKEN.match(text, at)
    assert found is not None and found.lastgroup  # the last alternative takes whatever there is
    if found["sign"] == "`":
        return "template", _end_of_template(text, at)
    if found["sign"] == "/" and (not last or last in _BEFORE_REGEX) and (regex := _REGEX.match(text, at)):
        return "regex", regex.end()
    return found.lastgroup, found.end()


def _end_of_template(text: str, at: int) -> int:
    at += 1
    while text[at] != "`":
        if text.startswith("${", at):
            at = _end_of_inset(text, at + 2)
        else:
            at += 2 if text[at] == "\\" else 1
    return at + 1


def _end_of_inset(text: str, at: int) -> int:
    """Where the code within a template ends, in which there may be templates again."""
    depth, last = 1, "{"
    while depth:
        kind, end = _token(text, at, last)
        token = text[at:end]
        depth += {"{": 1, "}": -1}.get(token, 0)
        last = last if kind in ("space", "comment") else token
        at = end
    return at


def _between(before: str, after: str, space: str) -> str:
    """What has to stay of the white space between two letters of a script."""
    if "\n" in space and before not in "{};,(=[:?&|>" and after not in "}.,);]:?&|=":
        return "\n"
    words = all(letter.isalnum() or letter in "_$" for letter in (before, after)) and before
    return " " if words or (before == after and before in "+-") or "/" in (before, after) else ""


def style(text: str) -> str:
    """A style sheet, shrunk."""
    kept: list[str] = [""]
    space = ""
    for found in _STYLE.finditer(text):
        if found.lastgroup == "space":
            space = " "
        elif found.lastgroup:
            needless = kept[-1] in ("", *"{};,") or (found.lastgroup == "sign" and not kept[-1].endswith(":"))
            kept += ["" if needless else space, found[0]]
            space = ""
    return "".join(kept)
