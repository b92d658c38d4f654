# which state of the shipped types records which step of the ready process
RECORDED_STEPS = {"proposal_sent": "crm_process_step_offer", "contract_signed": "crm_process_step_contract"}


def post_init_hook(env):
    """Let the ready process, if it is there, follow the shipped documents: proposal sent, contract signed."""
    for state_name, step_name in RECORDED_STEPS.items():
        state = env.ref(f"crm_documents.crm_document_state_{state_name}")
        step = env.ref(f"crm_funnel.{step_name}", raise_if_not_found=False)
        if step and not step.trigger:
            state.step_ids = step
