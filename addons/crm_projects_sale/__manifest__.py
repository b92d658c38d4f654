{
    "name": "Projects of Clients with Orders",
    "summary": "A won deal proposes the works of what its orders sold",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Suite",
    "license": "LGPL-3",
    "depends": ["crm_projects", "sale_crm"],
    "auto_install": True,
}
