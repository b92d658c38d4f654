from odoo import api, models

from ..tools.proportions import get_cases_needed, get_difference_interval

# beyond this nobody waits for the difference to show
MOST_CASES = 10_000


class CrmCallFigures(models.AbstractModel):
    """Two versions of a script beside each other."""

    _inherit = "crm.call.figures"

    @api.model
    def _compare(self, sides):
        """Return how the first of two sides differs from the second.

        :param list sides: two dicts of `_prepare_side`
        :return: list of {``name``: 'success' or 'completed', ``label``, ``difference``, ``low``, ``high``: percentage points,
            False without conversations; ``verdict``: 'better', 'worse' or 'unknown'; ``text``: a sentence}
        """
        labels = {"success": self.env._("Successes"), "completed": self.env._("Led to the end")}
        return [self._compare_share(name, label, *sides) for name, label in labels.items()]

    @api.model
    def _compare_share(self, name, label, side, other):
        mine, its = side["totals"], other["totals"]
        low, high = get_difference_interval(mine[name], mine["reached"], its[name], its["reached"])
        has_both = bool(mine["reached"] and its["reached"])
        verdict = "better" if low > 0 else "worse" if high < 0 else "unknown"
        text = self._explain_unknown if verdict == "unknown" else self._explain_difference
        return {
            "name": name,
            "label": label,
            "difference": has_both and mine[f"{name}_rate"] - its[f"{name}_rate"],
            "low": has_both and low,
            "high": has_both and high,
            "verdict": verdict,
            "text": text(name, side, other, low, high),
        }

    @api.model
    def _explain_difference(self, name, side, other, low, high):
        """Return a sentence on a difference that is more than chance."""
        better, worse = (side, other) if low > 0 else (other, side)
        low, high = sorted((abs(low), abs(high)))
        values = {"better": better["name"], "worse": worse["name"], "low": round(low), "high": round(high)}
        if name == "success":
            return self.env._("%(better)s succeeds more often than %(worse)s: by %(low)s to %(high)s points.", **values)
        return self.env._(
            "%(better)s leads to the end more often than %(worse)s: by %(low)s to %(high)s points.", **values
        )

    @api.model
    def _explain_unknown(self, name, side, other, low, high):
        """Return a sentence on a difference that may be chance, and what it would take to know."""
        mine, its = side["totals"], other["totals"]
        if not mine["reached"] or not its["reached"]:
            return self.env._("One of the versions has no conversations in this period.")
        needed = get_cases_needed(mine[f"{name}_rate"], its[f"{name}_rate"])
        missing = max((needed or 0) - min(mine["reached"], its["reached"]), 0)
        if not needed or needed > MOST_CASES:
            return self.env._("No difference can be told, and if there is one it is small.")
        if not missing:
            return self.env._("No difference can be told yet: it is on the verge of chance.")
        return self.env._(
            "No difference can be told yet. If it stays as it is, about %(count)s more conversations by the version with "
            "fewer of them would tell.",
            count=missing,
        )
