"""Whatever fault a call meets: nothing happens twice, nothing is lost, nothing is told that is not so, and in time.

This is one seed of the matrix, and of imports a part. `make chaos` fills all of it and writes docs/fault-matrix.md.
"""

import pytest

from saleshandy_mcp.sandbox.faults.fault import Fault
from saleshandy_mcp.sandbox.faults.table import FAULTS
from tests.chaos.cells import KINDS, call_that_meets, cell
from tests.chaos.crm_cells import CRM_KINDS, crm_call_that_meets, crm_cell

IMPORTS = {"import chunk", "poll"}
MET_BY_IMPORTS = {"lost-answer", "500-executed", "429", "outage", "reset", "html", "truncated", "report-elsewhere"}
CELLS = [
    pytest.param(fault, kind, id=f"{fault.name}-{kind}")
    for fault in FAULTS.values()
    for kind in KINDS
    if call_that_meets(fault, kind) and (fault.name in MET_BY_IMPORTS or kind not in IMPORTS)
]


@pytest.mark.parametrize(("fault", "kind"), CELLS)
def test_a_call_that_meets_a_fault_is_told_as_it_is(fault: Fault, kind: str) -> None:
    found = cell(fault, kind, 0)
    assert (found.duplicates, found.lost, found.false_success, found.late) == (0, 0, 0, [])


MET_BY_SYNCS = {"lost-answer", "500-executed", "429-huge", "reset", "html", "wrong-shape"}
CRM_CELLS = [
    pytest.param(fault, kind, id=f"{fault.name}-{kind}")
    for fault in FAULTS.values()
    for kind in CRM_KINDS
    if crm_call_that_meets(fault, kind) and (fault.name in MET_BY_SYNCS or "sync" not in kind)
]


@pytest.mark.parametrize(("fault", "kind"), CRM_CELLS)
def test_a_call_to_the_crm_that_meets_a_fault_is_told_as_it_is(fault: Fault, kind: str) -> None:
    found = crm_cell(fault, kind, 0)
    assert (found.duplicates, found.lost, found.false_success, found.late) == (0, 0, 0, [])
