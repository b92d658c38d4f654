from contextlib import contextmanager

from odoo import models

from .crm_lead_result import RECORDING

MOVING_FIELDS = {"stage_id", "active", "probability", "type"}


class CrmLead(models.Model):
    """Whatever moves a deal without a button is recorded too: drag, form, list, import, Odoo's own Won and Lost."""

    _inherit = "crm.lead"

    def write(self, vals):
        if MOVING_FIELDS.isdisjoint(vals):
            return super().write(vals)
        with self._recorded_movement() as leads:
            return super(CrmLead, leads).write(vals)

    def action_set_lost(self, **additional_values):
        with self._recorded_movement() as leads:
            return super(CrmLead, leads).action_set_lost(**additional_values)

    def action_set_won(self):
        with self._recorded_movement() as leads:
            return super(CrmLead, leads).action_set_won()

    def action_restore(self):
        with self._recorded_movement() as leads:
            return super(CrmLead, leads).action_restore()

    @contextmanager
    def _recorded_movement(self):
        """Record what happens to the deals inside, once: a movement may take several writes, and each lead to more.

        Gives the deals with a context in which nothing further is recorded.
        """
        if self.env.context.get(RECORDING):
            yield self
            return
        states = {lead: (lead.stage_id, lead.won_status) for lead in self if lead.type == "opportunity"}
        lost_on = {lead: lead.date_closed for lead in self if lead.won_status == "lost"}
        yield self.with_context(**{RECORDING: True})
        self._keep_lost_dates(lost_on)
        self._record_movements(states)

    def _keep_lost_dates(self, lost_on):
        """Let lost deals that only change their column keep the day on which they were lost: Odoo forgets it."""
        for lead, date_closed in lost_on.items():
            if lead.won_status == "lost" and lead.date_closed != date_closed:
                lead.date_closed = date_closed

    def _record_movements(self, states):
        """Append what happened to the log. One deal moved by a person goes on in the process as after a button;
        deals moved together are only recorded, the relationship levels of their clients follow at night.

        :param dict states: (stage, won status) before, by deal
        """
        moved = [lead for lead, before in states.items() if (lead.stage_id, lead.won_status) != before]
        if not moved:
            return
        follows = len(self) == 1 and not self.env.context.get("import_file")
        rows = []
        for lead in moved:
            row = lead._prepare_movement(*states[lead])
            step = self.env["crm.process.step"].browse(row["step_id"])
            goes_on = follows and step and not row["is_backward"] and row["kind"] in ("progress", "won")
            if goes_on or row["kind"] in ("refusal", "won"):
                row["activity_id"] = lead._finish_planned_tasks(step)[:1].id
            if goes_on:
                row.update(lead._follow_result(step))
            elif step.level_id and not row["is_backward"]:
                row["is_level_pending"] = True
            rows.append(row)
        self._append_results(rows)

    def _prepare_movement(self, stage_before, status_before):
        """Return the log row of a movement: the step that the new stage or state stands for."""
        process, current = self.process_id, self.process_step_id
        if self.won_status == "lost":
            # put into another column, a lost deal stays lost and counts where it got to
            is_lost_now = status_before != "lost"
            kind = "refusal" if is_lost_now else "move"
            step = process._get_refusal_step(self.lost_reason_id) if is_lost_now else process.step_ids.browse()
        else:
            behind = current if self._has_come_back(stage_before, status_before) else None
            step = process._get_step_of_stage(self.stage_id, behind)
            kind = step.kind or "move"
            if status_before != "pending" and self.won_status == "pending":
                kind = "reopen"
        row = self._prepare_result(kind, "move", step=step)
        row["stage_before_id"] = stage_before.id
        if kind in ("move", "reopen") and self.won_status != "lost":
            row["step_after_id"] = step.id
            row["is_backward"] = row["is_backward"] or bool(kind == "move" and current)
        if kind == "refusal":
            row["lost_reason_id"] = self.lost_reason_id.id
        return row

    def _has_come_back(self, stage_before, status_before):
        if status_before == "won":
            return True
        return (self.stage_id.sequence, self.stage_id.id) < (stage_before.sequence, stage_before.id)

    def _finish_planned_tasks(self, step):
        planned = self._get_planned_tasks()
        if planned:
            planned.with_context(**{RECORDING: True})._action_done(feedback=step.name)
        return planned


class CrmProcess(models.Model):
    _inherit = "crm.process"

    def _get_refusal_step(self, lost_reason):
        """Return the step that a deal lost without a button stands for: of the same reason, else the first refusal."""
        refusals = self.step_ids.filtered(lambda step: step.kind == "refusal")
        same = refusals.filtered(lambda step: lost_reason and step.lost_reason_id == lost_reason)
        return (same or refusals)[:1]
