from typing import NamedTuple

from odoo import models
from odoo.tools import SQL


class PyramidRow(NamedTuple):
    """One row of the sales pyramid: a step of the process, or the base with all opportunities."""

    number: int  # 0 is the base
    name: str
    step_ids: tuple  # ids of the steps after which a deal stands on this row
    conversion: float = 0.0  # expected percent (0 to 100) of the row below; 0: nothing is expected
    days: int = 0  # days expected from the row below to this one; 0: any time
    is_top: bool = False  # the won deals


class CrmProcess(models.Model):
    """The rows of the sales pyramid, and on which of them a deal stands.

    The base are all deals of the process. Each step that progresses is a row; the steps that win are the top together.
    A deal stands on the row of the last step that it passed. Skipped steps count as passed. A won deal stands on the
    top, by whatever step or stage it was won, and nothing else does: a deal that was won once and fell through counts
    on the row below the top. Archived steps count as the row before them.
    """

    _inherit = "crm.process"

    def _get_pyramid_rows(self):
        """Return the rows of the pyramid, the base first.

        :rtype: list[PyramidRow]
        """
        self.ensure_one()
        steps = self.with_context(active_test=False).step_ids
        won = steps.filtered(lambda step: step.kind == "won" and step.active)
        rows, standing = [PyramidRow(0, self.env._("Opportunities"), ())], [[]]
        for step in steps:
            if step.kind == "progress" and step.active:
                rows.append(PyramidRow(len(rows), step.name, (), step.conversion, step.days))
                standing.append([])
            if step.kind != "won":
                standing[-1].append(step.id)
        standing[-1] += steps.filtered(lambda step: step.kind == "won").ids
        rows = [row._replace(step_ids=tuple(ids)) for row, ids in zip(rows, standing, strict=True)]
        top = " / ".join(won.mapped("name")) or self.env._("Won Deals")
        return [*rows, PyramidRow(len(rows), top, (), won[:1].conversion, won[:1].days, is_top=True)]

    def _get_row_sql(self, step, won_status):
        """Return the SQL expression of the number of the row.

        :param SQL step: column of the last step that was passed
        :param SQL won_status: column that says whether the deal is won
        """
        rows = self._get_pyramid_rows()
        cases = [
            SQL("WHEN %s IN %s THEN %s", step, row.step_ids, row.number) for row in reversed(rows[1:-1]) if row.step_ids
        ]
        top = SQL("WHEN %s = 'won' THEN %s", won_status, rows[-1].number)
        return SQL("CASE %s ELSE 0 END", SQL(" ").join([top, *cases]))

    def _get_steps_from(self, number):
        """Return the ids of the steps after which an open or lost deal has passed the row of this number."""
        return [step_id for row in self._get_pyramid_rows()[number:] for step_id in row.step_ids]
