"""Formulas as MathML, which browsers show without any script."""

import re
import unicodedata
from xml.etree import ElementTree

from latex2mathml.converter import convert as to_mathml

from coursekit.pages.offline import Refused
from coursekit.words import short


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


def _unbalanced(latex: str) -> str:
    depth = 0
    for brace in re.sub(r"\\.", "", latex, flags=re.DOTALL):
        depth += (brace == "{") - (brace == "}")
        if depth < 0:
            return "a } without its {"
    return "a { without its }" if depth else ""


def _formula(latex: str, problem: str) -> str:
    return f"the formula ${unicodedata.normalize('NFC', short(latex))}$, which cannot be read ({problem})"


def _in_words(error: Exception) -> str:
    name = re.sub(r"Error$", "", type(error).__name__)
    return str(error) or re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()
