"""Every command and option is documented, and `coursekit check` says something about whatever it is given."""

import re
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from coursekit import content
from coursekit.cli import app
from examples import SMALL

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
COMMANDS = typer.main.get_command(app).commands


def check(*paths):
    return CliRunner().invoke(app, ["check", *map(str, paths)])


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme_and_says_what_it_does(name):
    command = COMMANDS[name]
    assert f"coursekit {name}" in README
    assert command.help and [option.name for option in command.params if not option.help] == []
    assert CliRunner().invoke(app, [name, "--help"]).exit_code == 0


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_in_the_readme(name):
    options = [[*option.opts, *option.secondary_opts] for option in COMMANDS[name].params if option.opts[0][:2] == "--"]
    assert [words for words in options if not any(word in README for word in words)] == []


def test_the_readme_names_no_command_that_is_not_there():
    assert set(re.findall(r"coursekit ([a-z]+)(?=[ `\n])", README)) - {"is", "and"} == set(COMMANDS)


def test_check_without_a_path_looks_at_the_scripts_of_the_course_from_anywhere(tmp_path, monkeypatch):
    (tmp_path / "course" / "roleplays").mkdir(parents=True)
    (tmp_path / "course" / "roleplays" / "small.md").write_text(SMALL, encoding="utf-8")
    monkeypatch.setattr(content, "root", lambda: tmp_path)
    monkeypatch.chdir("/")
    assert "small.md" in check().output


@pytest.mark.parametrize("data", [b"", b"words", b"\xff\xfe\x00", bytes(range(256)) * 9, b"\0" * 99])
def test_a_file_that_is_no_script_is_named_with_what_to_do(tmp_path, data):
    (tmp_path / "odd.md").write_bytes(data)
    done = check(tmp_path)
    assert done.exit_code == 1 and re.match(r"odd\.md, line \d+: .+\. .+\.", done.output)


def test_a_folder_without_scripts_is_named(tmp_path):
    (tmp_path / "folder.md").mkdir()
    done = check(tmp_path)
    assert done.exit_code == 1 and f"There is no script in {tmp_path}" in done.output
    assert check(tmp_path / "nothing").exit_code == 1
