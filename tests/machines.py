"""State machines over a database that all their examples share."""

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from models.database import Database


def play(machine: type[RuleBasedStateMachine], database: Database, *, examples: int, steps: int) -> None:
    """Play a machine, the same examples every time; it finds the database as its attribute `database`."""
    run_state_machine_as_test(
        type(machine.__name__, (machine,), {"database": database}),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
