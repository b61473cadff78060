# METADATA
# title: The labels seem to be given away nowhere
# description: >-
#   No file of answers repeats the labels, no feature has the label's name or values, and no training set is an
#   evaluated set or shares most of its rows. This is asked whatever checks the manifest declares.
# custom:
#   checks: [label_leakage]
#   effect: warn
#   risks: [minimal, limited]
#   stages: [data-preparation, experimentation, validation, deployment]
#   when: [labelled]
#   why: >-
#     If the model can see the answers, every metric is too good and says nothing about new rows. This happens by
#     accident: a column is copied, a file of scores is the label, the evaluation set is the training set. It is asked
#     even where no check on data was declared.
#   remedy: >-
#     Take the columns named from `features`, evaluate on rows that the model was not trained on, and give the model's
#     own answers.
package data.labels_in_view

import data.lib.label_leakage

proven if label_leakage.absent

refuted if label_leakage.present

offenders := label_leakage.findings

reasons := label_leakage.sentences
