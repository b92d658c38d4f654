from odoo.tools import SQL

# which state of the shipped types records which step of the ready process
RECORDED_STEPS = {"proposal_sent": "crm_process_step_offer", "contract_signed": "crm_process_step_contract"}


def post_init_hook(env):
    """Let the ready process, if it is there, follow the shipped documents: proposal sent, contract signed."""
    for state_name, step_name in RECORDED_STEPS.items():
        state = env.ref(f"crm_documents.crm_document_state_{state_name}")
        step = env.ref(f"crm_funnel.{step_name}", raise_if_not_found=False)
        if step and not step.trigger:
            state.step_ids = step


def uninstall_hook(env):
    """Let go of the shipped types: Odoo deletes them before the documents and numbers that hold on to them."""
    types = env["crm.document.type"].with_context(active_test=False).search([])
    sequences = types.number_sequence_id
    env.flush_all()
    for field in _get_holding_fields(env):
        table, column = SQL.identifier(env[field.model_name]._table), SQL.identifier(field.name)
        env.cr.execute(SQL("UPDATE %s SET %s = NULL WHERE %s IS NOT NULL", table, column, column))
    env.cr.execute("DELETE FROM crm_document")  # the database takes history, versions and tasks along
    env.invalidate_all()
    types.unlink()
    sequences.unlink()


def _get_holding_fields(env):
    """Return the fields, also of addons that go at the same time, that forbid to delete a document."""
    return [
        field
        for model in env.registry.values()
        for field in model._fields.values()
        if field.type == "many2one" and field.comodel_name == "crm.document"
        if field.store and field.ondelete == "restrict" and model._auto
    ]
