"""`jupyter nbconvert --to coursepage NOTEBOOK`: one page with everything in it, alive without a kernel."""

from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbconvert.utils.exceptions import ConversionException

from coursekit import content
from coursekit.pages import press
from coursekit.pages.course import Course, NoPlace
from coursekit.pages.document import PageFaults
from coursekit.pages.setting import read_page


class CoursePageExporter(Exporter):
    """Writes a notebook of the course as one self-contained HTML page."""

    export_from_notebook = "Course page"
    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """The page and nbconvert's resources. Raises ConversionException with all faults, for authors to read."""
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        told = resources.get("metadata", {})
        file = Path(told.get("path") or ".") / f"{told.get('name', 'notebook')}.ipynb"
        try:
            page = read_page(file, course_of(file), nb)
            return press.page(page, press.inlined(page)), resources
        except (NoPlace, PageFaults, press.CallsOut) as fault:
            raise ConversionException(str(fault)) from None


def course_of(notebook: Path) -> Course:
    """The course that a notebook belongs to: the folders around it if they hold items, else the installed one."""
    folder = notebook.resolve().parent
    around = folder.parent
    solutions = folder if folder.name == "solutions" else None
    return Course(around if (around / "course" / "items").is_dir() else content.root(), solutions)
