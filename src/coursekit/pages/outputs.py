"""Pictures, and what a code cell put out when it last ran, as HTML that carries everything in it."""

import base64
import html
import mimetypes
from pathlib import Path
from typing import Any

from coursekit.pages.offline import Refused, asked_for, refuse_html

_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml")
_LONGEST_PICTURE = 1_000_000  # bytes


def stored(cell: Any) -> str:
    """The stored outputs of a code cell as HTML. Raises Refused for what an exported page could not show."""
    return "\n".join(_output(output) for output in cell.get("outputs", []))


def picture(address: str, folder: Path, attachments: dict[str, Any]) -> str:
    """The picture that Markdown names, as a data: address. Raises Refused where there is none."""
    kind = mimetypes.guess_type(address)[0]
    if kind not in _PICTURES:
        raise Refused(f"the picture {address}", "the name of a PNG, JPEG, GIF, WebP or SVG file of the course")
    if address.startswith("attachment:"):
        data = attachments.get(address.removeprefix("attachment:"), {}).get(kind)
        if data is None:
            raise Refused(f"the picture {address}, which is not attached to the cell", "a picture that is there")
        return f"data:{kind};base64,{_joined(data)}"
    try:
        content = (folder / address).read_bytes()
    except (OSError, ValueError):
        raise Refused(f"the picture {address}, which is not there", "the name of a file beside the notebook") from None
    if len(content) > _LONGEST_PICTURE:
        raise Refused(f"the picture {address} of {len(content) // 1000} kB", "a picture of 1,000 kB at most")
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _output(output: Any) -> str:
    if output.output_type == "error":
        raise Refused(f"an error that the cell ended in ({output.ename})", "a cell that runs, and run it again")
    if output.output_type == "stream":
        return f'<pre class="page-output">{html.escape(_joined(output.text))}</pre>'
    data = output.get("data", {})
    for kind in _PICTURES:
        if kind in data:
            return _picture(kind, _joined(data[kind]), output.get("metadata", {}))
    if "text/html" in data:
        return _html(_joined(data["text/html"]))
    if "application/vnd.jupyter.widget-view+json" in data or "text/plain" not in data:
        raise Refused(
            "an output that needs a kernel to be shown", "one of the course's own verbs, such as here.item(…)"
        )
    return f'<pre class="page-output">{html.escape(_joined(data["text/plain"]))}</pre>'


def _picture(kind: str, data: str, metadata: Any) -> str:
    words = metadata.get(kind, {}).get("alt") or metadata.get("alt")
    if not words:
        raise Refused(
            "a picture without a text alternative",
            "here.figure(…), or give the output's metadata an `alt` that says what it shows",
        )
    if kind == "image/svg+xml":
        data = base64.b64encode(data.encode()).decode()
    source = f"data:{kind};base64,{''.join(data.split())}"
    return f'<figure class="page-figure"><img src="{source}" alt="{html.escape(words)}"></figure>'


def _html(fragment: str) -> str:
    refuse_html(fragment)
    if asked := asked_for(fragment):
        raise Refused(f"an output that asks for {asked[0]}", "nothing that comes from elsewhere")
    return f'<div class="page-output">{fragment}</div>'


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)
