from datetime import timedelta
from typing import NamedTuple

from odoo import fields, models
from odoo.fields import Domain

from ..models.crm_call_day import LEADER_GROUP


class Target(NamedTuple):
    """Whom to call: a contact or client, about a deal or none. Ids, so that thousands of them cost nothing."""

    partner_id: int
    lead_id: int


class CrmCallPlanning(models.TransientModel):
    """Who of the chosen can be called, and by whom. Each question is asked once for all of them."""

    _inherit = "crm.call.planning"

    def _get_targets(self):
        """Return the chosen ones in their order: those whose relation is closest to a sale first."""
        chosen = self.with_context(active_test=False)
        partners, leads = chosen.partner_ids, chosen.lead_ids
        leads = leads.sorted(lambda lead: (-int(lead.priority or 0), lead.id))
        targets = [Target(lead.partner_id.id, lead.id) for lead in leads]
        return targets + [Target(partner.id, False) for partner in partners]

    # ------------------------------------------------------------
    # WHO IS SKIPPED
    # ------------------------------------------------------------

    def _get_reasons(self, targets):
        """Return why some are not called: {target: text in the user's language}, the first reason of each.

        :return: (those who cannot be called at all, those whom the user may take in by hand)
        """
        hard = self._ask(targets, self._find_forbidden, self._find_closed, self._find_blocked, self._find_twice)
        others = [one for one in targets if one not in hard]
        return hard, self._ask(others, self._find_planned, self._find_called, self._find_without_phone)

    def _ask(self, targets, *questions):
        """Return what the questions say of the targets, each only of those of whom none before it said anything."""
        reasons = {}
        for find in questions:
            reasons.update(find([target for target in targets if target not in reasons]))
        return reasons

    def _browse_targets(self, targets):
        """Return the records of targets: (partners, leads)."""
        partners = self.env["res.partner"].browse({target.partner_id for target in targets if target.partner_id})
        return partners, self.env["crm.lead"].browse({target.lead_id for target in targets if target.lead_id})

    def _find_closed(self, targets):
        partners, leads = self._browse_targets(targets)
        closed = {lead.id for lead in leads if not lead.active or lead.won_status != "pending"}
        archived = {partner.id for partner in partners if not partner.active}
        reasons = {one: self.env._("The deal is closed.") for one in targets if one.lead_id in closed}
        reasons.update({one: self.env._("The card is archived.") for one in targets if one.partner_id in archived})
        return reasons

    def _find_forbidden(self, targets):
        allowed = self._get_allowed(targets, self.env.user)
        return {one: self.env._("You may not plan calls here.") for one in targets if one not in allowed}

    def _get_allowed(self, targets, user):
        """Return the targets that ``user`` may call: whose deal, or else whose card, he may work on."""
        companies = user.sudo().company_ids.ids  # sudo: only to ask what he may
        reader = self.with_user(user).with_context(allowed_company_ids=companies)
        partners, leads = reader._browse_targets(targets)
        lead_ids = set(leads._filtered_access("write")._ids)
        readable = set(partners._filtered_access("read")._ids) | {False}
        # a card is written to only where there is no deal
        own = reader.env["res.partner"].browse({one.partner_id for one in targets if not one.lead_id})
        partner_ids = set(own._filtered_access("write")._ids)
        return {
            one
            for one in targets
            if one.partner_id in readable
            and (one.lead_id in lead_ids if one.lead_id else one.partner_id in partner_ids)
        }

    def _find_blocked(self, targets):
        # sudo: the mark of the company holds for its contact persons whoever sees which card
        partners = self._browse_targets(targets)[0].sudo()
        reasons = {}
        for partner in partners:
            card = partner if partner.do_not_call else partner.client_id
            if card.do_not_call:
                reasons[partner.id] = self.env._(
                    "Must not be called. %(reason)s", reason=card.do_not_call_reason or ""
                ).strip()
        return {one: reasons[one.partner_id] for one in targets if one.partner_id in reasons}

    def _find_twice(self, targets):
        """Whoever was chosen twice, as by two deals, is called once."""
        seen, reasons = set(), {}
        for one in targets:
            if one.partner_id and one.partner_id in seen:
                reasons[one] = self.env._("Is called once already in this list.")
            seen.add(one.partner_id)
        return reasons

    def _find_planned(self, targets):
        if not self.skip_planned:
            return {}
        # sudo: that somebody is going to call the client is told, not who and why
        groups = (
            self.env["mail.activity"]
            .sudo()
            ._read_group(
                self.env["crm.call.day"]._get_call_domain() & self._get_client_domain(targets, "contact_id"),
                ["client_id", "contact_id", "lead_id"],
                ["date_deadline:min"],
            )
        )
        days = self._match(targets, groups)
        return {
            one: self.env._("A call is planned already: %(day)s.", day=fields.Date.to_string(day))
            for one, day in days.items()
        }

    def _find_called(self, targets):
        if self.skip_days <= 0:
            return {}
        since = fields.Datetime.now() - timedelta(days=self.skip_days)
        recent = Domain("state", "=", "done") & Domain("start", ">=", since) & Domain("outcome_kind", "!=", "no_answer")
        # sudo: that somebody has talked to the client is told, not what about
        groups = (
            self.env["crm.call"]
            .sudo()
            ._read_group(
                recent & self._get_client_domain(targets, "partner_id"),
                ["client_id", "partner_id", "lead_id"],
                ["start:max"],
            )
        )
        moments = self._match(targets, groups)
        return {
            one: self.env._("Was called lately: %(day)s.", day=fields.Date.to_string(moment.date()))
            for one, moment in moments.items()
        }

    def _get_client_domain(self, targets, contact_field):
        """Return the domain of tasks or calls with the clients of targets, or about their deals."""
        partners, leads = self._browse_targets(targets)
        return Domain.OR(
            [
                # sudo: to know which client a contact belongs to
                Domain("client_id", "in", partners.sudo().client_id.ids),
                Domain(contact_field, "in", partners.ids),
                Domain("lead_id", "in", leads.ids),
            ]
        )

    def _match(self, targets, groups):
        """Return which targets the groups (client, contact, deal, value) are about: {target: value}."""
        by_client, by_contact, by_lead = {}, {}, {}
        for client, contact, lead, value in groups:
            by_client[client.id], by_contact[contact.id], by_lead[lead.id] = value, value, value
        partners = self._browse_targets(targets)[0].sudo()  # sudo: see _get_client_domain
        clients = {partner.id: partner.client_id.id for partner in partners}
        found = {}
        for one in targets:
            value = (
                (one.partner_id and by_contact.get(one.partner_id))
                or (clients.get(one.partner_id) and by_client.get(clients[one.partner_id]))
                or (one.lead_id and by_lead.get(one.lead_id))
            )
            if value:
                found[one] = value
        return found

    def _find_without_phone(self, targets):
        partners, leads = self._browse_targets(targets)
        # sudo: whether there is a number is told, also of a company whose contact person alone the user sees
        has_phone = {partner.id for partner in partners.sudo() if partner.phone or partner.client_id.phone}
        with_phone = {lead.id for lead in leads if lead.phone}
        return {
            one: self.env._("Has no phone number.")
            for one in targets
            if one.partner_id not in has_phone and one.lead_id not in with_phone
        }

    # ------------------------------------------------------------
    # BY WHOM
    # ------------------------------------------------------------

    def _get_candidates(self, targets):
        """Return which managers may call each target: {target: list of users}; one query set for each manager."""
        wanted = self._get_wanted_users(targets)
        by_user = {}
        for one, users in wanted.items():
            for user in users:
                by_user.setdefault(user, []).append(one)
        allowed = {user: self._get_allowed(of_user, user) for user, of_user in by_user.items()}
        return {one: [user for user in users if one in allowed[user]] for one, users in wanted.items()}

    def _get_wanted_users(self, targets):
        if not self.env.user.has_group(LEADER_GROUP):
            return {one: [self.env.user] for one in targets}
        if self.spread == "even":
            return {one: list(self.user_ids) for one in targets}
        partners, leads = self._browse_targets(targets)
        # sudo: who is responsible is told by the client's card
        managers = {partner.id: partner.client_id.user_id or partner.user_id for partner in partners.sudo()}
        salespeople = {lead.id: lead.user_id for lead in leads}
        wanted = {}
        for one in targets:
            user = salespeople.get(one.lead_id) or managers.get(one.partner_id)
            wanted[one] = [user.with_env(self.env)] if user and user.active and not user.share else []
        return wanted
