"""Foreign text as it can stand in a sentence."""


def short(text: str, most: int = 60) -> str:
    """The text, or its beginning with an ellipsis: `most` characters at most."""
    return text if len(text) <= most else text[: most - 1] + "…"


def shown(name: object) -> str:
    """A file name or a piece of foreign text as it can safely be printed on one line."""
    text = str(name).encode("utf-8", "replace").decode()
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)
