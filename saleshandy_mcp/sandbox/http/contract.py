"""A contract (`openapi.json`): which operations exist, and what is wrong with a request or a reply.

There is one for each API that the sandbox emulates. The functions of this module are those of Saleshandy's.
"""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from itertools import islice
from typing import Any

from saleshandy_mcp.sandbox.http import complaint_texts, live_differences
from saleshandy_mcp.sandbox.http.judge import Judge, Schema

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
    contract: "Contract"

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
        named = [entry for entry in declared if not _stands_for_any_name(entry)]
        return {
            "type": "object",
            "properties": {entry["name"]: self.contract.closed(entry["schema"]) for entry in named},
            "required": [entry["name"] for entry in named if entry["required"] and entry["name"] not in optional],
            "additionalProperties": len(named) < len(declared),
        }

    @cached_property
    def body_schema(self) -> Schema | None:
        content = self.spec.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            return None
        schema = self.contract.closed(content["application/json"]["schema"])
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
        schema = self.contract.closed(content["multipart/form-data"]["schema"])
        for name, part in schema["properties"].items():
            if "contentMediaType" in part:
                schema["properties"][name] = {"type": "object"}
        return schema

    @cached_property
    def _query_judge(self) -> Judge:
        return Judge(self.query_schema)

    @cached_property
    def _body_judge(self) -> Judge:
        return Judge(self.body_schema or self.form_schema or {})

    @cached_property
    def _reply_judges(self) -> dict[int, Judge]:
        declared = self.spec["responses"].items()
        schemas = {int(status): self.contract.reply_schema(answer) for status, answer in declared}
        return {status: Judge(schema) for status, schema in schemas.items()}

    def coerced(self, query: dict[str, str]) -> dict[str, Any]:
        """The query with numbers where the contract declares numbers and the text is one."""
        declared = self.query_schema["properties"]
        same = live_differences.SAME_VALUE.get(self.id, {})
        said = {name: same.get(name, {}).get(text, text) for name, text in query.items()}
        values = {name: _coerced(text, declared.get(name, {})) for name, text in said.items()}
        largest = live_differences.LARGEST_PAGE.get(self.id)
        if largest is not None and isinstance(values.get("pageSize"), int):
            values["pageSize"] = min(values["pageSize"], largest)
        return values

    def complaints(self, query: dict[str, Any], body: Any) -> list[str]:
        return _complaints(self._query_judge, query) + _complaints(self._body_judge, body)

    def judge_reply(self, status: int, body: Any) -> None:
        judge = self.contract.named_judge("AnyError") if status >= ERROR_STATUS else self._reply_judges.get(status)
        if judge is None:
            raise ContractBreach(f"{self.endpoint} answered {status}, which is not declared")
        for error in judge.errors(body):
            raise ContractBreach(f"{self.endpoint} answered {status}: {error.json_path}: {error.message}")


class Contract:
    """One `openapi.json`.

    Args:
        package: the package whose folder holds the file.
    """

    def __init__(self, package: str) -> None:
        self._package = package
        self._judges: dict[str, Judge] = {}

    @cached_property
    def _document(self) -> Schema:
        return json.loads(files(self._package).joinpath("openapi.json").read_text(encoding="utf-8"))

    def document(self) -> Schema:
        return self._document

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation that a request is for, with its path parameters. A literal path wins over a template."""
        parts = path.strip("/").split("/")
        for template, operation in self._operations.get((method, len(parts)), []):
            if all(_is_parameter(name) or name == part for name, part in zip(template, parts, strict=True)):
                pairs = zip(template, parts, strict=True)
                return operation, {name[1:-1]: part for name, part in pairs if _is_parameter(name)}
        return None

    def operation_of(self, method: str, path: str) -> Operation:
        """The operation that is declared under this path template."""
        return Operation(method, path, self._document["paths"][path][method.lower()], self)

    def shape_complaints(self, schema_name: str, value: Any, at: tuple[str | int, ...]) -> list[str]:
        """What is wrong with a value by the schema of this name. `at` is the path of the value in the request."""
        return _complaints(self.named_judge(schema_name), value, at)

    def closed(self, schema: Schema) -> Schema:
        """The schema with its references resolved. It refuses properties that are not declared."""
        if "$ref" in schema:
            return self.closed(self._named(schema["$ref"].rsplit("/", 1)[-1]))
        result = dict(schema)
        if "properties" in schema:
            result["properties"] = {name: self.closed(value) for name, value in schema["properties"].items()}
            result.setdefault("additionalProperties", False)
        if "items" in schema:
            result["items"] = self.closed(schema["items"])
        if "anyOf" in schema:
            result["anyOf"] = [self.closed(branch) for branch in schema["anyOf"]]
            return live_differences.number_of_number_or_name(result["anyOf"]) or result
        return result

    def named_judge(self, name: str) -> Judge:
        """What judges a value by the schema of this name."""
        if name not in self._judges:
            self._judges[name] = Judge(self.closed(self._named(name)))
        return self._judges[name]

    def reply_schema(self, answer: Schema) -> Schema:
        """The schema of a declared answer; of one without a body, that of anything."""
        content = answer.get("content", {})
        return self.closed(content["application/json"]["schema"]) if "application/json" in content else {}

    def _named(self, name: str) -> Schema:
        return self._document["components"]["schemas"][name]

    @cached_property
    def _operations(self) -> dict[tuple[str, int], list[tuple[list[str], Operation]]]:
        table: dict[tuple[str, int], list[tuple[list[str], Operation]]] = {}
        for path, item in self._document["paths"].items():
            template = path.strip("/").split("/")
            for method in item:
                operation = self.operation_of(method.upper(), path)
                table.setdefault((operation.method, len(template)), []).append((template, operation))
        for candidates in table.values():
            candidates.sort(key=lambda candidate: sum(map(_is_parameter, candidate[0])))
        return table


SALESHANDY = Contract("saleshandy_mcp.sandbox")
document = SALESHANDY.document
find = SALESHANDY.find
operation_of = SALESHANDY.operation_of
shape_complaints = SALESHANDY.shape_complaints


def _complaints(judge: Judge, value: Any, at: tuple[str | int, ...] = ()) -> list[str]:
    errors = islice(judge.errors(value), MOST_COMPLAINTS)
    sentences = [sentence for error in errors for sentence in complaint_texts.complaints(error, at)]
    # Unknown properties come first, as in answers of the API; each sentence stands once.
    return sorted(dict.fromkeys(sentences), key=lambda text: not text.endswith("should not exist"))


def _coerced(text: str, schema: Schema) -> Any:
    match schema.get("type"):
        case "integer" if WHOLE_NUMBER.fullmatch(text):
            return int(text)
        case "array":
            # Assumed: a list is written with commas, or by repeating the name.
            return [_coerced(part, schema["items"]) for part in text.split(",") if part]
        case _:
            return text


def _stands_for_any_name(parameter: Schema) -> bool:
    """Whether a query parameter is an object whose properties travel as parameters of their own."""
    return parameter["schema"].get("type") == "object" and parameter.get("explode", False)


def _is_parameter(segment: str) -> bool:
    return segment.startswith("{")
