from odoo import fields, models
from odoo.exceptions import AccessError

# so many papers at once, and each responsible gets a mail for each of his
MOST_MAILS = 5


class CrmDocument(models.Model):
    """The tasks that follow from a document: of its state, of an approval, of the head who wants it signed."""

    _inherit = "crm.document"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("active") is False:
            # sudo: the tasks of colleagues too have lost their sense
            self.sudo().activity_ids.unlink()
        return result

    # ------------------------------------------------------------
    # TASK OF A STATE
    # ------------------------------------------------------------

    def _plan_state_task(self):
        """Plan the task that the state asks for, for the responsible, so many days after today."""
        state = self.state_id
        if not state.activity_type_id or not self.user_id or not self._can_be_read_by(self.user_id):
            return
        self._plan_task(
            "state",
            self.user_id,
            state.activity_summary,
            activity_type=state.activity_type_id,
            days=state.activity_days,
            document_state_id=state.id,
        )

    def _finish_tasks_of(self, old_state):
        """Close what was planned for a state that the document left: done if it was due, dropped if it was not yet."""
        today = fields.Date.context_today(self)
        tasks = self._get_tasks("state", "rework", "urge")
        tasks = tasks.filtered(lambda task: task.document_state_id == old_state)
        not_due = tasks.filtered(lambda task: task.document_task == "state" and task.date_deadline > today)
        not_due.unlink()
        (tasks - not_due).action_feedback(feedback=self.state_id.name)

    def _get_tasks(self, *kinds):
        """Return the planned tasks of these kinds, whoever has them."""
        # sudo: what a document does with its tasks, it does with those of colleagues too
        return self.sudo().activity_ids.filtered(lambda task: task.document_task in kinds)

    def _plan_task(self, kind, user, summary, activity_type=None, days=0, note=None, **vals):
        """Plan one task on the document, due in so many days.

        A task that follows from a state by itself is in *My Day* and sends no mail, as those of the process do.
        """
        activity_type = activity_type or self.env.ref("mail.mail_activity_data_todo")
        document = self.with_context(mail_activity_quick_update=True) if kind == "state" else self
        # sudo: a task may go to a colleague, who was asked above whether he may read the document
        return document.sudo().activity_schedule(
            activity_type_id=activity_type.id,
            summary=summary or activity_type.name,
            note=note,
            user_id=user.id,
            date_deadline=fields.Date.add(fields.Date.context_today(self), days=days),
            document_task=kind,
            **vals,
        )

    # ------------------------------------------------------------
    # APPROVAL
    # ------------------------------------------------------------

    def _plan_approval_tasks(self, approvers):
        for approver in approvers:
            summary = self.with_context(lang=approver.lang).env._("Approve: %(client)s", client=self.partner_id.name)
            self._plan_task("approval", approver, summary)

    def _finish_approval_tasks(self):
        """Close the question at all approvers: the one who answered has done his task, the others need not."""
        tasks = self._get_tasks("approval")
        mine = tasks.filtered(lambda task: task.user_id == self.env.user)
        (tasks - mine).unlink()
        mine.action_feedback()

    def _drop_approval_tasks(self):
        """Take back the question: who asks again asks once."""
        self._get_tasks("approval").unlink()

    def _plan_rework_task(self, reason):
        user = self.user_id or self.create_uid
        if not self._can_be_read_by(user):
            return
        summary = self.with_context(lang=user.lang).env._("Refused: mend the document")
        self._plan_task("rework", user, summary, note=reason, document_state_id=self.state_id.id)

    # ------------------------------------------------------------
    # SIGN IMMEDIATELY
    # ------------------------------------------------------------

    def action_sign_immediately(self):
        """Put an urgent task on the responsible of each of these documents; a second time today adds none.

        :return: the notification that says how many tasks were given to whom, and what was left out
        :raises AccessError: for users other than the head and those who see all deals
        """
        if not self.env.user.has_group("sales_team.group_sale_salesman_all_leads"):
            raise AccessError(self.env._("Only the head of sales asks to sign immediately."))
        self._take_turns()
        urged = self.filtered(lambda document: document._can_be_urged())
        # a mail for each of many papers is no help: who has several finds them in his list of tasks
        silent = {"mail_activity_quick_update": True} if len(urged) > MOST_MAILS else {}
        for document in urged.with_context(**silent):
            document._urge()
        return self._notify_urged(urged)

    def _can_be_urged(self):
        """Whether the paper is still to be signed by somebody who sees it and was not asked yet."""
        return bool(
            self.state_category in ("planned", "to_sign")
            and self.user_id
            and self._can_be_read_by(self.user_id)
            and not self._get_tasks("urge")
        )

    def _urge(self):
        summary = self.with_context(lang=self.user_id.lang).env._("Sign immediately")
        self._plan_task("urge", self.user_id, summary, document_state_id=self.state_id.id)
        self._add_log("urged", self.user_id.sudo().name)  # sudo: names of colleagues are no secret

    def _notify_urged(self, urged):
        left_out = self - urged
        names = ", ".join(urged.user_id.sudo().mapped("name"))  # sudo: names of colleagues are no secret
        messages = [self.env._("Urgent tasks: %(count)s (%(users)s).", count=len(urged), users=names)] if urged else []
        if left_out:
            messages.append(
                self.env._(
                    "Left out, because they are closed, asked for already, or nobody is responsible: %(documents)s.",
                    documents=", ".join(left_out[:5].mapped("display_name")) + (" …" if len(left_out) > 5 else ""),
                )
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if urged else "warning",
                "title": self.env._("Sign immediately"),
                "message": " ".join(messages),
                "sticky": bool(left_out),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
