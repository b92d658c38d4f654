from odoo import models

# Stored computed fields that a person fills in by hand: Odoo's merge leaves them out with all other computed ones
TYPED_COMPUTED_FIELDS = ("company_registry", "user_id")


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merging in the client directory: who may do it, and what has to follow what Odoo moves by SQL."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Let a user limited to own clients merge only cards that he may read and edit.

        Odoo itself writes on the one that stays alone, and reads the rest, which the cache may hold already. Others keep
        Odoo's own conditions.

        :raises AccessError: if one of the cards is another manager's client
        """
        if self.env.user._has_own_clients_only():
            partners = self.env["res.partner"].browse(partner_ids).exists()
            partners.check_access("read")
            partners.check_access("write")
        return super()._merge(partner_ids, dst_partner=dst_partner, extra_checks=extra_checks)

    def _update_reference_fields(self, src_partners, dst_partner):
        # sudo: whoever follows a card goes on following. Odoo would drop all followers of the one that disappears as
        # soon as a single one follows both, because two rows would be equal
        dst_partner.sudo().message_subscribe(src_partners.sudo().message_partner_ids.ids)
        return super()._update_reference_fields(src_partners, dst_partner)

    def _update_values(self, src_partners, dst_partner):
        if not dst_partner.client_level_id:
            # before Odoo writes it like any other field, so that the history says why
            dst_partner._set_client_level(src_partners.client_level_id[:1], self.env._("Merged with another card"))
        result = super()._update_values(src_partners, dst_partner)
        for name in TYPED_COMPUTED_FIELDS:
            if not dst_partner[name] and (source := src_partners.filtered(name)[:1]):
                # sudo: a user limited to own clients may not hand a client over, but keeps it through the merge
                dst_partner.sudo()[name] = source[name]
        contacts = (src_partners | dst_partner).mapped("client_last_contact")
        if latest := max(filter(None, contacts), default=False):
            dst_partner.client_last_contact = latest
        return result

    def _log_merge_operation(self, src_partners, dst_partner):
        """Compute anew what hangs on the columns that Odoo has just changed by SQL."""
        self.env.flush_all()
        self.env.invalidate_all()
        # sudo: the whole family and, through it, all its deals, archived ones and those of colleagues included
        family = dst_partner.sudo().with_context(active_test=False).search([("id", "child_of", dst_partner.id)])
        family.modified(["parent_id", "client_type_id", "user_id"])
        return super()._log_merge_operation(src_partners, dst_partner)
