# which outcome of a call records which steps of the ready process: the first of them that the deal has not passed
RECORDED_STEPS = {
    "success": ("crm_process_step_call", "crm_process_step_decision_maker"),
    "call_back": ("crm_process_step_call_back",),
    "no_answer": ("crm_process_step_no_answer",),
    "refusal": ("crm_process_step_refusal",),
}


def post_init_hook(env):
    """Let the ready process, if it is there, follow the outcomes of calls."""
    for outcome_name, step_names in RECORDED_STEPS.items():
        outcome = env.ref(f"crm_call_scripts.crm_call_outcome_{outcome_name}")
        for step_name in step_names:
            step = env.ref(f"crm_funnel.{step_name}", raise_if_not_found=False)
            if step:
                outcome.step_ids |= step
