{
    "name": "Client Documents",
    "summary": "Register of proposals, contracts, invoices and acts: states, deadlines, approval, versions, history",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Suite",
    "license": "LGPL-3",
    "depends": ["crm_funnel"],
    "data": [
        "security/ir.model.access.csv",
        "security/crm_document_security.xml",
        "data/crm_document_type_data.xml",
    ],
    "post_init_hook": "post_init_hook",
    "assets": {
        "web.assets_backend": ["crm_documents/static/src/**/*"],
        "web.assets_tests": ["crm_documents/static/tests/tours/**/*"],
        "web.assets_unit_tests": [
            "crm_documents/static/tests/**/*",
            ("remove", "crm_documents/static/tests/tours/**/*"),
        ],
    },
}
