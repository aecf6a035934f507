"""The sandbox under calls that a foreign tool makes from the contract: no answer but the declared ones."""

import copy
from importlib import import_module
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, settings

from saleshandy_mcp.sandbox import KEY, Clock, Sandbox
from saleshandy_mcp.sandbox.http import contract

WANTED = {
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
}
library: Any = import_module("schemathesis.checks")  # its types are open ones
checks: Any = [check for check in library.CHECKS.get_all() if check.__name__ in WANTED]

box = Sandbox(limits=False, clock=Clock(tick=lambda: 0.0))
document: Any = {**copy.deepcopy(contract.document()), "servers": [{"url": "http://sandbox/v1"}]}
schema: Any = schemathesis.openapi.from_dict(document)
schema.app = box.app
# One client for all calls; it does not look for proxies and passwords on this machine before each of them.
client: Any = import_module("schemathesis.python.asgi").get_client(box.app)
client.trust_env = False


@schema.parametrize()
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
def test_no_answer_is_undocumented(case: Any) -> None:
    case.headers = {**(case.headers or {}), "x-api-key": KEY}
    case.validate_response(case.call(session=client), checks=checks)
