"""The bars that `init` proposes: a good model can clear them with the rows at hand, and the size that more takes is said."""

from pathlib import Path

import numpy as np
import pytest

from assay.commands.parts.manifest_lines import manifest_text
from assay.commands.parts.proposed_bars import GAPS, ProposedBars, propose_bars
from assay.commands.parts.repository_survey import find_repository
from assay.edges.data_files import find_source
from assay.facts.values import Estimate
from assay.stats.confusion import Confusion
from assay.stats.fairness import gap
from assay.stats.residuals import mean_absolute_error


def written(folder: Path, rows: list[tuple[object, ...]], columns: str = "id,sex,label") -> Path:
    text = "".join(f"{','.join(map(str, (f'k{number}', *row)))}\n" for number, row in enumerate(rows))
    (folder / "test.csv").write_text(f"{columns}\n{text}")
    return folder


def people(women: int, men: int, share: float) -> list[tuple[object, ...]]:
    return [(sex, int(row < share * rows)) for sex, rows in (("f", women), ("m", men)) for row in range(rows)]


def proposed(folder: Path, rows: list[tuple[object, ...]], task: str = "binary-classification") -> ProposedBars:
    source = find_source(written(folder, rows), "test.csv")
    return propose_bars(task, "test", source, "label", ("sex",))


def test_with_many_rows_the_wished_bars_are_proposed(tmp_path: Path) -> None:
    found = proposed(tmp_path, people(6_000, 6_000, 0.4))
    assert found.gaps == dict.fromkeys(GAPS, 0.1)
    assert found.notes == []


@pytest.mark.parametrize(("women", "men", "share"), [(200, 400, 0.3), (700, 900, 0.5)])
def test_a_fair_model_clears_the_proposed_bars_and_the_size_for_the_wished_ones_is_said(
    tmp_path: Path, women: int, men: int, share: float
) -> None:
    found = proposed(tmp_path, people(women, men, share))
    bar = found.gaps["equalized_odds_difference"]
    assert 0.1 < bar <= 0.5
    random, cleared = np.random.default_rng(1), 0
    for _ in range(200):
        groups = []
        for rows in (women, men):
            positives = round(share * rows)
            tp, fp = int(random.binomial(positives, 0.7)), int(random.binomial(rows - positives, 0.2))
            groups.append(Confusion(tp=tp, fn=positives - tp, fp=fp, tn=rows - positives - fp))
        measured = gap("equalized_odds_difference", groups, smallest=30)
        cleared += isinstance(measured, Estimate) and measured.high <= bar
    assert cleared / 200 >= 0.72
    (note,) = (each for each in found.notes if each.startswith("equalized odds"))
    assert f'with {women + men:,} rows a fair model can clear "<= {bar:g}"' in note
    assert 'to prove "<= 0.1" takes about ' in note


def test_a_group_too_small_for_a_rate_is_told(tmp_path: Path) -> None:
    found = proposed(tmp_path, people(40, 4_000, 0.25))
    assert found.gaps["equalized_odds_difference"] == 0.1
    (note,) = (each for each in found.notes if each.startswith("equalized odds"))
    assert "a rate of sex has 10 of the 30 rows that it needs" in note
    none = proposed(tmp_path, [("f", 0)] * 30 + people(0, 300, 0.5))
    assert "equalized odds difference by sex cannot be measured: a group has no row of one answer" in none.notes


def test_a_regression_is_bounded_by_what_a_constant_does(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    values = np.round(random.lognormal(5, 1, 800), 2)
    found = proposed(tmp_path, [("f", value) for value in values], "regression")
    assert found.regression is not None
    bar = float(found.regression.split("<= ")[1].split('"')[0])
    constant = mean_absolute_error(values, np.full(len(values), np.median(values)))
    good = mean_absolute_error(values, values * np.exp(0.3 * random.normal(size=len(values))))
    assert isinstance(constant, Estimate)
    assert isinstance(good, Estimate)
    assert constant.low > bar > good.high


def test_what_is_proposed_stands_in_the_manifest(tmp_path: Path) -> None:
    text = manifest_text(find_repository(written(tmp_path, people(100, 200, 0.3))))
    assert 'demographic_parity_difference: "<= ' in text
    assert "    # equalized odds difference by sex: " in text
    (tmp_path / "test.csv").write_text("id,label\n" + "".join(f"k{n},{n / 3:.3f}\n" for n in range(90)))
    regression = manifest_text(find_repository(tmp_path))
    assert (
        'bars: {mean_absolute_error: "<= 5.2"}    # ← your bar; always answering the median is off by 7.5' in regression
    )
    assert "r2" not in regression
