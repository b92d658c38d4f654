{
    "name": "Sales Department Demo",
    "summary": "Fills the database with the invented data of a sales department",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Suite",
    "license": "LGPL-3",
    "depends": ["crm_channels", "crm_clients", "crm_funnel", "sale_management", "account", "calendar", "l10n_ua"],
    "post_init_hook": "post_init_hook",
}
