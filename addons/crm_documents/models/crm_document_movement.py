from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_document_log import log_of

# what a document is tied to, by ids that a caller could invent
LINKS = ("partner_id", "contact_id", "lead_id", "parent_id")


class CrmDocument(models.Model):
    """How a document moves from state to state: by the table of its type, checked in one place."""

    _inherit = "crm.document"

    state_buttons = fields.Json("Next States", compute="_compute_state_buttons", export_string_translation=False)

    @api.depends("state_id", "approval_state")
    @api.depends_context("uid", "lang")
    def _compute_state_buttons(self):
        """Offer the changes that the table allows from here.

        A list of {id, name, category, needs_reason, needs_approval}; needs_approval is true as long as somebody else
        has to approve first.
        """
        for document in self:
            document.state_buttons = [
                {
                    "id": change.to_state_id.id,
                    "name": change.to_state_id.name,
                    "category": change.to_state_id.category,
                    "needs_reason": change.needs_reason,
                    "needs_approval": document._waits_for_approval(change),
                }
                for change in document._get_allowed_changes()
            ]

    # ------------------------------------------------------------
    # CREATE, WRITE, UNLINK
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # what the context or the user's defaults give counts as if it had been given
        defaults = self.default_get(["type_id", "state_id", *LINKS])
        vals_list = [{**defaults, **vals} for vals in vals_list]
        reasons = [vals.pop("state_reason", None) for vals in vals_list]
        for vals in vals_list:
            self._check_links(vals)
            self._complete_new_values(vals)
        documents = super().create(vals_list)
        documents._check_first_states()
        for document, reason in zip(documents, reasons, strict=True):
            document._number()
            document._plan_state_task()
            document._add_log("created", reason, new_state_id=document.state_id.id)
            document._record_state()
        return documents

    def write(self, vals):
        vals = dict(vals)
        reason = vals.pop("state_reason", None)
        self._check_links(vals)
        self._bring_to_client(vals)
        if "type_id" in vals:
            self._check_type_change(vals)
        moving = self._prepare_movement(vals, reason)
        if moving and moving != self:
            # those that stand there already keep the day they came and their deadline
            (self - moving).write({name: value for name, value in vals.items() if name != "state_id"})
            return moving.write({**vals, "state_reason": reason})
        if moving:
            vals["state_date"] = fields.Datetime.now()
            self._set_state_deadline(vals, self.env["crm.document.state"].browse(vals["state_id"]))
        before = {document: document._get_logged_values() for document in self}
        result = super().write(vals) if vals else True
        self._log_written_values(before, moving)
        for document in self:
            old_state = before[document]["state_id"]
            if document.state_id != old_state:
                if document not in moving:
                    document._begin_as_other_type(vals)
                document._plan_state_task()
                document._enter_state(old_state, reason)
        return result

    def unlink(self):
        self.check_access("unlink")
        # sudo: nobody may delete versions, but with a draft they go, and their content with them
        self.sudo().file_ids.unlink()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_life(self):
        alive = self.filtered(lambda document: document.state_id != document.type_id._get_first_state())
        if alive:
            raise UserError(
                self.env._(
                    "%(document)s is not a draft any more and stays in the register. Archive it instead.",
                    document=alive[0].display_name,
                )
            )

    def _complete_new_values(self, vals):
        """Let a document on a contact person belong to his client, and one on a deal to the deal's client."""
        lead = self.env["crm.lead"].browse(vals.get("lead_id"))
        if not vals.get("partner_id"):
            vals["partner_id"] = lead.partner_id.id
        self._bring_to_client(vals)
        document_type = self.env["crm.document.type"].browse(vals.get("type_id"))
        state = self.env["crm.document.state"].browse(vals.get("state_id")) or document_type.state_ids[:1]
        self._set_state_deadline(vals, state)

    @api.model
    def _bring_to_client(self, vals):
        """Let a document that is given to a contact person belong to his client."""
        partner = self.env["res.partner"].browse(vals.get("partner_id"))
        client = partner.client_id or partner.commercial_partner_id
        if client and client != partner:
            vals.setdefault("contact_id", partner.id)
            vals["partner_id"] = client.id

    @api.model
    def _set_state_deadline(self, vals, state):
        """Add the deadline that begins with a state to ``vals``, unless one was given by hand."""
        if state.deadline_days and not vals.get("date_deadline"):
            today = fields.Date.context_today(self)
            vals["date_deadline"] = fields.Date.add(today, days=state.deadline_days)

    def _begin_as_other_type(self, vals):
        """Number a draft anew that got another type, and set its deadline."""
        changed = {} if "name" in vals else {"name": False}
        if "date_deadline" not in vals:
            self._set_state_deadline(changed, self.state_id)
        self.write(changed)
        self._number()

    def _number(self):
        """Give the next number of its type to a document without one."""
        sequence = self.type_id.number_sequence_id
        if not self.name and sequence:
            # sudo: whoever may create a document gets a number for it
            sequence = sequence.sudo().with_company(self.company_id)
            self.name = sequence.next_by_id(sequence_date=self.date)

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    @api.constrains("name", "type_id", "company_id", "partner_id")
    def _check_number(self):
        """Two documents of one type have different numbers, if they are of the same client and company."""
        for document in self.filtered("name"):
            # sudo: also a document that the user does not see has the number already
            same = (
                self.sudo()
                .with_context(active_test=False)
                .search_count(
                    [
                        ("id", "!=", document.id),
                        ("type_id", "=", document.type_id.id),
                        ("company_id", "=", document.company_id.id),
                        ("partner_id", "=", document.partner_id.id),
                        ("name", "=", document.name),
                    ],
                    limit=1,
                )
            )
            if same:
                raise UserError(
                    self.env._(
                        "%(client)s has a document “%(document)s” already.",
                        client=document.partner_id.display_name,
                        document=document.display_name,
                    )
                )

    @api.model
    def _check_links(self, vals):
        """Check that a document is tied only to what the user sees: Odoo asks for the document itself alone."""
        for name in LINKS:
            if vals.get(name):
                self.env[self._fields[name].comodel_name].browse(vals[name]).check_access("read")

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise UserError(self.env._("A document cannot belong to itself."))

    def _check_first_states(self):
        """Check the states in which documents begin: where an approval is asked on the way, at the first one only.

        :raises UserError: if a salesperson begins a document behind an approval, or in a state of another type
        """
        for document in self:
            document._check_state_of_type(document.state_id)
            if document.state_id == document.type_id._get_first_state():
                continue
            is_approved_type = any(document.type_id.transition_ids.mapped("needs_approval"))
            if is_approved_type and not self.env.su and not self.env.user.has_group("sales_team.group_sale_manager"):
                raise UserError(
                    self.env._(
                        "A document of the type “%(type)s” begins as “%(state)s”: it has to be approved on its way.",
                        type=document.type_id.name,
                        state=document.type_id._get_first_state().name,
                    )
                )

    def _check_state_of_type(self, state):
        if not state:
            raise UserError(
                self.env._("The type “%(type)s” has no states yet. Add them first.", type=self.type_id.name)
            )
        if state.type_id != self.type_id:
            raise UserError(
                self.env._("“%(state)s” is no state of the type “%(type)s”.", state=state.name, type=self.type_id.name)
            )

    def _get_other_type(self, vals):
        """Return the documents that get another type by writing ``vals``."""
        return self.filtered(lambda document: document.type_id.id != vals.get("type_id", document.type_id.id))

    def _check_type_change(self, vals):
        """Check that only drafts get another type: what happened in a life of one type has no place in another."""
        first = self.env["crm.document.type"].browse(vals["type_id"])._get_first_state()
        for document in self._get_other_type(vals):
            if document.state_id != document.type_id._get_first_state():
                raise UserError(
                    self.env._("%(document)s is not a draft any more: its type stays.", document=document.display_name)
                )
            if vals.get("state_id", first.id) != first.id:
                raise UserError(
                    self.env._("A document that gets another type begins as “%(state)s”.", state=first.name)
                )

    # ------------------------------------------------------------
    # MOVEMENT
    # ------------------------------------------------------------

    def _get_allowed_changes(self):
        """Return the rows of the table that lead away from the state of the document, in their order."""
        self.ensure_one()
        return self.type_id.transition_ids.filtered(lambda change: change.from_state_id == self.state_id)

    def _get_change(self, state):
        """Return the row of the table that leads to ``state``, or nothing."""
        return self._get_allowed_changes().filtered(lambda change: change.to_state_id == state)[:1]

    def _prepare_movement(self, vals, reason):
        """Check the change of state that is about to be written.

        :param vals: values of `write`
        :param str reason: why
        :return: the documents that change their state
        :raises UserError: if the table does not allow it, a reason is missing, or somebody has to approve first
        """
        if "state_id" not in vals:
            return self.browse()
        state = self.env["crm.document.state"].browse(vals["state_id"])
        moving = (self - self._get_other_type(vals)).filtered(lambda document: document.state_id != state)
        for document in moving:
            document._check_movement(state, reason)
        return moving

    def _check_movement(self, state, reason=None):
        self.ensure_one()
        self._check_state_of_type(state)
        change = self._get_change(state)
        if not change:
            raise UserError(self._get_refusal(state))
        if change.needs_reason and not (reason or "").strip():
            raise UserError(
                self.env._(
                    "Say why %(document)s becomes “%(state)s”: the history keeps the reason.",
                    document=self.display_name,
                    state=state.name,
                )
            )
        if self._waits_for_approval(change):
            raise UserError(
                self.env._(
                    "%(document)s has to be approved before it becomes “%(state)s”. Ask: %(approvers)s.",
                    document=self.display_name,
                    state=state.name,
                    approvers=self._get_approver_names(),
                )
            )

    def _get_refusal(self, state):
        """Return the sentence that names what the table allows instead of ``state``."""
        names = {"document": self.display_name, "old": self.state_id.name, "new": state.name}
        allowed = ", ".join(self._get_allowed_changes().to_state_id.mapped("name"))
        if not allowed:
            return self.env._("%(document)s is “%(old)s” and stays so: the life of its type ends there.", **names)
        return self.env._(
            "%(document)s cannot go from “%(old)s” to “%(new)s”. Allowed: %(allowed)s.", allowed=allowed, **names
        )

    def _enter_state(self, old_state, reason=None):
        """Do what follows from a change of state: the hook of other addons, once per document.

        :param old_state: `crm.document.state` that it left
        :param str reason: why, or nothing
        """
        self.ensure_one()
        self._finish_tasks_of(old_state)
        self._follow_approval(old_state)
        self._add_log("state", reason, old_state_id=old_state.id, new_state_id=self.state_id.id)
        self._record_state()

    def _record_state(self):
        """Record the step of the business process that waits for this state, on the deal of the document."""
        state = self.state_id
        # sudo: the state of a paper is a fact; the deal learns of it though a colleague works on it
        self.sudo().lead_id._record_trigger("document", is_meant=lambda step: state in step.document_state_ids)

    def _set_category_state(self, category, reason=None):
        """Move to the state of a category because something else happened: an order was confirmed, an invoice paid.

        :param str category: one of `crm.document.state.category`
        :param str reason: why, for the history
        :return: whether the table allowed it; a document that stands there already counts as moved
        """
        self.ensure_one()
        if self.state_category == category:
            return True
        for change in self._get_allowed_changes():
            if change.to_state_id.category == category and not self._waits_for_approval(change):
                self.write({"state_id": change.to_state_id.id, "state_reason": reason or self.display_name})
                return True
        return False

    def action_change_state(self, state_id, reason=None):
        """Move these documents to a state, all of them or none.

        :param int state_id: id of the `crm.document.state`
        :param str reason: why; some changes ask for it
        :raises UserError: naming what is missing
        """
        self.write({"state_id": state_id, "state_reason": reason})
        return True

    # ------------------------------------------------------------
    # HISTORY
    # ------------------------------------------------------------

    def _add_log(self, event, note=None, **vals):
        """Append one row to the history of each of these documents.

        :param str event: one of the values of `crm.document.log.event`
        :param str note: the reason, the name of a file, the new deadline
        :param vals: further values of the row
        """
        # sudo: nobody may write the history by hand, it is kept here alone
        return (
            self.env["crm.document.log"]
            .sudo()
            .create(
                [
                    {"document_id": document.id, "user_id": self.env.uid, "event": event, "note": note or False, **vals}
                    for document in self
                ]
            )
        )

    def _get_logged_values(self):
        return {
            "state_id": self.state_id,
            "date_deadline": self.date_deadline,
            "is_original_received": self.is_original_received,
        }

    def _log_written_values(self, before, moving):
        """Append what was written to deadline and original.

        :param dict before: {document: values}
        :param moving: those whose deadline follows from their new state, so that it is no row of its own
        """
        for document in self:
            after = document._get_logged_values()
            if document in moving:
                after["date_deadline"] = before[document]["date_deadline"]
            for event, note in log_of(before[document], after, self.env):
                document._add_log(event, note)

    # ------------------------------------------------------------
    # NEW DOCUMENT
    # ------------------------------------------------------------

    @api.model
    def _get_new_action(self, kind, defaults):
        """Return the action of the form of a new document.

        :param str kind: one of the values of `crm.document.type.kind`, or nothing
        :param dict defaults: context with default values
        :raises UserError: if no type of that kind is in use
        """
        context = dict(defaults)
        if kind:
            document_type = self.env["crm.document.type"]._get_by_kind(kind)
            if not document_type:
                kinds = dict(document_type._fields["kind"]._description_selection(self.env))
                raise UserError(self.env._("No type of documents in use is of the kind “%(kind)s”.", kind=kinds[kind]))
            context["default_type_id"] = document_type.id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Document"),
            "res_model": "crm.document",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "current",
            "context": context,
        }

    # ------------------------------------------------------------
    # ORIGINAL
    # ------------------------------------------------------------

    def action_receive_original(self):
        """Note that the signed original has come back."""
        self.filtered(lambda document: not document.is_original_received).is_original_received = True
        return True
