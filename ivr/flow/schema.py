"""JSON Schema of a flow file, for editors that complete and check while one writes. Made of the loader's own tables."""

from collections.abc import Mapping

from ivr.flow import shapes
from ivr.flow.shapes import KEYS, Json
from ivr.flow.steps import KINDS, Kind
from ivr.flow.vocabulary import Vocabulary
from ivr.flow.words_sheet import NAME

_SHIPPED = Vocabulary()
_NAME: Json = {"type": "string", "pattern": f"^{NAME.pattern}$"}
_NAMED: Json = {"$ref": "#/$defs/name"}
_WORDS: Json = {"$ref": "#/$defs/words"}
_POLICY: Json = {"$ref": "#/$defs/policy"}


def flow_schema(vocabulary: Vocabulary = _SHIPPED) -> dict[str, object]:
    """JSON Schema, draft 2020-12, of `callflows/flows/<name>.yaml`. What only the linter can see (paths, lengths) is not in it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A voice menu: callflows/flows/<name>.yaml",
        "type": "object",
        "additionalProperties": False,
        "required": ["flow", "about", "start", "steps"],
        "properties": {
            "flow": {**_NAMED, "description": "the file's name without .yaml"},
            "about": {"type": "string", "pattern": r"\S", "description": "one sentence"},
            "start": {**_NAMED, "description": "the first step"},
            "resume": {**_NAMED, "description": "a word for callers who were cut off and ring again within ten minutes"},
            "screen": {"type": "boolean", "description": "this flow is the emergency screen"},
            "keys": {
                "type": "object",
                "additionalProperties": False,
                "patternProperties": {_one_key(): _NAMED},
                "description": "keys of every menu and hold of this file",
            },
            "silence": {**_POLICY, "description": "for callers who press nothing, where a step has none of its own"},
            "wrong_key": {**_POLICY, "description": "for keys that mean nothing, where a step has none of its own"},
            "steps": {"type": "object", "minProperties": 1, "propertyNames": _NAME, "additionalProperties": {"$ref": "#/$defs/step"}},
        },
        "$defs": {
            "name": _NAME,
            "words": {"oneOf": [_NAMED, {"type": "array", "items": _NAMED, "minItems": 1}]},
            "policy": _policy(),
            "step": {"oneOf": [{"$ref": f"#/$defs/{name}"} for name in KINDS]},
            **{name: _step(kind, vocabulary) for name, kind in KINDS.items()},
        },
    }


def _policy() -> Json:
    properties = {"say": _WORDS, "prompt": _WORDS, "tries": {"type": "integer", "minimum": 0, "maximum": shapes.MOST_TRIES}, "then": _NAMED}
    return {"type": "object", "required": ["then"], "additionalProperties": False, "properties": properties}


def _step(kind: Kind, vocabulary: Vocabulary) -> Json:
    properties: dict[str, object] = {
        field.name: {"description": field.about, **_without_description(field.shape.schema(vocabulary))} for field in kind.fields
    }
    schema = {"type": "object", "additionalProperties": False, "required": kind.required, "properties": properties}
    return {**schema, "patternProperties": {_one_key(): _NAMED}} if kind.keys else schema


def _without_description(schema: Json) -> Mapping[str, object]:
    """The field says more than its shape does."""
    return {name: value for name, value in schema.items() if name != "description"}


def _one_key() -> str:
    return f"^[{KEYS}]$"
