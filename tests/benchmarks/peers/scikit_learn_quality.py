"""Five metrics by scikit-learn (the calibration error by NumPy). Arguments: table, scores, number of bootstraps (may be 0)."""

import sys

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, f1_score, log_loss, roc_auc_score

truth = pd.read_parquet(sys.argv[1], columns=["label"])["label"].to_numpy()
scores = pd.read_parquet(sys.argv[2], columns=["score"])["score"].to_numpy()


def calibration_error(truth, scores):
    place = np.minimum((scores * 10).astype(int), 9)
    return np.abs(np.bincount(place, truth) - np.bincount(place, scores)).sum() / len(truth)


def metrics(truth, scores):
    ranking = roc_auc_score(truth, scores), average_precision_score(truth, scores), log_loss(truth, scores)
    return *ranking, calibration_error(truth, scores), f1_score(truth, scores >= 0.5)


print(metrics(truth, scores))
random, drawn = np.random.default_rng(0), []
for _ in range(int(sys.argv[3])):
    rows = random.integers(0, len(truth), len(truth))
    drawn.append(metrics(truth[rows], scores[rows]))
if drawn:
    print(np.quantile(np.array(drawn), [0.025, 0.975], axis=0))
