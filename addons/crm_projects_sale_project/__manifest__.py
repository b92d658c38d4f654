{
    "name": "Projects of Clients from Orders",
    "summary": "Projects and tasks that orders make are works, and what has begun already is not made twice",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Suite",
    "license": "LGPL-3",
    "depends": ["crm_projects_sale", "sale_project"],
    "auto_install": True,
    "post_init_hook": "post_init_hook",
}
