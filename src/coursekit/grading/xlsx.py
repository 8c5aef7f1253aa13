"""A workbook of one sheet of text, written and read without a library: .xlsx is a zip of a few XML files.

Everything is written as text, so no spreadsheet takes a cell for a formula. Read are the values of the first sheet.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

LARGEST = 64 * 1024 * 1024
MOST_COLUMNS = 200
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


class NotASheet(Exception):
    """A file that is no workbook that can be read, and why."""


def write(path: Path, rows: list[list[str]]) -> None:
    """Write rows of text as the only sheet of a workbook; the first row stays in sight and in bold. Raises OSError."""
    wide = [min(60, max(12, *(len(line) for row in rows for line in row[n].split("\n")))) for n in range(len(rows[0]))]
    columns = "".join(f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(wide, 1))
    data = "".join(_row(number, row) for number, row in enumerate(rows, 1))
    sheet = (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
        f'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>{columns}</cols><sheetData>{data}</sheetData>'
        "</worksheet>"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in {**_FIXED, "xl/worksheets/sheet1.xml": sheet}.items():
            book.writestr(name, '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + text)


def _row(number: int, row: list[str]) -> str:
    style = 2 if number == 1 else 1
    cells = (
        f'<c r="{_letters(n)}{number}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_clean(text)}</t></is></c>'
        if text
        else f'<c r="{_letters(n)}{number}" s="{style}"/>'
        for n, text in enumerate(row)
    )
    return f'<row r="{number}">{"".join(cells)}</row>'


def _letters(column: int) -> str:
    return (_letters(column // 26 - 1) if column >= 26 else "") + chr(ord("A") + column % 26)


def _clean(text: str) -> str:
    return escape(re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text[:32_000]))


_FIXED = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="Marking" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font><sz val="11"/></font><font><b/><sz val="11"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/>'
    '<xf applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf><xf fontId="1" applyFont="1"/></cellXfs></styleSheet>',
}


def read(data: bytes) -> Iterator[list[str]]:
    """The rows of the first sheet as text, in their places. Raises NotASheet."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            if sum(info.file_size for info in book.infolist()) > LARGEST:
                raise NotASheet("it is too large for a marking sheet")
            shared = _shared(book)
            sheet = ElementTree.fromstring(book.read(_first(book)))
    except (zipfile.BadZipFile, zlib.error, KeyError, ElementTree.ParseError, RuntimeError, NotImplementedError, EOFError):
        raise NotASheet("it is no workbook, or a damaged one; save it again as .xlsx or .csv") from None
    last = 0
    for row in sheet.iter(f"{{{_MAIN}}}row"):
        number = int(row.get("r") or last + 1)
        yield from ([] for _ in range(last + 1, min(number, last + 10_000)))
        last = number
        yield _values(row, shared)


def _first(book: zipfile.ZipFile) -> str:
    names = [name for name in book.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)]
    return min(names, key=lambda name: (len(name), name), default="xl/worksheets/sheet1.xml")


def _shared(book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    return [_text(one) for one in ElementTree.fromstring(book.read("xl/sharedStrings.xml")).iter(f"{{{_MAIN}}}si")]


def _text(one: ElementTree.Element) -> str:
    return "".join(part.text or "" for part in one.iter(f"{{{_MAIN}}}t"))


def _values(row: ElementTree.Element, shared: list[str]) -> list[str]:
    values: list[str] = []
    for cell in row.iter(f"{{{_MAIN}}}c"):
        place = _column(cell.get("r") or "", len(values))
        if place < MOST_COLUMNS:
            values += [""] * (place + 1 - len(values))
            values[place] = _value(cell, shared)
    return values


def _column(name: str, otherwise: int) -> int:
    letters = re.match("[A-Z]+", name)
    place = 0
    for letter in letters[0] if letters else "":
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1 if place else otherwise


def _value(cell: ElementTree.Element, shared: list[str]) -> str:
    found = cell.find(f"{{{_MAIN}}}v")
    value = (found.text or "") if found is not None else ""
    if cell.get("t") == "s":
        return shared[int(value)] if value.isdecimal() and int(value) < len(shared) else ""
    if cell.get("t") == "inlineStr":
        return _text(cell)
    return value[:-2] if cell.get("t") in (None, "n") and value.endswith(".0") else value
