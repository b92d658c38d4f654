from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL, html2plaintext, is_html_empty

from .base_partner_merge import TYPED_COMPUTED_FIELDS

# Not shown in the table: technical, kept by the card that stays, or merged in a way of their own
SKIPPED_FIELDS = {
    *("id", "active", "color", "comment", "parent_id", "type", "is_company", "company_id", "tz", "employee"),
    *("partner_latitude", "partner_longitude", "client_last_contact", "signup_type", "calendar_last_notif_ack"),
    *("message_bounce", "email_normalized", "phone_sanitized", "phone_mobile_search", "customer_rank", "supplier_rank"),
}
SHOWN_COMPUTED_FIELDS = {*TYPED_COMPUTED_FIELDS, "lang"}
SHOWN_TYPES = {"char", "text", "integer", "float", "monetary", "boolean", "date", "datetime", "selection", "many2one"}

# Records that point at a card by model name and id
GENERIC_MODELS = ("mail.message", "mail.activity", "ir.attachment")
PLUMBING_MODELS = ("mail.message", "mail.notification", "mail.followers", "mail.mail", "mail.presence")


class CrmClientMerge(models.TransientModel):
    """Merge cards of one client: say what will happen, let choose, then do it through Odoo's own merge."""

    _name = "crm.client.merge"
    _description = "Merge Clients"

    partner_ids = fields.Many2many("res.partner", string="Cards", readonly=True, context={"active_test": False})
    destination_id = fields.Many2one(
        "res.partner",
        "Stays",
        required=True,
        domain="[('id', 'in', partner_ids)]",
        context={"active_test": False},
        help="The card that stays. The others disappear, and all that points to them moves to it.",
    )
    line_ids = fields.One2many(
        "crm.client.merge.line",
        "wizard_id",
        compute="_compute_line_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    moved_ids = fields.One2many(
        "crm.client.merge.moved", "wizard_id", compute="_compute_moved_ids", compute_sudo=False, store=True
    )
    moved_total = fields.Integer(compute="_compute_moved_total")
    merged_count = fields.Integer(compute="_compute_moved_total")
    contact_person_names = fields.Char("Contact Persons in Both", compute="_compute_contact_person_names")

    @api.model
    def default_get(self, fields):
        """Take the selected cards; of a single one, or of foreign ones, say at once what is wrong."""
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "res.partner" and "partner_ids" in fields:
            partners = self.env["res.partner"].browse(self.env.context.get("active_ids") or [])
            self._check_partners(partners)
            values["partner_ids"] = [Command.set(partners.ids)]
            values["destination_id"] = self._get_default_destination(partners).id
        return values

    @api.model
    def _get_default_destination(self, partners):
        """Return the card with the most deals; among equals one in use, then the oldest."""
        deals = dict(
            self.env["crm.lead"]
            .with_context(active_test=False)
            ._read_group([("partner_id", "child_of", partners.ids)], ["partner_id"], ["__count"])
        )

        def rank(partner):
            family = [count for holder, count in deals.items() if partner in (holder, holder.commercial_partner_id)]
            return (-sum(family), not partner.active, partner.create_date, partner.id)

        return partners.sorted(rank)[:1]

    @api.model
    def _check_partners(self, partners):
        """:raises UserError: if there is nothing to merge, or it cannot be done; AccessError: if it may not be done"""
        if len(partners) < 2:
            raise UserError(self.env._("Select at least two cards of the same client."))
        partners.check_access("read")
        partners.check_access("write")
        for partner in partners.with_context(active_test=False):
            if (partner.search([("id", "child_of", partner.id)]) - partner) & partners:
                raise UserError(
                    self.env._("A contact person and the company, or a company and its branch, cannot become one card.")
                )

    # ------------------------------------------------------------
    # WHAT STAYS, IS FILLED, IS LOST
    # ------------------------------------------------------------

    @api.depends("destination_id")
    def _compute_line_ids(self):
        for wizard in self:
            lines = wizard._prepare_lines() if wizard.destination_id else []
            wizard.line_ids = [Command.clear(), *map(Command.create, lines)]

    def _get_sources(self):
        """Return the cards that will disappear."""
        return self.partner_ids._origin - self.destination_id._origin

    def _prepare_lines(self):
        """Return a line for each field in which the cards differ."""
        partners = self.destination_id._origin | self.partner_ids._origin
        partners.check_access("read")
        labels = {
            **self._get_merged_fields(),
            "vat": self.destination_id.legal_vat_label,
            "company_registry": self.destination_id.legal_registry_label,
            "user_id": self.env._("Responsible Manager"),
        }
        lines = []
        for name, label in labels.items():
            holders = partners.filtered(name)
            if len({self._get_raw_value(partner, name) for partner in partners}) > 1:
                lines.append(
                    {
                        "field_name": name,
                        "name": label,
                        "holder_ids": [Command.set(holders.ids)],
                        "partner_id": holders[:1].id,
                    }
                )
        return lines

    @api.model
    def _get_merged_fields(self):
        """Return {name: label} of the fields that the user may choose."""
        descriptions = self.env["res.partner"].fields_get(attributes=["string", "type", "store", "company_dependent"])
        partner_fields = self.env["res.partner"]._fields
        return {
            name: description["string"]
            for name, description in descriptions.items()
            if description["store"]
            and description["type"] in SHOWN_TYPES
            and not description.get("company_dependent")
            and (not partner_fields[name].compute or name in SHOWN_COMPUTED_FIELDS)
            and name not in SKIPPED_FIELDS
            and name not in models.MAGIC_COLUMNS
        }

    @api.model
    def _get_raw_value(self, partner, name):
        value = partner[name]
        return value.id if isinstance(value, models.BaseModel) else value or False

    # ------------------------------------------------------------
    # WHAT MOVES
    # ------------------------------------------------------------

    @api.depends("destination_id")
    def _compute_moved_ids(self):
        for wizard in self:
            counts = wizard._count_moved_records() if wizard.destination_id else {}
            wizard.moved_ids = [
                Command.clear(),
                *(
                    Command.create({"name": label, "count": count})
                    for label, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
                ),
            ]

    @api.depends("moved_ids", "partner_ids")
    def _compute_moved_total(self):
        for wizard in self:
            wizard.moved_total = sum(wizard.moved_ids.mapped("count"))
            wizard.merged_count = len(wizard._get_sources())

    def _count_moved_records(self):
        """Return {what: number} of the records that point to the cards that disappear, with one query."""
        source_ids = tuple(self._get_sources().ids)
        if not source_ids:
            return {}
        queries = [
            SQL(
                "SELECT %s::text, count(*) FROM %s WHERE %s",
                label,
                SQL.identifier(table),
                SQL(" OR ").join(SQL("%s IN %s", SQL.identifier(column), source_ids) for column in columns),
            )
            for table, columns, label in self._get_referring_columns()
        ]
        queries += [
            SQL(
                "SELECT %s::text, count(*) FROM %s WHERE %s = 'res.partner' AND res_id IN %s",
                self._get_model_label(name),
                SQL.identifier(self.env[name]._table),
                SQL.identifier("model" if name == "mail.message" else "res_model"),
                source_ids,
            )
            for name in GENERIC_MODELS
        ]
        self.env.flush_all()
        counts = {}
        # plain SQL passes by the record rules: it says how many records move, not which
        for label, count in self.env.execute_query(SQL(" UNION ALL ").join(queries)):
            if count:
                counts[label] = counts.get(label, 0) + count
        return counts

    def _get_referring_columns(self):
        """Return (table, columns, label) of the foreign keys to partners that mean something to a person.

        What the directory itself derives (who is whose client), what wizards hold for a moment and the plumbing of the
        messages is left out.
        """
        models_by_table = {
            model._table: model._name
            for model in self.env.registry.models.values()
            if model._auto and not model._transient and not model._abstract and model._name not in PLUMBING_MODELS
        }
        columns = {}
        for table, column in self.env["base.partner.merge.automatic.wizard"]._get_fk_on("res_partner"):
            if table in models_by_table and (table != "res_partner" or column == "parent_id"):
                columns.setdefault(table, []).append(column)
        return [
            (
                table,
                names,
                self.env._("Contact persons and branches")
                if table == "res_partner"
                else self._get_model_label(models_by_table[table]),
            )
            for table, names in columns.items()
        ]

    @api.model
    def _get_model_label(self, model_name):
        # sudo: names of models are no secret, but only administrators may read the models
        return self.env["ir.model"].sudo()._get(model_name).name

    # ------------------------------------------------------------
    # CONTACT PERSONS
    # ------------------------------------------------------------

    @api.depends("destination_id")
    def _compute_contact_person_names(self):
        for wizard in self:
            pairs = wizard._get_same_contact_persons()
            wizard.contact_person_names = ", ".join(kept.name for _merged, kept in pairs)

    def _get_same_contact_persons(self):
        """Return pairs (merged, kept) of the contact persons that are the same person on both cards."""
        pairs, kept_by_name = [], {}
        for person in self.destination_id._origin.child_ids + self._get_sources().child_ids:
            # sudo: a person with a login is left alone, whether or not the user may see the login
            if not person.name or person.is_company or person.type != "contact" or person.sudo().user_ids:
                continue
            namesakes = kept_by_name.setdefault(" ".join(person.name.lower().split()), [])
            kept = next((other for other in namesakes if self._is_same_person(person, other)), None)
            if kept:
                pairs.append((person, kept))
            else:
                namesakes.append(person)
        return pairs

    @api.model
    def _is_same_person(self, person, namesake):
        """Return whether two of one name are one: by e-mail or phone, or because one of them has neither."""
        reaches = [{one.email_normalized, one.phone_sanitized} - {False} for one in (person, namesake)]
        return bool(reaches[0] & reaches[1]) or not all(reaches)

    # ------------------------------------------------------------
    # MERGE
    # ------------------------------------------------------------

    def action_merge(self):
        """Merge the cards.

        :return: action that opens the card that stays
        :raises AccessError: if one of them is another manager's client
        """
        self.ensure_one()
        destination, sources = self.destination_id, self._get_sources()
        self._check_partners(self.partner_ids)
        if destination not in self.partner_ids:
            raise UserError(self.env._("Choose which of the cards stays."))
        chosen = {
            line.field_name: self._get_raw_value(line.partner_id, line.field_name)
            for line in self.line_ids
            if line.partner_id and line.partner_id != destination and line.field_name in self._get_merged_fields()
        }
        dropped = [(line.name, line.dropped) for line in self.line_ids if line.dropped]
        notes = sources.filtered(lambda source: not is_html_empty(source.comment)).mapped("comment")
        managers = sources.user_id - destination.user_id
        persons = self._get_same_contact_persons()

        self._merge_one_by_one(destination, sources)
        for merged, kept in persons:
            self._merge_one_by_one(kept, merged)
        self._apply_choice(destination, chosen, notes)
        for manager in managers - destination.user_id:
            destination._move_whole_client(manager)
        self._post_note(destination, dropped, persons)
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": destination.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def _merge_one_by_one(self, destination, sources):
        """Merge in pairs: Odoo merges no more than three cards at once.

        Odoo demands equal e-mail addresses, so that nobody takes over the login of a user through his card. Where no
        card has a user there is nothing to take over.
        """
        for source in sources:
            pair = (destination | source).with_context(active_test=False)
            # sudo: users are counted whether or not they are visible
            has_user = bool(pair.sudo().user_ids)
            self.env["base.partner.merge.automatic.wizard"]._merge(pair.ids, destination, extra_checks=has_user)

    def _apply_choice(self, destination, chosen, notes):
        """Write the chosen values, and keep the notes of all cards."""
        values = {name: value for name, value in chosen.items() if self._get_raw_value(destination, name) != value}
        if level := self.env["crm.client.level"].browse(values.pop("client_level_id", False)):
            destination._set_client_level(level, self.env._("Merged with another card"))
        own_note = destination.comment
        added = [note for note in notes if html2plaintext(note) not in html2plaintext(own_note or "")]
        if added:
            values["comment"] = Markup("").join([own_note or "", *added])
        if values:
            destination.write(values)

    def _post_note(self, destination, dropped, persons):
        """Note in the history what was lost: who merged which cards is Odoo's own note."""
        blocks = []
        if dropped:
            lines = Markup("").join(Markup("<li>%s: %s</li>") % line for line in dropped)
            title = self.env._("The merged cards had other values, which were not kept:")
            blocks.append(Markup("<p>%s</p><ul>%s</ul>") % (title, lines))
        if persons:
            names = ", ".join(kept.name for _merged, kept in persons)
            blocks.append(
                Markup("<p>%s</p>") % self.env._("Contact persons that were on both cards: %(names)s", names=names)
            )
        if blocks:
            destination.message_post(body=Markup("").join(blocks), subtype_xmlid="mail.mt_note")


