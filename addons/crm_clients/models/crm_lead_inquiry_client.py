from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

SHOWN_CLIENTS = 3
SHOWN_DEALS = 3


class CrmLead(models.Model):
    """Who asks: a client we know, recognised by the phone or the e-mail while an inquiry is being taken."""

    _inherit = "crm.lead"

    is_new_client = fields.Boolean(
        "Somebody Else", copy=False, help="Whoever asks is not the client known by this phone or e-mail."
    )
    inquiry_match = fields.Json(
        "Known Client",
        compute="_compute_inquiry_match",
        export_string_translation=False,
        help="Technical: cards of the known clients, see `_describe_client`.",
    )

    @api.depends("phone", "email_from", "country_id", "contact_name", "partner_id", "is_new_client")
    @api.depends_context("uid", "lang", "tz", "company")
    def _compute_inquiry_match(self):
        linked = self.filtered("partner_id")
        for lead in linked:
            lead.inquiry_match = [lead._describe_client(lead.partner_id, "linked")]
        for lead, (partners, foreign) in (self - linked)._find_known_clients().items():
            cards = [lead._describe_client(partner, "known") for partner in partners[:SHOWN_CLIENTS]]
            managers = foreign.client_id.user_id
            cards += [{"state": "foreign", "manager": user.name} for user in managers]
            if foreign and not managers:
                cards.append({"state": "foreign", "manager": False})
            lead.inquiry_match = cards

    # ------------------------------------------------------------
    # RECOGNISING
    # ------------------------------------------------------------

    def _find_known_clients(self):
        """Find who of the directory has the phone or the e-mail of each inquiry.

        :return: dict lead to a pair: the partners to link, one of each client that the user may see, the likeliest
            first; and (in sudo) those of clients of other managers, empty if the user is not to be told of them
        """
        nobody = self.env["res.partner"]
        result = dict.fromkeys(self, (nobody, nobody))
        is_told = nobody._tells_foreign_manager()
        asking = self.filtered(lambda lead: not lead.is_new_client and (lead.phone or lead.email_from))
        found = nobody._find_client_duplicates([lead._get_client_keys() for lead in asking])
        for lead, matches in zip(asking, found, strict=True):
            partners, foreign = lead._split_by_access(dict(matches))
            mine = [lead._pick_person(client, family) for client, family in partners.grouped("client_id").items()]
            result[lead] = (nobody.concat(*mine), foreign if is_told else nobody)
        return result

    @api.model
    def _split_by_access(self, partner_ids):
        """Return those in use and in the directory whom the user may see with their client, and the others in sudo."""
        # sudo: whether the user may see the client is the very question
        partners = self.env["res.partner"].sudo().browse(partner_ids)
        partners = partners.filtered(lambda partner: partner.active and partner.client_id)
        readable = (partners | partners.client_id).sudo(False)._filtered_access("read")
        visible = partners.sudo(False).filtered(lambda partner: {partner, partner.client_id} <= set(readable))
        return visible, partners - visible.sudo()

    def _get_client_keys(self):
        """Return the keys by which `_find_client_duplicates` recognises who asks."""
        self.ensure_one()
        return {
            "phone": self.phone,
            "email": self.email_from,
            "country_code": (self.country_id or self.env.company.country_id).code,
        }

    def _pick_person(self, client, family):
        """Return who of ``family``, a client and its contact persons that match, is the one who asks."""
        persons = family - client
        if not self.contact_name:
            return persons if len(persons) == 1 else client
        return persons.filtered(self._is_asking)[:1] or client

    def _is_asking(self, person):
        return (person.name or "").strip().casefold() == (self.contact_name or "").strip().casefold()

    # ------------------------------------------------------------
    # DESCRIBING
    # ------------------------------------------------------------

    def _describe_client(self, partner, state):
        """Return what is shown of the client of ``partner`` during a call, as a JSON value.

        :param str state: "known" (may be linked) or "linked"; a card of state "foreign" holds nothing but the manager
        """
        client = partner.client_id or partner.commercial_partner_id
        deals = self._get_open_deals(client)
        return {
            "state": state,
            "partner": {"id": partner.id, "display_name": partner.display_name},
            "client": client.name,
            "client_id": client.id,
            "person": partner.name if partner != client else False,
            "profession": partner.profession_id.name,
            "level": client.client_level_id.name or client.client_type_id.name,
            "manager": client.user_id.name,
            "last_contact": client.client_last_contact and format_date(self.env, client.client_last_contact.date()),
            "deal_count": len(deals),
            "deals": [deal._describe_deal() for deal in deals[:SHOWN_DEALS]],
        }

    def _get_open_deals(self, client):
        """Return the open deals of a client that the user may see, the newest first."""
        family = Domain("partner_id", "child_of", client.id) | Domain("partner_id.client_id", "=", client.id)
        open_deals = Domain("type", "=", "opportunity") & Domain("won_status", "=", "pending")
        return self.search(family & open_deals & Domain("id", "not in", self._origin.ids), order="id DESC")

    def _describe_deal(self):
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.name,
            "stage": self.stage_id.name,
            "amount": format_amount(self.env, self.expected_revenue, self.company_currency),
        }

    # ------------------------------------------------------------
    # PASSING ON
    # ------------------------------------------------------------

    def action_pass_on(self):
        """Give the inquiry of a colleague's client to this colleague, without learning more about the client.

        :return: action that says to whom it went
        :raises UserError: if nobody else's client is recognised
        """
        self.ensure_one()
        self.check_access("write")
        _mine, foreign = self._find_known_clients()[self]
        if not foreign:
            raise UserError(self.env._("No client of another manager has this phone or e-mail."))
        client, family = next(iter(foreign.grouped("client_id").items()))
        manager = client.user_id.filtered("active")
        # sudo: the client is none of the user's business, and the inquiry is not either as soon as it has this client
        inquiry = self.sudo().with_context(inquiry_entry=True)
        inquiry.write({"partner_id": inquiry._pick_person(client, family).id, "user_id": manager.id})
        inquiry._message_log(body=self.env._("%(user)s took this inquiry and passed it on.", user=self.env.user.name))
        return self._notify_and_list_inquiries(
            self.env._("The inquiry went to %(manager)s.", manager=manager.name)
            if manager
            else self.env._("The inquiry waits for whoever sees all clients: nobody is responsible for this one.")
        )

    @api.model
    def _notify_and_list_inquiries(self, message):
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_clients.crm_lead_action_inquiry")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message, "next": {**action, "target": "main"}},
        }
