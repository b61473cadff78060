# METADATA
# title: The model saw its features and nothing else
# description: >-
#   The model's process opened its libraries, its own files and its features, and nothing else: it could not read the
#   labels, and could not change what judges it. That is so at the isolation levels `landlock` and `sealed`, here or in
#   a job of its own whose workflow says so.
# custom:
#   checks: [model_isolation]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [ideation, data-preparation, experimentation, validation, deployment, retirement]
#   when: [isolation]
#   waivable: false
#   why: >-
#     A model that can read the labels can repeat them, and one that can write can change the verdict. Both look like a
#     very good model. Only a process that cannot open these files rules it out.
#   remedy: >-
#     Run the model where `assay predict --isolation landlock` starts: Linux 6.2 or later. Or let a job of its own run
#     it so in the same workflow, and take its answers here (`assay check --answers DOSSIER --own-job`).
package governance.isolation

proven if {
	input.facts.model_isolation.answered == true
	input.facts.model_isolation.shut_in == true
}

# The stage asks the model nothing, so no process of it ran.
proven if input.facts.model_isolation.answered == false

refuted if {
	input.facts.model_isolation.answered == true
	input.facts.model_isolation.shut_in == false
}

reasons contains "The model's process could read every file of the user who ran it, labels too." if refuted
