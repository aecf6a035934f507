"""The sandbox under calls that a foreign tool makes from the contract: no answer but the declared ones."""

from typing import Any

from saleshandy_mcp.sandbox import KEY, Clock, Sandbox
from saleshandy_mcp.sandbox.http import contract
from tests.fuzzing import FEW, Fuzzing

box = Sandbox(limits=False, clock=Clock(tick=lambda: 0.0))
fuzzing = Fuzzing(contract.document(), box.app, "http://sandbox/v1", {"x-api-key": KEY})


@fuzzing.schema.parametrize()
@FEW
def test_no_answer_is_undocumented(case: Any) -> None:
    assert '"message":"Invalid token"' not in fuzzing.answered(case).text, (
        "a call that no key lets in says nothing of the operation"
    )
