from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import parse_contact_from_email
from odoo.tools.sql import escape_psql

# of the person who asks: field of the partner to field of the inquiry
PERSON_FIELDS = {
    "phone": "phone",
    "email": "email_from",
    "function": "function",
    "profession_id": "contact_profession_id",
}


class CrmLead(models.Model):
    """An inquiry becomes a deal, and who asks becomes a client, without anything being typed again."""

    _inherit = "crm.lead"

    is_deal_made = fields.Boolean(copy=False, export_string_translation=False, help="Technical: by `action_make_deal`.")

    def action_make_deal(self):
        """Make the deal of an inquiry, and its client if it is a new one; a second call opens what the first made.

        :return: action that opens the deal
        :raises UserError: if nobody knows who asks, or it is a client of another manager
        """
        self.ensure_one()
        self._lock_inquiry()
        if self.won_status == "lost":
            raise UserError(self.env._("The inquiry is lost. Restore it before you make a deal of it."))
        if not self.is_deal_made:
            self.with_context(inquiry_entry=True)._make_deal()
        if not self.has_access("read"):
            return self._notify_and_list_inquiries(self.env._("The deal was made and is now its salesperson's."))
        return self.redirect_lead_opportunity_view()

    def _lock_inquiry(self):
        """Let one press of the button through at a time: two would make two clients.

        The second waits; the row is written, not only locked, so that it then begins anew and finds what the first made.
        Odoo's enrichment locks a new lead as well, for as long as it asks its server: that is waited for, too.
        """
        self.check_access("write")
        self.flush_recordset()
        self.env.cr.execute("UPDATE crm_lead SET write_date = write_date WHERE id = %s", [self.id])

    def _make_deal(self):
        self.user_id = self.user_id or self.env.user
        person = self._get_person_who_asks() or self._make_client()
        self.write({"partner_id": person.id, "is_deal_made": True})
        self.convert_opportunity(person)
        # last, because it may take the client, and with it the deal, out of sight of who does it
        self._complete_client(person)

    def _make_client(self):
        if not (self.contact_name or self.partner_name or parse_contact_from_email(self.email_from or "")[0]):
            raise UserError(self.env._("Who is asking? Enter the name of the person or of the company."))
        return self._create_customer(with_parent=self._get_company_by_name())

    def _create_customer(self, with_parent=None):
        """Whom an inquiry is made a customer of, here or in Odoo's own wizard, comes into the client directory."""
        inquiry = self.with_context(new_client_of_inquiry=True) if self.is_inquiry else self
        return super(CrmLead, inquiry)._create_customer(with_parent=with_parent)

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        values = super()._prepare_customer_values(partner_name, is_company=is_company, parent_id=parent_id)
        if not self.env.context.get("new_client_of_inquiry"):
            return values
        if not is_company and self.contact_profession_id:
            values["profession_id"] = self.contact_profession_id.id
        # a colleague's client would be out of sight before its contact person is made: `_complete_client` comes later
        if not parent_id and self._keeps_sight_of_clients_of(values["user_id"]):
            values.update(self._prepare_client_values(self.env["res.partner"]))
        return values

    def _keeps_sight_of_clients_of(self, manager_id):
        return manager_id in (False, self.env.uid) or not self.env.user._has_own_clients_only()

    # ------------------------------------------------------------
    # WHO ASKS
    # ------------------------------------------------------------

    def _get_person_who_asks(self):
        """Return the known partner who asks, with a new contact person made if need be; empty for a new client."""
        partner = self.partner_id or self._get_recognised_partner()
        if not partner:
            return partner
        person = self._get_contact_person(partner) or self._create_customer(with_parent=partner.commercial_partner_id)
        self._fill_person(person)
        return person

    def _get_recognised_partner(self):
        """Return the partner recognised by phone or e-mail.

        :raises UserError: if there are several, or it is a client of another manager
        """
        partners, foreign = self._find_known_clients()[self]
        if len(partners) > 1:
            raise UserError(
                self.env._(
                    "Several clients have this phone or e-mail: %(clients)s. Choose one, or press “Somebody else”.",
                    clients=", ".join(partners.client_id.mapped("name")),
                )
            )
        if foreign and not partners:
            raise UserError(
                self.env._(
                    "This is already a client of another manager. Pass the inquiry on, or press “Somebody else”."
                )
            )
        return partners

    def _get_company_by_name(self):
        """Return the company of the directory that is called exactly as the inquiry says, if there is one only."""
        if not self.partner_name or self.is_new_client:
            return self.env["res.partner"]
        companies = self.env["res.partner"].search(
            [("name", "=", self.partner_name), ("is_company", "=", True), ("client_type_id", "!=", False)], limit=2
        )
        return companies if len(companies) == 1 else companies.browse()

    def _get_contact_person(self, partner):
        """Return who asks among the partner and the contact persons of its company; empty if he is new there."""
        company = partner.commercial_partner_id
        if not self.contact_name or not company.is_company or self._is_asking(partner):
            return partner
        return self.env["res.partner"].search(
            Domain("commercial_partner_id", "=", company.id)
            & Domain("is_company", "=", False)
            & Domain("name", "=ilike", escape_psql(self.contact_name.strip())),
            limit=1,
        )

    def _fill_person(self, person):
        """Complete what is empty on the card of who asks; what differs is noted there and nothing is overwritten."""
        empty = {name: self[source] for name, source in PERSON_FIELDS.items() if self[source] and not person[name]}
        if empty:
            person.write(self.env["res.partner"]._convert_to_write(empty))
        other = []
        if self.phone and self.phone_sanitized != person.phone_sanitized:
            other.append(self.phone)
        if self.email_normalized and self.email_normalized != person.email_normalized:
            other.append(self.email_from)
        if other:
            person._message_log(
                body=self.env._(
                    "The inquiry “%(inquiry)s” gave also: %(data)s", inquiry=self.name, data=", ".join(other)
                )
            )

    # ------------------------------------------------------------
    # THE CLIENT
    # ------------------------------------------------------------

    def _complete_client(self, person):
        """Take the client of the person who asks into the directory, and add what the inquiry tells to its card."""
        client = person.client_id or person.commercial_partner_id
        values = self._prepare_client_values(client)
        if "client_type_id" in values:
            values["user_id"] = client.user_id.id or self.user_id.id
        if values:
            client.check_access("write")
            # sudo: a new client may become a colleague's by this, and out of sight while it is still being written
            client.sudo().write(values)

    def _prepare_client_values(self, client):
        """Return what the inquiry adds to the card of a client, an empty one if it is to be created."""
        values = {}
        if not client.client_type_id:
            values["client_type_id"] = self._get_new_client_type().id
        if self.source_id and not client.client_source_id:
            values["client_source_id"] = self.source_id.id
        missing = self.inquiry_service_ids - client.client_service_ids
        if missing:
            values["client_service_ids"] = [Command.link(service.id) for service in missing]
        return values

    def _get_new_client_type(self):
        """Return the type of a client who just asked: potential, or else the first one."""
        potential = self.env.ref("crm_clients.crm_client_type_potential", raise_if_not_found=False)
        if potential and potential.active:
            return potential
        return self.env["crm.client.type"].search([], limit=1)

    # ------------------------------------------------------------
    # NOTHING IS OVERWRITTEN
    # ------------------------------------------------------------

    def _get_partner_email_update(self, force_void=True):
        """What was told in the call neither replaces the e-mail on the client's card nor is replaced by it."""
        if self._keeps_what_was_told(self.email_from):
            return False
        return super()._get_partner_email_update(force_void=force_void)

    def _get_partner_phone_update(self, force_void=True):
        """What was told in the call neither replaces the phone on the client's card nor is replaced by it."""
        if self._keeps_what_was_told(self.phone):
            return False
        return super()._get_partner_phone_update(force_void=force_void)

    def _keeps_what_was_told(self, value):
        return bool(value and self.env.context.get("inquiry_entry"))
