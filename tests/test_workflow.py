"""The workflow that publishes the book: actions pinned by commit, rights no wider than needed, targets that exist."""

from __future__ import annotations

import re

import pytest
import yaml
from built import ROOT

FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TEXT = (ROOT / ".github" / "workflows" / "book.yml").read_text()
BOOK = yaml.safe_load(TEXT)
ON = BOOK[True]  # YAML 1.1 takes `on` for a boolean
STEPS = {name: job["steps"] for name, job in BOOK["jobs"].items()}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_action_is_pinned_by_its_commit_with_its_version_behind_it(path):
    used = re.findall(r"uses:\s*(.*)", path.read_text())
    assert used and not [use for use in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+", use)]
    pins = dict(use.split("  # ") for use in used)
    assert len({pin.split("@")[0] for pin in pins}) == len(pins), "one action at two versions"


def test_each_job_has_the_rights_that_it_needs_and_no_more():
    assert BOOK["permissions"] == {"contents": "read"}
    rights = {name: job.get("permissions", BOOK["permissions"]) for name, job in BOOK["jobs"].items()}
    assert rights == {"build": {"contents": "read", "pages": "read"}, "links": {"contents": "read"},
                      "publish": {"pages": "write", "id-token": "write"}, "notebooks": {"contents": "write"}}
    for name in ("publish", "notebooks"):  # these write, so nothing of a pull request reaches them
        assert BOOK["jobs"][name]["if"] == "github.ref == 'refs/heads/main' && github.event_name == 'push'"
    assert "pull_request_target" not in TEXT and "secrets." not in TEXT


def test_code_of_a_pull_request_never_sees_a_token_and_no_command_is_made_of_its_words():
    for name, steps in STEPS.items():
        for step in steps:
            if step.get("uses", "").startswith("actions/checkout@") and name != "notebooks":
                assert step["with"]["persist-credentials"] is False
            assert "${{" not in step.get("run", "")


def test_it_runs_on_changes_and_checks_links_once_a_week():
    assert ON["push"] == {"branches": ["main"]} and "pull_request" in ON
    minute, hour, *days, weekday = ON["schedule"][0]["cron"].split()
    assert days == ["*", "*"] and weekday in "0123456" and "schedule" in BOOK["jobs"]["links"]["if"]


def test_it_runs_targets_that_exist_and_attaches_the_book():
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.M)
    run = {name: [step["run"].split()[1] for step in steps if step.get("run", "").startswith("make ")]
           for name, steps in STEPS.items()}
    assert run == {"build": ["book", "pdf", "test"], "publish": [], "notebooks": [], "links": ["links"]}
    assert {name for names in run.values() for name in names} <= set(targets)
    attached, = (step["with"] for step in STEPS["build"] if "actions/upload-artifact@" in step.get("uses", ""))
    assert attached["path"].split() == ["_build/html", "_build/book.pdf"]
    assert all("timeout-minutes" in job for job in BOOK["jobs"].values())
