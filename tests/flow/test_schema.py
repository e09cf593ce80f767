"""The JSON Schema for editors says what the loader says: of good files, of broken ones, and field by field."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from ivr.flow.schema import flow_schema
from ivr.flow.steps import KINDS
from tests.flow.test_check import BROKEN, SCREEN, SCREENED
from tests.flow.test_loader import EVERYTHING, FILES, STEPS
from tests.flow.writing import GOOD, HEAD

SHIPPED = sorted((Path(__file__).parents[2] / "callflows/flows").glob("*.yaml"))
CLINIC = sorted((Path(__file__).parents[1] / "clinic/callflows/flows").glob("*.yaml"))

# What only the loader sees: where two fields meet, names twice, names against the file's own, the file's defaults.
BEYOND = ("at most", "at_most is less", "belong together", "wait in silence", "here twice", "the file is called", "there is no way on")

# What the schema sees as well, since the vocabulary is in it.
NAMED = (
    "there is no fact",
    "there is no effect",
    "takes 1 after",
    "takes nothing after",
    "there is no kind of answer",
    "there is no phone",
    "music is a file whose name",
)


def as_editors_read(text: str) -> Any:
    """YAML 1.2, as editors have it: yes, no and on are words, and keys are text."""
    return _plain(yaml.compose(text, Loader=yaml.SafeLoader))


def _plain(node: yaml.Node | None) -> Any:
    match node:
        case yaml.MappingNode():
            return {key.value: _plain(value) for key, value in node.value}
        case yaml.SequenceNode():
            return [_plain(value) for value in node.value]
        case yaml.ScalarNode(tag="tag:yaml.org,2002:int"):
            return int(node.value)
        case yaml.ScalarNode(tag="tag:yaml.org,2002:bool", value=("true" | "false") as value):
            return value == "true"
        case yaml.ScalarNode():
            return node.value
        case _:
            return None


def complaints(text: str) -> list[str]:
    jsonschema = pytest.importorskip("jsonschema", reason="the package jsonschema is in requirements-dev.txt")
    validator = jsonschema.Draft202012Validator(flow_schema(SCREENED))
    return [error.message for error in validator.iter_errors(as_editors_read(text))]


def test_it_is_a_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="the package jsonschema is in requirements-dev.txt")
    jsonschema.Draft202012Validator.check_schema(flow_schema())


@pytest.mark.parametrize("path", SHIPPED + CLINIC, ids=lambda path: path.stem)
def test_flows_that_are_shipped_are_valid(path: Path) -> None:
    assert complaints(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("text", [GOOD, SCREEN, EVERYTHING], ids=["good", "screen", "everything"])
def test_flows_that_load_are_valid(text: str) -> None:
    assert complaints(text) == []


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_faults_of_names_are_seen_and_faults_of_paths_are_left_to_the_linter(broken: Any) -> None:
    assert bool(complaints(HEAD + broken.steps)) is any(name in broken.fault for name in NAMED)


@pytest.mark.parametrize(("step", "fault"), STEPS, ids=[step for step, _ in STEPS])
def test_steps_that_cannot_be_read_are_invalid(step: str, fault: str) -> None:
    beyond = any(mark in fault for mark in BEYOND) and "is no name" not in fault
    assert bool(complaints(HEAD + f"  begin: {step}\n")) is not beyond


@pytest.mark.parametrize(("good", "bad", "fault"), FILES, ids=[bad or good for good, bad, _ in FILES])
def test_files_that_cannot_be_read_are_invalid(good: str, bad: str, fault: str) -> None:
    beyond = any(mark in fault for mark in BEYOND) and "is no name" not in fault
    assert bool(complaints(GOOD.replace(good, bad))) is (bool(fault) and not beyond)


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_of_step_has_the_fields_that_the_loader_reads(name: str) -> None:
    definitions: Any = flow_schema()["$defs"]
    step, kind = definitions[name], KINDS[name]
    assert step["required"] == kind.required
    assert set(step["properties"]) == {field.name for field in kind.fields}
    assert ("patternProperties" in step) is kind.keys
    assert kind.fields[0].name == name
    assert all(field["description"] for field in step["properties"].values())


def test_what_a_vocabulary_knows_is_offered() -> None:
    definitions: Any = flow_schema(SCREENED)["$defs"]
    assert definitions["branch"]["properties"]["branch"]["enum"] == sorted(SCREENED.yes_or_no)
    assert "ask_doctor" in definitions["do"]["properties"]["do"]["pattern"]
    assert "card" in definitions["ask"]["properties"]["answer"]["enum"]
