from odoo import fields, models

# what may be written in the tag; None: any text
PYRAMID_ATTRIBUTES = {
    "__validate__": None,
    "class": None,
    "js_class": None,
    "string": None,
    "basis": ("created", "results"),
    "measure": ("count", "amount"),
    # custom periods have dates, which belong to a favourite and not to the view
    "period": (
        "today",
        "this_week",
        "this_month",
        "this_quarter",
        "this_year",
        "last_week",
        "last_month",
        "last_quarter",
        "last_year",
        "last_30_days",
        "last_90_days",
        "last_365_days",
        "all",
    ),
}


class IrUiView(models.Model):
    _inherit = "ir.ui.view"

    type = fields.Selection(selection_add=[("pyramid", "Pyramid")], ondelete={"pyramid": "cascade"})

    def _get_view_info(self):
        return {"pyramid": {"icon": "fa fa-sort-amount-asc", "multi_record": True}} | super()._get_view_info()

    def _validate_tag_pyramid(self, node, name_manager, node_info):
        if not node_info["validate"]:
            return
        if not hasattr(name_manager.model, "get_pyramid"):
            message = self.env._("The model %(model)s has no pyramid.", model=name_manager.model._name)
            self._raise_view_error(message, node)
        for child in node.iterchildren("*"):
            self._raise_view_error(self.env._("A pyramid view holds nothing, got %(tag)s.", tag=child.tag), child)
        for name, value in node.attrib.items():
            self._validate_pyramid_attribute(node, name, value)

    def _validate_pyramid_attribute(self, node, name, value):
        if name not in PYRAMID_ATTRIBUTES:
            message = self.env._(
                "A pyramid view has no attribute “%(name)s”, only: %(names)s",
                name=name,
                names=", ".join(sorted(PYRAMID_ATTRIBUTES.keys() - {"__validate__"})),
            )
            self._raise_view_error(message, node)
        allowed = PYRAMID_ATTRIBUTES[name]
        if allowed and value not in allowed:
            message = self.env._(
                "“%(value)s” is no %(name)s of a pyramid view, choose from: %(allowed)s",
                value=value,
                name=name,
                allowed=", ".join(allowed),
            )
            self._raise_view_error(message, node)
