"""What is mutated, and the tests that have to notice it: those of the module, and none of its users."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Module:
    """A part of the package whose tests have to notice every change of what it does.

    Attributes:
        files: patterns of the files that are changed, in the package.
        tests: files and folders of the tests that are run, in ``tests``.
    """

    files: tuple[str, ...]
    tests: tuple[str, ...]


_LEDGER_TESTS = (
    "ledger",
    "results",
    "previous_jobs",
    "reasons",
    "migrations",
    "damaged_entries",
    "what_is_kept",
    "keeping",
)

MODULES = {
    "policy": Module(
        tuple(f"policy/{name}.py" for name in ("allowance", "effects", "hold", "journal", "rules")),
        (
            *("policy/test_allowance.py", "policy/test_rules_file.py", "store/test_state.py", "gate/test_holes.py"),
            *("gate/test_operator_rules.py", "gate/test_unasked_calls.py", "server/test_repetition.py"),
            *(
                "server/test_audit_line.py",
                "server/test_time_of_a_call.py",
                "features/sequences/test_stop_everything.py",
            ),
        ),
    ),
    "approvals": Module(("policy/approval*.py",), ("policy",)),
    "retry": Module(
        ("api/http/chain.py", "api/http/rate_limits.py", "api/http/responses.py", "api/http/shared_turns.py"),
        tuple(
            f"api/test_{name}.py"
            for name in (
                "retry",
                "rate_limit",
                "cache",
                "time_limits",
                "deadlines",
                "shared_turns",
                "waits",
                "errors",
                "tolerance",
            )
        ),
    ),
    "ledger": Module(
        ("import_engine/ledger/*.py",),
        tuple(f"import_engine/test_{name}.py" for name in (*_LEDGER_TESTS, "runner", "reconcile")),
    ),
    "untrusted": Module(("untrusted/*.py",), ("untrusted",)),
}
