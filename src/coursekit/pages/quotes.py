"""The quotation marks and apostrophes of print."""

import re


def curly(text: str) -> str:
    """Plain text, or the source of Markdown, with the quotation marks and apostrophes of print (dom.js has the twin).

    For what authors typed. What a trainee typed stays as she typed it.
    """
    text = re.sub(r"""((?:^|[\s([{–—“‘])[*_]{0,2})"(?=\S)""", r"\1“", text).replace('"', "”")
    opening = r"""((?:^|[\s([{–—“])[*_]{0,2})'(?=\S(?:[^']|'(?=\w))*'(?!\w))"""
    return re.sub(opening, r"\1‘", text).replace("'", "’")
