# Two commands are all that a newcomer needs: `make course` and `make test`.

.PHONY: help course test

INSTALLED_FROM := pyproject.toml constraints.txt .ci/environment

help:
	@echo "make course   install the course, lay out your working copy in my-course/ and open it in JupyterLab"
	@echo "make test     install what the tests need, a browser and PostgreSQL included, and run all of them"

course: .venv/.course
	.venv/bin/coursekit start my-course

test: .venv/.dev
	.ci/browser
	.ci/postgres
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/pytest -n 2

.venv/.course: $(INSTALLED_FROM)
	.ci/environment course
	@touch $@

.venv/.dev: $(INSTALLED_FROM)
	.ci/environment dev
	@touch .venv/.course $@
