{
    "name": "Invoicing by Salespeople",
    "summary": "Invoices from the client's card by own mail, printed forms with facsimile, financial plan",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Suite",
    "license": "LGPL-3",
    "depends": ["crm_documents", "sale_management", "sale_crm", "account"],
    "external_dependencies": {"python": ["weasyprint", "num2words"]},
    "data": [
        "security/ir.model.access.csv",
        "security/crm_requisites_security.xml",
        "security/crm_facsimile_security.xml",
        "security/crm_plan_security.xml",
        "wizard/crm_plan_import_views.xml",
        "views/crm_plan_views.xml",
        "report/crm_plan_report_views.xml",
        "views/menus.xml",
    ],
    "assets": {
        "web.assets_backend": ["crm_invoicing/static/src/**/*"],
        "web.assets_tests": ["crm_invoicing/static/tests/tours/**/*"],
        "web.assets_unit_tests": [
            "crm_invoicing/static/tests/**/*",
            ("remove", "crm_invoicing/static/tests/tours/**/*"),
        ],
    },
}
