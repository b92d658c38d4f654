def post_init_hook(env):
    """Nobody sees less after installing: whoever saw all documents of the sales department sees all clients."""
    all_documents = env.ref("sales_team.group_sale_salesman_all_leads")
    env.ref("crm_clients.crm_clients_group_all").user_ids |= all_documents.all_user_ids
