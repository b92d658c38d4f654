from odoo.fields import Command


def post_init_hook(env):
    """Nobody sees less after installing: whoever saw all documents of the sales department sees all clients."""
    all_documents = env.ref("sales_team.group_sale_salesman_all_leads")
    # archived ones too: they may come back
    users = env["res.users"].with_context(active_test=False).search([("all_group_ids", "in", all_documents.ids)])
    users.group_ids = [Command.link(env.ref("crm_clients.crm_clients_group_all").id)]
