def post_init_hook(env):
    """Give the department what it can start with; what it has worked with stays as it is."""
    env["crm.stage"]._set_up_database()
    env["mail.activity"]._fill_task_clients()


def uninstall_hook(env):
    """Leave the funnel as people see it: the stage with deals stays, deleted ones do not come back."""
    meeting = env["ir.model.data"].search([("module", "=", "crm_funnel"), ("model", "=", "crm.stage")])
    meeting.unlink()
    env["crm.stage"].with_context(active_test=False).search([("active", "=", False)]).unlink()
