from odoo import api, fields, models
from odoo.exceptions import RedirectWarning

REASON = "work_move_reason"  # context key: why deadlines move
MAKE_A_WORK = frozenset(("work_service_id", "partner_id", "project_id", "is_template"))


class ProjectTask(models.Model):
    """The deadline of a work is a promise: whoever moves it says why, and the client's manager is told."""

    _inherit = "project.task"

    def write(self, vals):
        """Keep every move of a deadline of a work, also of one that is done: how late it was, follows from it.

        A work that becomes a plain task breaks its promise as well: else it could be moved unseen, and put back.

        :raises RedirectWarning: if a user moves one without a reason; its button asks for it
        """
        moving, promises = self._get_moving_works(vals), self._get_promises(vals)
        reason = self._get_move_reason(moving, vals) if moving else ""
        old_deadlines = {work: work.date_deadline for work in moving}
        result = super().write(vals)
        moving._keep_moves(old_deadlines, reason)
        self._keep_ended(promises)
        return result

    def _get_moving_works(self, vals):
        """Return the works of ``self`` whose deadline becomes another one by ``vals``."""
        if "date_deadline" not in vals:
            return self.browse()
        deadline = fields.Datetime.to_datetime(vals["date_deadline"] or False)
        self.check_access("write")
        # sudo: a portal user who works in a shared project does not see that a task is a work
        return (
            self.sudo()
            .filtered(
                lambda task: task.work_client_id and task.date_deadline and task.date_deadline != (deadline or False)
            )
            .with_env(self.env)
        )

    def _get_move_reason(self, moving, vals):
        reason = self.env.context.get(REASON)
        if isinstance(reason, str) and reason.strip():
            return reason.strip()
        if self.env.su:
            return self.env._("Moved by the program")
        deadline = fields.Datetime.to_datetime(vals["date_deadline"] or False)
        raise RedirectWarning(
            self.env._("The deadline of a work is moved with a reason: %(works)s.", works=moving._name_some()),
            self.env.ref("crm_projects.crm_work_deadline_action").id,
            self.env._("Say Why"),
            {"default_task_ids": moving.ids, "default_exact_deadline": fields.Datetime.to_string(deadline) or ""},
        )

    def _name_some(self):
        """Return the names of at most three records of ``self`` in one text."""
        names = self[:3].mapped("display_name")
        return ", ".join(names) + ("…" if len(self) > len(names) else "")

    def _get_promises(self, vals):
        """Return client and deadline by work of ``self`` that ``vals`` may turn into a plain task."""
        if not MAKE_A_WORK & vals.keys():
            return {}
        # sudo: see _get_moving_works
        works = self.sudo().filtered(lambda task: task.work_client_id and task.date_deadline)
        return {work: (work.work_client_id, work.date_deadline) for work in works}

    def _keep_moves(self, old_deadlines, reason):
        """Write the moves of ``self`` into the history and tell the managers of the clients."""
        for move in self._create_moves([work._prepare_move(old_deadlines[work], reason) for work in self]):
            move._tell_seller(move.task_id.work_client_id)

    def _keep_ended(self, promises):
        """Write into the history which works are plain tasks now, and tell the managers of who was their client."""
        ended = {work: promise for work, promise in promises.items() if not work.work_client_id}
        if not ended:
            return
        reason = self.env._("It is a plain task now: its service or its client was taken away.")
        moves = self._create_moves(
            [
                {**work._prepare_move(deadline, reason), "new_deadline": False, "days": 0}
                for work, (_client, deadline) in ended.items()
            ]
        )
        for move, (client, _deadline) in zip(moves, ended.values(), strict=True):
            move._tell_seller(client)

    @api.model
    def _create_moves(self, vals_list):
        # sudo: nobody writes the history by hand, not even who may move the deadline
        return self.env["crm.work.move"].sudo().create(vals_list)

    def _prepare_move(self, old_deadline, reason):
        old_day, new_day = (
            fields.Datetime.context_timestamp(self, deadline).date() if deadline else None
            for deadline in (old_deadline, self.date_deadline)
        )
        return {
            "task_id": self.id,
            "user_id": self.env.uid,
            "old_deadline": old_deadline,
            "new_deadline": self.date_deadline,
            "days": (new_day - old_day).days if new_day else 0,
            "reason": reason,
        }

    def action_move_deadline(self):
        """Return the action that asks for another deadline of these works and the reason.

        :raises AccessError: if the user may not write the works
        """
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_projects.crm_work_deadline_action")
        action["context"] = {"default_task_ids": self.ids}
        return action
