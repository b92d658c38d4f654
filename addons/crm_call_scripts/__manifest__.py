{
    "name": "Call Scripts",
    "summary": "Planned calls and meetings, scripts that lead through a call, protocols that write themselves",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Suite",
    "license": "LGPL-3",
    "depends": ["crm_funnel"],
    "data": [
        "security/crm_call_scripts_groups.xml",
        "security/ir.model.access.csv",
        "security/crm_call_security.xml",
        "data/crm_call_outcome_data.xml",
        "data/mail_message_subtype_data.xml",
        "views/crm_call_protocol_templates.xml",
        "views/menus.xml",
    ],
    "post_init_hook": "post_init_hook",
    "assets": {
        "web.assets_backend": ["crm_call_scripts/static/src/**/*"],
        "web.assets_unit_tests": ["crm_call_scripts/static/tests/**/*"],
    },
}
