"""Whatever fault a call meets, the client answers or raises a typed error, and a write is carried out at most once."""

import pytest

from saleshandy_mcp.api.resources.sequences import CreateSequence, ListSequences
from saleshandy_mcp.core.errors import NotSent, SaleshandyError
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.faults.acts import hangs
from saleshandy_mcp.sandbox.faults.fault import Fault
from saleshandy_mcp.sandbox.faults.table import FAULTS
from tests.kit import context_over, new_box, pauses, posts

# A call that hangs ends by a deadline of real time: tests/api looks at that.
ENDING = [fault for fault in FAULTS.values() if fault.act is not hangs]
EACH = pytest.mark.parametrize("fault", ENDING, ids=lambda fault: fault.name)
EACH_OF_WRITES = pytest.mark.parametrize("fault", [it for it in ENDING if not it.remembers], ids=lambda it: it.name)
CREATE = "POST /sequences"


@pytest.fixture
def box() -> Sandbox:
    box = new_box()
    box.faults.pause = pauses(box)
    return box


@EACH
async def test_a_read_is_answered_or_fails_with_a_typed_error(box: Sandbox, fault: Fault) -> None:
    box.faults.set(fault.name)
    async with context_over(box) as context:
        try:
            assert isinstance((await context.api.send(ListSequences())).items, list)
        except SaleshandyError as error:
            assert str(error)  # noqa: PT017 - either outcome is right


@EACH_OF_WRITES
async def test_a_write_is_carried_out_once_or_not_at_all(box: Sandbox, fault: Fault) -> None:
    box.faults.set(fault.name, CREATE, times=1)
    titles = [row["title"] for row in box.world.sequences.values()]
    async with context_over(box) as context:
        try:
            await context.api.send(CreateSequence(title="One more"))
        except SaleshandyError as error:
            assert posts(box, CREATE) <= (not isinstance(error, NotSent))  # noqa: PT017 - either outcome is right
        else:
            assert posts(box, CREATE) == 1
    assert [row["title"] for row in box.world.sequences.values()] == titles + ["One more"] * posts(box, CREATE)
