"""Shrunk scripts and style sheets: shorter, and the same to whoever runs them."""

import re

import pytest

from coursekit.pages import assets, shrink
from coursekit.pages.printing import TEMPLATES

PARTS = [*(f"js/{name}.js" for name in (*assets.PARTS, "page")), *(f"css/{name}.css" for name in assets.SHEETS)]


def said(script: str) -> list[shrink.Token]:
    return [token for token in shrink.tokens(script) if token[0] not in ("space", "comment")]


@pytest.mark.parametrize("name", [name for name in PARTS if name.endswith(".js")])
def test_a_shrunk_part_of_the_script_has_the_same_tokens_and_no_comment(name):
    part = assets._part(name)
    shrunk = shrink.script(part)
    assert said(shrunk) == said(part) and len(shrunk) < len(part)
    assert not [token for kind, token in shrink.tokens(shrunk) if kind == "comment"]
    assert shrink.script(shrunk) == shrunk


@pytest.mark.parametrize("name", [name for name in PARTS if name.endswith(".css")])
def test_a_shrunk_part_of_the_style_differs_in_nothing_but_white_space(name):
    part = re.sub(r"/\*.*?\*/", "", assets._part(name), flags=re.DOTALL)
    shrunk = shrink.style(assets._part(name))
    assert "".join(shrunk.split()) == "".join(part.split()) and len(shrunk) < len(part)
    assert shrink.style(shrunk) == shrunk


@pytest.mark.parametrize(
    ("script", "shrunk"),
    [
        ('const a = "x // y"; // no', 'const a="x // y";'),
        ("f(`a ${ b ? ` in ${ c } ` : '}' }  // d`);", "f(`a ${ b ? ` in ${ c } ` : '}' }  // d`);"),
        ("x = y / 2 / z;", "x=y / 2 / z;"),
        (r"return  / [/'] \/ /u.test( x );", r"return/ [/'] \/ /u.test(x);".replace("return/", "return /")),
        ("a + +b; a - -b; c ++ ;", "a+ +b;a- -b;c++;"),
        ("if (a) {\n  b();\n} else c = { d };\n", "if(a){b();}else c={d};"),
        ("f()\ng()", "f()\ng()"),
        ("typeof  a === 'b'\n  ? 1\n  : 2;", "typeof a==='b'?1:2;"),
        ("/* a\n b */ async ({ x }) => {};", "async({x})=>{};"),
    ],
)
def test_what_has_to_stay_stays(script, shrunk):
    assert shrink.script(script) == shrunk


def test_an_empty_custom_property_keeps_its_space():
    assert shrink.style(".a { --on: ; color : red; }\n/* b */\n.c .d,\n.e > .f { content: \"; {\" }") == (
        '.a{--on: ;color : red;}.c .d,.e > .f{content: "; {"}'
    )


def test_the_style_of_pages_is_shrunk_too():
    page = (TEMPLATES / "page.css").read_text("utf-8")
    assert len(shrink.style(page)) < len(page)
