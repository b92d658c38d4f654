from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# what the document of an invoice repeats of it
FOLLOWED_FIELDS = frozenset(("name", "date", "amount", "currency_id", "move_id"))


class CrmDocument(models.Model):
    """The order and the invoice of a document."""

    _inherit = "crm.document"

    order_id = fields.Many2one("sale.order", ondelete="set null", index="btree_not_null", copy=False)
    move_id = fields.Many2one(
        "account.move",
        "Invoice in the Accounts",
        ondelete="set null",
        index="btree_not_null",
        copy=False,
        domain=[("move_type", "in", ("out_invoice", "out_refund"))],
    )

    @api.model_create_multi
    def create(self, vals_list):
        """A document to another one is of the same order."""
        for vals in vals_list:
            parent = self.browse(vals.get("parent_id"))
            if parent and not vals.get("order_id"):
                vals["order_id"] = parent.order_id.id
        return super().create(vals_list)

    def write(self, vals):
        if FOLLOWED_FIELDS & vals.keys():
            self._check_not_followed()
        return super().write(vals)

    @api.depends("move_id")
    def _compute_state_buttons(self):
        """No buttons on the document of an invoice: its state is that of the payments."""
        followed = self.filtered(lambda document: document._is_followed())
        followed.state_buttons = []
        return super(CrmDocument, self - followed)._compute_state_buttons()

    def _check_movement(self, state, reason=None):
        """Leave the document of an invoice to the accounts: paid is what was paid."""
        if self._is_followed() and not self.env.su:
            raise UserError(
                self.env._(
                    "%(document)s follows the invoice in the accounts: the payment, or the cancellation, is entered there.",
                    document=self.display_name,
                )
            )
        return super()._check_movement(state, reason)

    def _check_not_followed(self):
        """Leave number, date and amount of an invoice to the accounts: the register must not say another sum.

        :raises UserError: if one of these is the document of an invoice
        """
        followed = self.browse() if self.env.su else self.filtered(lambda document: document._is_followed())
        if followed:
            raise UserError(
                self.env._(
                    "%(document)s follows the invoice in the accounts: number, date and amount are changed there.",
                    document=followed[0].display_name,
                )
            )

    def _is_followed(self):
        """Return whether the state of the document is that of an invoice in the accounts."""
        return bool(self.move_id) and self.kind == "invoice"

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_view_order(self):
        """Return the action that opens the order of the document."""
        self.ensure_one()
        return self.order_id.get_formview_action()

    def action_view_move(self):
        """Return the action that opens the invoice of the document."""
        self.ensure_one()
        return self.move_id._get_issued_action()

    @api.model
    def _get_register_action(self, domain, **defaults):
        """Return the action that shows the documents of a domain; new ones begin with ``defaults``."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_documents.crm_document_action")
        action["domain"] = list(Domain(domain))
        action["context"] = {f"default_{name}": value for name, value in defaults.items()}
        return action

    # ------------------------------------------------------------
    # ACTS AND WAYBILLS
    # ------------------------------------------------------------

    @api.model
    def _register_paper(self, kind, domain, vals):
        """Return the act or waybill of an invoice or order: the one that is there, or a new one to be signed.

        :param str kind: act or waybill
        :param domain: which documents are those of the invoice or order
        :param vals: values of a new one
        :raises UserError: if the administrator archived all types of the kind
        """
        document_type = self.env["crm.document.type"]._get_by_kind(kind)
        if not document_type:
            raise UserError(self.env._("There is no document type for it. Ask your administrator to add one."))
        alive = Domain("type_id.kind", "=", kind) & Domain("state_category", "!=", "rejected")
        # sudo: a colleague's act of the same invoice is there too, though the user may not see it
        document = self.sudo().search(alive & domain, limit=1)
        if document:
            return document.with_env(self.env)
        to_sign = document_type.state_ids.filtered(lambda state: state.category == "to_sign")[:1]
        state_vals = {"state_id": to_sign.id} if to_sign else {}
        return self.create({**vals, **state_vals, "type_id": document_type.id})

    @api.model
    def _get_responsible(self, company, users):
        """Return the first of ``users`` who works in a company, or nobody: a colleague of another one cannot be asked."""
        # sudo: where somebody works is asked, no more
        return users.sudo().filtered(lambda user: user.active and company in user.company_ids)[:1].sudo(False)

    # ------------------------------------------------------------
    # WHAT HAPPENED ELSEWHERE
    # ------------------------------------------------------------

    def _follow_to(self, category, reason):
        """Move to the nearest state of a category because of an invoice, as far as the table of the type leads there.

        :param str category: one of `crm.document.state.category`
        :param str reason: why, for the history
        """
        for state in self._find_way(category):
            if self._waits_for_approval(self._get_change(state)):
                return
            self.write({"state_id": state.id, "state_reason": reason})

    def _find_way(self, category):
        """Return the states that lead to the nearest one of a category; none if it stands there, or nothing does."""
        ways = {self.state_id: []}
        nearest = [self.state_id]
        for state in nearest:
            if state.category == category:
                return ways[state]
            changes = self.type_id.transition_ids.filtered(lambda change, state=state: change.from_state_id == state)
            for target in changes.to_state_id - self.state_id.union(*ways):
                ways[target] = [*ways[state], target]
                nearest.append(target)
        return []
