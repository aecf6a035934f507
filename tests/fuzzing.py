"""Calls that a foreign tool makes from a contract: what it looks at in the answers, and how it reaches a sandbox."""

import copy
import os
from importlib import import_module
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, settings

WANTED = {
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
}
_library: Any = import_module("schemathesis.checks")  # its types are open ones
CHECKS: Any = [check for check in _library.CHECKS.get_all() if check.__name__ in WANTED]

FEW = settings(
    max_examples=50 if os.environ.get("MANY") else 8,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


class Fuzzing:
    """A contract as the tool reads it, and the application behind it.

    Args:
        document: the contract.
        app: what answers.
        url: where it is.
        headers: of every call, such as the key.
    """

    def __init__(self, document: dict[str, Any], app: Any, url: str, headers: dict[str, str]) -> None:
        self.schema: Any = schemathesis.openapi.from_dict({**copy.deepcopy(document), "servers": [{"url": url}]})
        self.schema.app = app
        # The cases that the tool works out beforehand take longer than the rest; `make chaos` has them.
        self.schema.config.phases.coverage.enabled = bool(os.environ.get("MANY"))
        self._url, self._headers = url, headers
        # One client for all calls; it does not look for proxies and passwords on this machine before each of them.
        self._client: Any = import_module("schemathesis.python.asgi").get_client(app)
        self._client.trust_env = False

    def answered(self, case: Any) -> Any:
        """The answer to a call, which has to be one that the contract declares."""
        case.headers = {**(case.headers or {}), **self._headers}
        answer = case.call(session=self._client, base_url=self._url)
        case.validate_response(answer, checks=CHECKS)
        return answer
