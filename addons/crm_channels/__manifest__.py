{
    "name": "Sales Channels",
    "summary": "Channels with switches, members and a dashboard that opens what it counts",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Suite",
    "license": "LGPL-3",
    "depends": ["sale_crm"],
    "data": [
        "data/crm_lost_reason_data.xml",
        "views/crm_team_views.xml",
        "views/crm_team_dashboard_views.xml",
        "views/crm_lead_views.xml",
        "views/sale_order_views.xml",
        "views/account_move_views.xml",
        "views/mail_activity_type_views.xml",
        "views/menus.xml",
    ],
    "assets": {
        "web.assets_backend": ["crm_channels/static/src/**/*"],
        "web.assets_tests": ["crm_channels/static/tests/tours/**/*"],
        "web.assets_unit_tests": ["crm_channels/static/tests/**/*.test.js"],
    },
}
