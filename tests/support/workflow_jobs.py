"""What the jobs of a workflow do."""

from typing import Any

# The check and `predict` run the model; the check takes the answers of another run where it is told so.
RUNS_MODEL = ("assay-ml/assay@", "assay-ml/assay/actions/predict@")


def runs_a_model(job: dict[str, Any]) -> bool:
    return any(
        str(step.get("uses", "")).startswith(RUNS_MODEL) and not step.get("with", {}).get("answers")
        for step in job.get("steps", ())
    )
