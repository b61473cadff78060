# METADATA
# title: The labels are given away nowhere
# description: >-
#   No file of answers repeats the labels, no feature has the label's name or values, and no training set is an
#   evaluated set or shares most of its rows. This is asked whatever checks the manifest declares.
# custom:
#   checks: [label_leakage]
#   effect: block
#   risks: [high]
#   stages: [data-preparation, experimentation, validation, deployment]
#   when: [labelled]
#   why: >-
#     If the model can see the answers, every metric is too good and says nothing about new rows. At high risk such a
#     metric would put a model into use that was never measured. It is asked even where no check on data was declared.
#   remedy: >-
#     Take the columns named from `features`, evaluate on rows that the model was not trained on, and give the model's
#     own answers.
package data.labels_withheld

import data.lib.label_leakage

proven if label_leakage.absent

refuted if label_leakage.present

offenders := label_leakage.findings

reasons := label_leakage.sentences
