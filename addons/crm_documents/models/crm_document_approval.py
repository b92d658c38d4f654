from odoo import api, fields, models
from odoo.exceptions import UserError

# what an approval was given for: with another amount or client it has to be given anew
APPROVED_FIELDS = ("amount", "currency_id", "partner_id", "company_id")


class CrmDocument(models.Model):
    """Approval: whoever prepared a document asks, an approver agrees or refuses with a reason."""

    _inherit = "crm.document"

    approval_state = fields.Selection(
        [
            ("none", "Not asked"),
            ("requested", "Waiting for approval"),
            ("approved", "Approved"),
            ("refused", "Refused"),
        ],
        "Approval",
        required=True,
        default="none",
        readonly=True,
        copy=False,
        tracking=True,
    )
    approval_user_id = fields.Many2one("res.users", "Approved or Refused by", readonly=True, copy=False)
    approval_reason = fields.Char("Reason of Refusal", readonly=True, copy=False)
    needs_approval = fields.Boolean("Approval Needed", compute="_compute_needs_approval")
    can_approve = fields.Boolean("I May Approve", compute="_compute_can_approve", search="_search_can_approve")

    _approval_idx = models.Index("(id) WHERE approval_state = 'requested'")

    @api.depends("state_id", "approval_state")
    def _compute_needs_approval(self):
        """Whether a change from here waits for an approval that nobody has given."""
        for document in self:
            document.needs_approval = document.approval_state != "approved" and document._has_change_to_approve()

    def _has_change_to_approve(self):
        """Whether the table knows a change from here that needs an approval, given or not."""
        return any(self._get_allowed_changes().mapped("needs_approval"))

    @api.depends("type_id.approval", "type_id.approver_ids", "lead_id.team_id.user_id", "user_id")
    @api.depends_context("uid")
    def _compute_can_approve(self):
        for document in self:
            document.can_approve = self.env.user in document._get_approvers()

    def _search_can_approve(self, operator, value):
        """Only documents that wait for an approval count: what this user has to decide on."""
        if operator != "in" or True not in value:
            return NotImplemented
        waiting = self.search([("approval_state", "=", "requested")])
        return [("id", "in", waiting.filtered("can_approve").ids)]

    # ------------------------------------------------------------
    # WRITE
    # ------------------------------------------------------------

    def write(self, vals):
        approved = self.filtered(lambda document: document.approval_state in ("requested", "approved"))
        before = {document: [document[name] for name in APPROVED_FIELDS] for document in approved}
        result = super().write(vals)
        for document, values in before.items():
            changed = values != [document[name] for name in APPROVED_FIELDS]
            if changed and (document.state_category == "planned" or document._has_change_to_approve()):
                document._withdraw_approval()
        return result

    # ------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------

    def _get_approvers(self):
        """Return the users who may approve: by the type's rule, or else the heads of sales.

        A leader cannot be asked where a channel has none: then the heads of sales are.
        """
        self.ensure_one()
        document_type = self.type_id
        if document_type.approval == "users":
            return document_type.approver_ids
        if document_type.approval == "leader":
            # sudo: who leads the channel is no secret, whatever the user may see of the deal
            deal, responsible = self.sudo().lead_id, self.sudo().user_id
            leader = deal.team_id.user_id or responsible.sale_team_id.user_id
            return (leader | self._get_heads()).with_env(self.env)
        return self._get_heads()

    def _get_heads(self):
        # sudo: who heads the department is no secret
        heads = self.env.ref("sales_team.group_sale_manager").sudo().all_user_ids
        return heads.filtered(lambda user: user.active and self.company_id in user.company_ids)

    def _get_approver_names(self):
        return ", ".join(self._get_approvers().sudo().mapped("name"))  # sudo: names of colleagues are no secret

    def _waits_for_approval(self, change):
        """Return whether a row of the table needs an approval that neither was given nor is this user's to give."""
        if not change.needs_approval or self.approval_state == "approved" or self.env.su:
            return False
        return self.env.user not in self._get_approvers()

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_request_approval(self):
        """Ask the approvers of these documents to agree: each gets a task.

        :raises UserError: if nothing has to be approved, or nobody may
        """
        self.check_access("write")
        for document in self:
            if not document.needs_approval:
                raise UserError(self.env._("%(document)s needs no approval.", document=document.display_name))
            approvers = document._get_approvers().filtered(document._can_be_read_by)
            if not approvers:
                raise UserError(
                    self.env._(
                        "Nobody may approve %(document)s: ask your administrator.", document=document.display_name
                    )
                )
            # sudo: the approval is set by these actions alone
            document.sudo().write({"approval_state": "requested", "approval_user_id": False, "approval_reason": False})
            document._drop_approval_tasks()
            document._plan_approval_tasks(approvers)
            document._add_log("requested", ", ".join(approvers.sudo().mapped("name")))  # sudo: names are no secret
        return True

    def action_approve(self):
        """Agree to these documents; those that a colleague has just approved stay as they are.

        Where one change only waited for it, it is made at once, unless the paper would go out or be signed with it:
        that is said by whoever sends or signs.

        :raises UserError: if the user is no approver, or nothing has to be approved
        """
        self._check_approver()
        documents = self.filtered(lambda document: document.approval_state != "approved")
        documents._check_to_approve()
        for document in documents:
            document._approve()
            waiting = document._get_allowed_changes().filtered("needs_approval")
            if len(waiting) == 1 and not waiting.needs_reason and waiting.to_state_id.category == "planned":
                document.write({"state_id": waiting.to_state_id.id})
        return True

    def action_refuse(self, reason):
        """Refuse these documents; who prepared them gets a task to rework them.

        :param str reason: why
        :raises UserError: if the user is no approver, gives no reason, or nothing has to be approved
        """
        self._check_approver()
        self._check_to_approve()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why you refuse: who prepared the document has to know what to mend."))
        for document in self:
            document._finish_approval_tasks()
            # sudo: the approval is set by these actions alone
            document.sudo().write(
                {"approval_state": "refused", "approval_user_id": self.env.uid, "approval_reason": reason}
            )
            document._add_log("refused", reason)
            document._plan_rework_task(reason)
        return True

    def _check_approver(self):
        for document in self:
            document.check_access("read")
            if self.env.user not in document._get_approvers():
                raise UserError(
                    self.env._(
                        "%(document)s is approved by: %(approvers)s.",
                        document=document.display_name,
                        approvers=document._get_approver_names(),
                    )
                )

    def _check_to_approve(self):
        for document in self:
            if not document._has_change_to_approve():
                raise UserError(self.env._("%(document)s needs no approval.", document=document.display_name))

    def _approve(self):
        self._finish_approval_tasks()
        # sudo: the approval is set by these actions alone
        self.sudo().write({"approval_state": "approved", "approval_user_id": self.env.uid, "approval_reason": False})
        self._add_log("approved")

    def _can_be_read_by(self, user):
        reader = self.with_user(user).with_context(allowed_company_ids=user.sudo().company_ids.ids)  # sudo: to ask only
        return user.active and reader.has_access("read")

    # ------------------------------------------------------------
    # WHAT FOLLOWS
    # ------------------------------------------------------------

    def _withdraw_approval(self):
        """Forget an approval that was given, or asked, for something else."""
        self._finish_approval_tasks()
        # sudo: the approval is set by these actions alone
        self.sudo().write({"approval_state": "none", "approval_user_id": False, "approval_reason": False})
        self._add_log("withdrawn")

    def _follow_approval(self, old_state):
        """Let the approval follow the document from a state to the next one.

        An approver who makes the change himself has approved; a document that begins anew has to be approved anew.
        """
        change = self.type_id.transition_ids.filtered(
            lambda row: row.from_state_id == old_state and row.to_state_id == self.state_id
        )
        if change.needs_approval and self.approval_state != "approved":
            self._approve()
        elif self.state_id == self.type_id._get_first_state() and self.approval_state != "none":
            self._withdraw_approval()
        elif self.approval_state == "requested" and not self.needs_approval:
            self._withdraw_approval()  # nobody has to decide on what went another way
