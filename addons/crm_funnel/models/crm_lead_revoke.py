from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from .crm_lead_result import RECORDING

DEFAULT_MINUTES = 60
# what is brought back in one write; the rest of the state is brought back by winning or losing again
PLAIN_FIELDS = ("stage_id", "active", "lost_reason_id", "expected_revenue", "date_deadline", "date_closed")


class CrmLead(models.Model):
    """Taking the last result back; the log keeps both."""

    _inherit = "crm.lead"

    def action_revoke_result(self, result_id):
        """Revoke the last result of the deal: everything is as it was before it.

        :param int result_id: the result that the user saw as the last one
        :raises UserError: if it is not the last one, not the user's own, or too long ago
        """
        self.ensure_one()
        self.check_access("write")
        self._lock_for_result()
        result = self.last_result_id
        if result.kind == "revoke" and result.revoked_id.id == result_id and result.user_id == self.env.user:
            return  # the same press again
        if result.id != result_id:
            raise UserError(self.env._("Another result came after it. Reload the page to see what can be revoked."))
        problem = result._get_revoke_problem()
        if problem:
            raise UserError(problem)
        self._revoke_result(result)

    def _prepare_revoke_button(self):
        # most results are too old: a kanban of hundreds of cards asks nothing further of those
        if not self.last_result_date or self.last_result_date < self.last_result_id._get_revoke_limit():
            return False
        # sudo: whoever sees the deal sees its log; it is read at once for all deals on the screen
        result = self.last_result_id.sudo()
        if result.user_id.id != self.env.uid or result.sudo(self.env.su)._get_revoke_problem():
            return False
        return {"result_id": result.id, "name": result.display_name}

    def _revoke_result(self, result):
        row = self._prepare_result("revoke", "button")
        row.update(
            revoked_id=result.id,
            step_id=result.step_id.id,
            step_after_id=result.step_before_id.id,
            is_backward=True,
            next_activity_id=self._revoke_tasks(result).id,
        )
        self._revoke_level(result, row)
        self.with_context(**{RECORDING: True})._bring_back_state(result.before or {})
        row["stage_id"] = self.stage_id.id
        self._append_results([row])
        result.sudo().is_revoked = True  # sudo: the mark belongs to the log, which nobody writes by hand
        self._message_log(body=self.env._("Result revoked: %(result)s", result=result.display_name))

    def _revoke_tasks(self, result):
        """Drop the task that the result planned, unless it is done, and open again the one it finished."""
        # sudo: the author of a result takes back its tasks, also those that it planned for a colleague
        planned, finished = result.sudo().next_activity_id, result.sudo().activity_id
        planned.filtered("active").unlink()
        if finished and not finished.active:
            finished.write({"active": True, "feedback": False, "date_done": False})
        return finished.with_env(self.env)

    def _revoke_level(self, result, row):
        client = result.client_id
        if result.level_id and client.client_level_id == result.level_id:
            row.update(level_before_id=result.level_id.id, level_id=result.level_before_id.id)
            client._set_client_level(
                result.level_before_id, self.env._("Result revoked: %(result)s", result=result.display_name)
            )

    def _bring_back_state(self, before):
        """Write the state that `_get_state_before` has kept; the stage's own rules about probability hold again."""
        values = {
            name: before[name]
            for name in PLAIN_FIELDS
            if name in before and self._fields[name].convert_to_write(self[name], self) != before[name]
        }
        stage = self.env["crm.stage"].browse(values.get("stage_id") or []).exists()
        if "stage_id" in values and values["stage_id"] and not stage:
            del values["stage_id"]
        if "probability" in before:
            values.update(probability=before["probability"], automated_probability=before["automated_probability"])
        self.write(values)


class CrmProcessResult(models.Model):
    _inherit = "crm.process.result"

    def _get_standing(self):
        """Return the last result up to this one that has not been revoked, maybe none."""
        result = self
        while result.kind == "revoke":
            result = result.revoked_id.previous_id
        return result

    def _get_revoke_problem(self):
        """Return why the user cannot revoke the result now, as a sentence in his language; False if he can."""
        self.ensure_one()
        # only what a button or a document records keeps the state before it
        if not self.before:
            return self.env._("Only a result recorded with a button can be revoked; move the deal back instead.")
        if self.user_id != self.env.user:
            return self.env._("Only %(author)s, who recorded it, can revoke the result.", author=self.user_id.name)
        if self.date < self._get_revoke_limit():
            minutes = self._get_revoke_minutes()
            return self.env._("A result can be revoked within %(minutes)s minutes only.", minutes=minutes)
        return False

    def _get_revoke_limit(self):
        """Return the moment before which results cannot be revoked any more."""
        return fields.Datetime.now() - timedelta(minutes=self._get_revoke_minutes())

    def _get_revoke_minutes(self):
        """Return within how many minutes the author may revoke a result; an administrator sets it."""
        # sudo: system parameters are not readable by salespeople
        value = self.env["ir.config_parameter"].sudo().get_param("crm_funnel.revoke_minutes", DEFAULT_MINUTES)
        return int(value) if str(value).isdigit() else DEFAULT_MINUTES
