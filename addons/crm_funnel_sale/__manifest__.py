{
    "name": "Sales Funnel with Orders",
    "summary": "Relationship levels by confirmed orders instead of won deals",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Suite",
    "license": "LGPL-3",
    "depends": ["crm_funnel", "sale_crm"],
    "auto_install": True,
}