class CrmClientMergeLine(models.TransientModel):
    _name = "crm.client.merge.line"
    _description = "Field of Merged Clients"

    wizard_id = fields.Many2one("crm.client.merge", required=True, ondelete="cascade", index=True)
    field_name = fields.Char(required=True, readonly=True)
    name = fields.Char("Field", readonly=True)
    holder_ids = fields.Many2many("res.partner", readonly=True, context={"active_test": False})
    partner_id = fields.Many2one(
        "res.partner", "Taken from", domain="[('id', 'in', holder_ids)]", context={"active_test": False}
    )
    value = fields.Char("Stays", compute="_compute_value")
    dropped = fields.Char("Is Lost", compute="_compute_value")
    is_filled = fields.Boolean(compute="_compute_value", help="The value comes from a card that disappears.")

    @api.depends("partner_id", "field_name", "wizard_id.destination_id")
    def _compute_value(self):
        # what another user's rights have put into the cache is not checked again when it is read
        (self.partner_id | self.holder_ids)._origin.check_access("read")
        choosable = self.wizard_id._get_merged_fields()
        for line in self:
            if line.field_name not in choosable:  # the name comes from the client, and groups guard some fields
                line.value = line.dropped = line.is_filled = False
                continue
            chosen = line.partner_id._origin
            line.value = line._format_value(chosen)
            others = {line._format_value(holder): None for holder in line.holder_ids._origin - chosen}
            line.dropped = " / ".join(text for text in others if text and text != line.value) or False
            line.is_filled = chosen != line.wizard_id.destination_id._origin

    def _format_value(self, partner):
        """Return the value of one card as the user reads it."""
        field, value = partner._fields[self.field_name], partner[self.field_name] if partner else False
        if isinstance(value, models.BaseModel):
            return value.display_name or False
        if field.type == "selection":
            value = dict(field._description_selection(self.env)).get(value, value)
        if value is True:
            return self.env._("Yes")
        return str(value) if value else False


class CrmClientMergeMoved(models.TransientModel):
    _name = "crm.client.merge.moved"
    _description = "Records Moved by a Merge"

    wizard_id = fields.Many2one("crm.client.merge", required=True, ondelete="cascade", index=True)
    name = fields.Char("What", readonly=True)
    count = fields.Integer("Number", readonly=True)
