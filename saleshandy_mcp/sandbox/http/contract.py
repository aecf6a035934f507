"""The contract (`openapi.json`): which operations exist, and what is wrong with a request or a reply."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from saleshandy_mcp.sandbox.http import complaint_texts, live_differences

Schema = dict[str, Any]
MOST_COMPLAINTS = 50
ERROR_STATUS = 400
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,15}")


class ContractBreach(Exception):
    """A reply of the sandbox breaks the contract. That is a mistake in the sandbox."""


@dataclass(frozen=True, eq=False)
class Operation:
    """One operation of the contract. Its validators are made when they are first needed."""

    method: str
    path: str
    spec: Schema

    @property
    def id(self) -> str:
        return self.spec["operationId"]

    @property
    def endpoint(self) -> str:
        return f"{self.method} {self.path}"

    @cached_property
    def query_schema(self) -> Schema:
        declared = [entry for entry in self.spec.get("parameters", []) if entry["in"] == "query"]
        optional = live_differences.OPTIONAL.get(self.id, set[str]())
        return {
            "type": "object",
            "properties": {entry["name"]: closed(entry["schema"]) for entry in declared},
            "required": [entry["name"] for entry in declared if entry["required"] and entry["name"] not in optional],
            "additionalProperties": False,
        }

    @cached_property
    def body_schema(self) -> Schema | None:
        content = self.spec.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            return None
        schema = closed(content["application/json"]["schema"])
        schema["required"] = schema.get("required", []) + schema.get("x-live-required", [])
        if self.id in live_differences.LENGTH_JUDGED_BY_HANDLER:
            del schema["properties"][live_differences.LENGTH_JUDGED_BY_HANDLER[self.id]]["maxItems"]
        return schema

    @cached_property
    def form_schema(self) -> Schema | None:
        """The parts of an upload. A file is judged as an object, so that a text in its place is refused."""
        content = self.spec.get("requestBody", {}).get("content", {})
        if "multipart/form-data" not in content:
            return None
        schema = closed(content["multipart/form-data"]["schema"])
        for name, part in schema["properties"].items():
            if "contentMediaType" in part:
                schema["properties"][name] = {"type": "object"}
        return schema

    @cached_property
    def _query_judge(self) -> Draft202012Validator:
        return Draft202012Validator(self.query_schema)

    @cached_property
    def _body_judge(self) -> Draft202012Validator:
        return Draft202012Validator(self.body_schema or self.form_schema or {})

    @cached_property
    def _reply_judges(self) -> dict[int, Draft202012Validator]:
        declared = self.spec["responses"].items()
        return {int(status): Draft202012Validator(_reply_schema(answer)) for status, answer in declared}

    def coerced(self, query: dict[str, str]) -> dict[str, Any]:
        """The query with numbers where the contract declares numbers and the text is one."""
        declared = self.query_schema["properties"]
        values = {name: _coerced(text, declared.get(name, {})) for name, text in query.items()}
        largest = live_differences.LARGEST_PAGE.get(self.id)
        if largest is not None and isinstance(values.get("pageSize"), int):
            values["pageSize"] = min(values["pageSize"], largest)
        return values

    def complaints(self, query: dict[str, Any], body: Any) -> list[str]:
        return _complaints(self._query_judge, query) + _complaints(self._body_judge, body)

    def judge_reply(self, status: int, body: Any) -> None:
        judge = _error_judge() if status >= ERROR_STATUS else self._reply_judges.get(status)
        if judge is None:
            raise ContractBreach(f"{self.endpoint} answered {status}, which is not declared")
        for error in _errors(judge, body):
            raise ContractBreach(f"{self.endpoint} answered {status}: {error.json_path}: {error.message}")


def shape_complaints(schema_name: str, value: Any, at: tuple[str | int, ...]) -> list[str]:
    """What is wrong with a value by the schema of this name. `at` is the path of the value in the request."""
    return _complaints(_named_judge(schema_name), value, at)


def find(method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """The operation that a request is for, with its path parameters. A literal path wins over a template."""
    parts = path.strip("/").split("/")
    for template, operation in _operations().get((method, len(parts)), []):
        if all(_is_parameter(name) or name == part for name, part in zip(template, parts, strict=True)):
            pairs = zip(template, parts, strict=True)
            return operation, {name[1:-1]: part for name, part in pairs if _is_parameter(name)}
    return None


def operation_of(method: str, path: str) -> Operation:
    """The operation that is declared under this path template."""
    return Operation(method, path, document()["paths"][path][method.lower()])


@cache
def document() -> Schema:
    return json.loads(files("saleshandy_mcp.sandbox").joinpath("openapi.json").read_text(encoding="utf-8"))


def closed(schema: Schema) -> Schema:
    """The schema with its references resolved. It refuses properties that are not declared."""
    if "$ref" in schema:
        return closed(_named(schema["$ref"].rsplit("/", 1)[-1]))
    result = dict(schema)
    if "properties" in schema:
        result["properties"] = {name: closed(value) for name, value in schema["properties"].items()}
        result.setdefault("additionalProperties", False)
    if "items" in schema:
        result["items"] = closed(schema["items"])
    if "anyOf" in schema:
        result["anyOf"] = [closed(branch) for branch in schema["anyOf"]]
        return live_differences.number_of_number_or_name(result["anyOf"]) or result
    return result


def _named(name: str) -> Schema:
    return document()["components"]["schemas"][name]


@cache
def _named_judge(name: str) -> Draft202012Validator:
    return Draft202012Validator(closed(_named(name)))


def _error_judge() -> Draft202012Validator:
    return _named_judge("AnyError")


def _reply_schema(answer: Schema) -> Schema:
    content = answer.get("content", {})
    return closed(content["application/json"]["schema"]) if "application/json" in content else {}


def _complaints(judge: Draft202012Validator, value: Any, at: tuple[str | int, ...] = ()) -> list[str]:
    errors = islice(_errors(judge, value), MOST_COMPLAINTS)
    sentences = [sentence for error in errors for sentence in complaint_texts.complaints(error, at)]
    # Unknown properties come first, as in answers of the API; each sentence stands once.
    return sorted(dict.fromkeys(sentences), key=lambda text: not text.endswith("should not exist"))


def _errors(judge: Draft202012Validator, value: Any) -> Iterator[ValidationError]:
    return judge.iter_errors(value)  # pyright: ignore[reportUnknownMemberType] - the stubs leave JSON half open


def _coerced(text: str, schema: Schema) -> Any:
    match schema.get("type"):
        case "integer" if WHOLE_NUMBER.fullmatch(text):
            return int(text)
        case "array":
            # Assumed: a list is written with commas, or by repeating the name.
            return [_coerced(part, schema["items"]) for part in text.split(",") if part]
        case _:
            return text


def _is_parameter(segment: str) -> bool:
    return segment.startswith("{")


@cache
def _operations() -> dict[tuple[str, int], list[tuple[list[str], Operation]]]:
    table: dict[tuple[str, int], list[tuple[list[str], Operation]]] = {}
    for path, item in document()["paths"].items():
        template = path.strip("/").split("/")
        for method, spec in item.items():
            operation = Operation(method.upper(), path, spec)
            table.setdefault((operation.method, len(template)), []).append((template, operation))
    for candidates in table.values():
        candidates.sort(key=lambda candidate: sum(map(_is_parameter, candidate[0])))
    return table
