"""The wires of three vendors: what a request says, and how an answer is written. Only what the clients need."""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, ClassVar, cast

from tests.clients.model.script import Request, Turn

_NUMBERS = count(1)
_USAGE = {"input_tokens": 1, "output_tokens": 1}


@dataclass(frozen=True)
class Wire(ABC):
    """One way to speak to a model."""

    path: ClassVar[str]

    @abstractmethod
    def read(self, body: Any) -> Request:
        """What the request says."""

    @abstractmethod
    def whole(self, turn: Turn) -> dict[str, Any]:
        """The answer in one piece."""

    @abstractmethod
    def events(self, turn: Turn) -> Iterator[dict[str, Any]]:
        """The answer in pieces."""

    def streams(self, body: Any, path: str) -> bool:
        """Whether the request wants pieces."""
        del path
        return bool(body.get("stream"))

    def stream(self, turn: Turn) -> Iterator[str]:
        """The pieces, as lines of the stream."""
        for event in self.events(turn):
            name = f"event: {event['type']}\n" if "type" in event else ""
            yield f"{name}data: {json.dumps(event)}\n\n"


def _list(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


class Anthropic(Wire):
    """Messages."""

    path = "/v1/messages"

    def read(self, body: Any) -> Request:
        parts = [part for said in body["messages"] for part in _list(said["content"])]
        results = [_text(part.get("content", "")) for part in parts if part.get("type") == "tool_result"]
        return Request([tool["name"] for tool in body.get("tools", [])], results)

    def whole(self, turn: Turn) -> dict[str, Any]:
        block: dict[str, Any] = {"type": "text", "text": turn.say}
        if turn.tool:
            block = {"type": "tool_use", "id": f"toolu_{next(_NUMBERS)}", "name": turn.tool, "input": turn.arguments}
        return self._message(turn) | {"content": [block], "stop_reason": self._reason(turn)}

    def events(self, turn: Turn) -> Iterator[dict[str, Any]]:
        (block,) = self.whole(turn)["content"]
        empty = block | ({"input": {}} if turn.tool else {"text": ""})
        piece = {"type": "input_json_delta", "partial_json": json.dumps(turn.arguments)}
        delta = piece if turn.tool else {"type": "text_delta", "text": turn.say}
        yield {"type": "message_start", "message": self._message(turn)}
        yield {"type": "content_block_start", "index": 0, "content_block": empty}
        yield {"type": "content_block_delta", "index": 0, "delta": delta}
        yield {"type": "content_block_stop", "index": 0}
        ended = {"stop_reason": self._reason(turn), "stop_sequence": None}
        yield {"type": "message_delta", "delta": ended, "usage": _USAGE}
        yield {"type": "message_stop"}

    def _message(self, turn: Turn) -> dict[str, Any]:
        del turn
        head = {"id": f"msg_{next(_NUMBERS)}", "type": "message", "role": "assistant", "model": "scripted"}
        return head | {"content": [], "stop_reason": None, "stop_sequence": None, "usage": _USAGE}

    def _reason(self, turn: Turn) -> str:
        return "tool_use" if turn.tool else "end_turn"


class Chat(Wire):
    """Chat completions of OpenAI."""

    path = "/v1/chat/completions"

    def read(self, body: Any) -> Request:
        results = [_text(said["content"]) for said in body["messages"] if said["role"] == "tool"]
        return Request([tool["function"]["name"] for tool in _list(body.get("tools"))], results)

    def whole(self, turn: Turn) -> dict[str, Any]:
        choice = {"index": 0, "message": self._said(turn), "finish_reason": self._reason(turn)}
        return self._head("chat.completion") | {"choices": [choice]}

    def events(self, turn: Turn) -> Iterator[dict[str, Any]]:
        head = self._head("chat.completion.chunk")
        yield head | {"choices": [{"index": 0, "delta": self._said(turn), "finish_reason": None}]}
        yield head | {"choices": [{"index": 0, "delta": {}, "finish_reason": self._reason(turn)}]}

    def stream(self, turn: Turn) -> Iterator[str]:
        yield from super().stream(turn)
        yield "data: [DONE]\n\n"

    def _head(self, kind: str) -> dict[str, Any]:
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        return {"id": f"chat_{next(_NUMBERS)}", "object": kind, "created": 1, "model": "scripted", "usage": usage}

    def _said(self, turn: Turn) -> dict[str, Any]:
        if not turn.tool:
            return {"role": "assistant", "content": turn.say}
        called = {"name": turn.tool, "arguments": json.dumps(turn.arguments)}
        call = {"index": 0, "id": f"call_{next(_NUMBERS)}", "type": "function", "function": called}
        return {"role": "assistant", "content": None, "tool_calls": [call]}

    def _reason(self, turn: Turn) -> str:
        return "tool_calls" if turn.tool else "stop"


class Responses(Wire):
    """Responses of OpenAI."""

    path = "/v1/responses"

    def read(self, body: Any) -> Request:
        results = [_text(item["output"]) for item in _list(body["input"]) if item.get("type") == "function_call_output"]
        return Request(list(_names(_list(body.get("tools")))), results)

    def whole(self, turn: Turn) -> dict[str, Any]:
        return self._response("completed", [self._item(turn)])

    def events(self, turn: Turn) -> Iterator[dict[str, Any]]:
        item = self._item(turn)
        ended = self._response("completed", [item])
        yield {"type": "response.created", "response": ended | {"status": "in_progress", "output": []}}
        yield {"type": "response.output_item.added", "output_index": 0, "item": item}
        yield {"type": "response.output_item.done", "output_index": 0, "item": item}
        yield {"type": "response.completed", "response": ended}

    def _item(self, turn: Turn) -> dict[str, Any]:
        number = next(_NUMBERS)
        if not turn.tool:
            part: dict[str, Any] = {"type": "output_text", "text": turn.say, "annotations": []}
            said = {"type": "message", "id": f"msg_{number}", "role": "assistant", "status": "completed"}
            return said | {"content": [part]}
        space, _, name = turn.tool.rpartition("\n")
        call = {"type": "function_call", "id": f"fc_{number}", "call_id": f"call_{number}", "status": "completed"}
        where = {"namespace": space} if space else {}
        return call | where | {"name": name, "arguments": json.dumps(turn.arguments)}

    def _response(self, status: str, output: list[dict[str, Any]]) -> dict[str, Any]:
        details = {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
        head = {"id": f"resp_{next(_NUMBERS)}", "object": "response", "created_at": 1, "model": "scripted"}
        more = {"parallel_tool_calls": False, "tool_choice": "auto", "tools": [], "status": status, "output": output}
        return head | more | {"usage": _USAGE | {"total_tokens": 2} | details}


def _names(tools: list[dict[str, Any]], space: str = "") -> Iterator[str]:
    """The names of the tools; one inside a namespace has it before, with a line break between."""
    for tool in tools:
        if tool.get("type") == "namespace":
            yield from _names(tool.get("tools", []), tool["name"])
        elif "name" in tool:
            yield f"{space}\n{tool['name']}" if space else tool["name"]


class Gemini(Wire):
    """generateContent of Google."""

    path = "/{version}/models/{call:path}"

    def read(self, body: Any) -> Request:
        parts = [part for said in body["contents"] for part in said.get("parts", [])]
        results = [_text(part["functionResponse"]) for part in parts if "functionResponse" in part]
        kinds = [_list(tool.get("functionDeclarations")) for tool in _list(body.get("tools"))]
        return Request([tool["name"] for tools in kinds for tool in tools], results)

    def streams(self, body: Any, path: str) -> bool:
        del body
        return path.endswith(":streamGenerateContent")

    def whole(self, turn: Turn) -> dict[str, Any]:
        part: dict[str, Any] = {"text": turn.say}
        if turn.tool:
            part = {"functionCall": {"id": f"call_{next(_NUMBERS)}", "name": turn.tool, "args": turn.arguments}}
        answer = {"index": 0, "content": {"role": "model", "parts": [part]}, "finishReason": "STOP"}
        usage = {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2}
        return {"candidates": [answer], "usageMetadata": usage, "modelVersion": "scripted", "responseId": "scripted"}

    def events(self, turn: Turn) -> Iterator[dict[str, Any]]:
        yield self.whole(turn)


WIRES: tuple[Wire, ...] = (Anthropic(), Chat(), Responses(), Gemini())
