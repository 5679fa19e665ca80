"""A step of a trace, for people and for programs."""

from router.core.trace import Step


def told(step: Step) -> str:
    """On one line."""
    return f"{step.rule:12} {step.outcome!s:24} {' '.join(step.because.split())}".rstrip()


def step_content(step: Step) -> dict[str, object]:
    """As JSON, its instant in milliseconds since 1970."""
    return {"at": step.at, "rule": step.rule, "outcome": str(step.outcome), "because": step.because}
