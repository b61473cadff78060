"""The twenty rules by Great Expectations on pandas. Argument: the Parquet file."""

import sys

import great_expectations as gx
import pandas as pd

frame = pd.read_parquet(sys.argv[1])
context = gx.get_context(mode="ephemeral")
batch = (
    context.data_sources.add_pandas("tables").add_dataframe_asset("table").add_batch_definition_whole_dataframe("whole")
)
e = gx.expectations
rules = [
    e.ExpectTableRowCountToBeBetween(min_value=1_000),
    e.ExpectColumnValuesToBeUnique(column="id"),
    *(e.ExpectColumnValuesToNotBeNull(column=name) for name in ("email", "code", "created", "label", "tier")),
    *(
        e.ExpectColumnValuesToBeBetween(column=name, min_value=low, max_value=high)
        for name, low, high in (
            ("n1", -10, 10),
            ("n2", 999_000, 1_001_000),
            ("n6", -40, 40),
            ("n8", 0, 100),
            ("n10", -1, 1),
            ("age", 18, 90),
        )
    ),
    e.ExpectColumnValuesToBeInSet(column="c1", value_set=["v0", "v1", "v2"]),
    e.ExpectColumnValuesToBeInSet(column="c2", value_set=[f"v{index}" for index in range(5)]),
    e.ExpectColumnValuesToBeInSet(column="c6", value_set=[f"v{index}" for index in range(5000)]),
    e.ExpectColumnValuesToMatchRegex(column="email", regex=r"^person[0-9]+@example\.org$"),
    e.ExpectColumnValuesToMatchRegex(column="code", regex=r"^A[0-9]{5}$"),
    e.ExpectColumnMeanToBeBetween(column="n8", min_value=40, max_value=60),
    e.ExpectColumnMedianToBeBetween(column="n1", min_value=-1, max_value=1),
]
suite = gx.ExpectationSuite(name="twenty", expectations=rules)
print(len(rules), batch.get_batch({"dataframe": frame}).validate(suite).success)
