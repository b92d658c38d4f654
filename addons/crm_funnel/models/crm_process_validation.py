from odoo import models


class CrmProcess(models.Model):
    """What makes a process complete: every step can be reached, and from every step the sale can end."""

    _inherit = "crm.process"

    def _get_checked_fields(self):
        """Return the paths of what the check of a process looks at in its steps."""
        names = (
            "active",
            "name",
            "kind",
            "sequence",
            "has_button",
            "only_after_ids",
            "repeat_count",
            "repeat_step_id",
            "trigger",
            "stage_id.is_won",
            "stage_id.active",
            "stage_id.team_ids",
            "activity_type_id",
            "activity_for",
            "activity_user_id",
            "demands_task_date",
        )
        return [f"step_ids.{name}" for name in names]

    def _get_problems(self):
        """Return what must be mended before the process can be used, in the user's language.

        :return: list of sentences, empty if the process is complete
        """
        self.ensure_one()
        steps = self.step_ids
        if not steps.filtered(lambda step: step.kind == "won"):
            return [self.env._("No step wins the deal: add one of the kind “Won”.")]
        reached = self._get_reachable_steps()
        problems = [problem for step in steps for problem in self._get_step_problems(step)]
        problems += [
            self.env._("“%(step)s” is out of reach: no result leads to it.", step=step.name) for step in steps - reached
        ]
        problems += [
            self.env._("“%(step)s” is a dead end: the deal can neither be won nor refused after it.", step=step.name)
            for step in reached
            if step.kind == "progress" and not self._can_end_after(step)
        ]
        return problems

    def _get_step_problems(self, step):
        names = {"step": step.name, "stage": step.stage_id.name, "other": step.repeat_step_id.name}
        problems = []
        if step._is_forward():
            problems += self._get_stage_problems(step, names)
        if step.activity_for == "user" and step.activity_type_id and not step.activity_user_id:
            problems.append(self.env._("“%(step)s”: say which user gets the next task.", **names))
        if step.demands_task_date and not step.activity_type_id:
            problems.append(self.env._("“%(step)s” asks for the date of a next task, but plans none.", **names))
        if bool(step.repeat_step_id) != (step.repeat_count > 1):
            problems.append(
                self.env._(
                    "“%(step)s”: give both how many times in a row (2 or more) and what happens then instead.", **names
                )
            )
        if step.repeat_step_id and step.repeat_step_id not in self.step_ids:
            problems.append(self.env._("“%(step)s”: “%(other)s” is not a step of this process.", **names))
        return problems

    def _get_stage_problems(self, step, names):
        stage = step.stage_id
        if not stage or not stage.active:
            return [self.env._("“%(step)s” leads to no stage: choose one.", **names)]
        if stage.is_won != (step.kind == "won"):
            if stage.is_won:
                return [self.env._("“%(step)s” only progresses, but its stage “%(stage)s” is a won one.", **names)]
            return [self.env._("“%(step)s” wins the deal, but its stage “%(stage)s” is not a won one.", **names)]
        if stage.team_ids and (not self.team_ids or self.team_ids - stage.team_ids):
            return [
                self.env._("“%(step)s”: the stage “%(stage)s” does not exist in every channel of the process.", **names)
            ]
        return []

    def _get_reachable_steps(self):
        """Return the steps that some way from the start of the process leads to."""
        begun = self.step_ids.filtered(lambda step: step._is_recorded() and not step.only_after_ids)
        return self._get_steps_ahead(begun)

    def _can_end_after(self, step):
        """Return whether a deal that is at ``step`` can still be won or refused."""
        ahead = self._get_steps_ahead(step) - step
        return any(other.kind in ("won", "refusal") for other in ahead)

    def _get_steps_ahead(self, steps):
        """Return ``steps`` and all that can follow them, directly or after others."""
        while following := self._get_following_steps(steps) - steps:
            steps |= following
        return steps

    def _get_following_steps(self, steps):
        """Return what can be recorded right after any of ``steps``: by a button, or after too many repeats."""
        offered = self.step_ids.filtered(
            lambda other: other._is_recorded() and any(other._is_offered_after(before) for before in steps)
        )
        return offered | steps.repeat_step_id


class CrmProcessStep(models.Model):
    _inherit = "crm.process.step"

    def _is_recorded(self):
        """Return whether something records the step other than too many repeats of another: a button or an event."""
        return self.has_button or bool(self.trigger)

    def _is_offered_after(self, step):
        """Return whether the button stands on a deal whose last step that counts is ``step``; empty: not begun."""
        if self.only_after_ids and step not in self.only_after_ids:
            return False
        return not self._is_forward() or self._comes_after(step)
