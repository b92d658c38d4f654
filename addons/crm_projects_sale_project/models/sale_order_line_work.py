from odoo import models


class SaleOrderLine(models.Model):
    """No doubles: a work that has begun before its order was confirmed is taken over by the order line."""

    _inherit = "sale.order.line"

    # ------------------------------------------------------------
    # WORKS
    # ------------------------------------------------------------

    def _timesheet_create_task(self, project):
        """Take over the work that has begun already, or else make it."""
        work = self._find_begun_works()[:1]
        return self._adopt_work(work) if work else super()._timesheet_create_task(project)

    def _find_begun_works(self):
        """Return the open works of the service of these lines that no order line has: of the deal, else of no deal."""
        order = self.order_id
        deals = (order.opportunity_id, self.env["crm.lead"])
        works = self.env["crm.work.starter"]._find_open_works(self._get_work_client(), self.product_template_id)
        works = works.filtered(lambda work: work.crm_deal_id in deals and work.company_id in self._get_own_companies())
        free = works.filtered(self._may_adopt) - self.search([("task_id", "in", works.ids)]).task_id
        return free.sorted(lambda work: work.crm_deal_id != order.opportunity_id)

    def _get_work_client(self):
        customer = self.order_id.partner_id
        return customer.client_id or customer.commercial_partner_id

    def _get_own_companies(self):
        return (self.env["res.company"], self.company_id)

    def _may_adopt(self, work):
        """Return whether no order sells ``work``: a line that it only has from its project sells another service."""
        seller = work.sale_line_id
        return not seller or seller in self or seller.product_template_id != work.work_service_id

    def _adopt_work(self, work):
        """Make ``work`` the task of the line, as if the line had made it; return it."""
        self.ensure_one()
        work.project_id.filtered(lambda project: not project.allow_billable).allow_billable = True
        self.task_id = work
        work.write(self._prepare_adoption(work))
        work.message_post(
            body=self.env._(
                "%(order)s sells this work (%(product)s).",
                order=self.order_id._get_html_link(),
                product=self.product_id.display_name,
            ),
            subtype_xmlid="mail.mt_note",
        )
        return work

    def _prepare_adoption(self, work):
        """Return what the line tells of a work that has begun; what delivery has planned already stays."""
        values = {"sale_line_id": self.id, **self._prepare_work_of_line()}
        if work.date_deadline:
            values.pop("date_deadline", None)
        if not work.allocated_hours and self.product_id.service_type != "milestones":
            values["allocated_hours"] = self._convert_qty_company_hours(self.company_id)
        return values

    # ------------------------------------------------------------
    # PROJECTS
    # ------------------------------------------------------------

    def _timesheet_create_project(self):
        """Take over the project that has begun already, or else make it; a template of the product is always followed."""
        project = not self.product_id.project_template_id and self._find_begun_project()
        return self._adopt_project(project) if project else super()._timesheet_create_project()

    def _find_begun_project(self):
        """Return the project where services of the order have begun and that no order has, or no project."""
        lines = self.order_id.order_line._get_so_lines_new_project()
        works = self._find_begun_works() or lines._find_begun_works()
        projects = works.project_id or self._find_deal_projects(lines.product_template_id)
        return projects.filtered(lambda project: not (project.sale_line_id or project.reinvoiced_sale_order_id))[:1]

    def _find_deal_projects(self, services):
        """Return the projects of the deal for any of ``services``, the newest first."""
        order = self.order_id
        projects = self.env["project.project"]
        if not order.opportunity_id:
            return projects
        return projects.search(
            [
                ("crm_deal_id", "=", order.opportunity_id.id),
                ("work_client_id", "=", self._get_work_client().id),
                ("work_service_ids", "in", services.ids),
                ("company_id", "in", [False, self.company_id.id]),
                ("is_template", "=", False),
            ],
            order="id DESC",
        )

    def _adopt_project(self, project):
        """Make ``project`` the one of the line, as if the line had made it; return it.

        It gets no order line of its own: Odoo would bill all its other tasks to that one line.
        """
        self.ensure_one()
        values = self._timesheet_create_project_prepare_values()
        project.write(
            {
                "allow_billable": True,
                "reinvoiced_sale_order_id": self.order_id.id,
                "account_id": project.account_id.id or values["account_id"],
                "crm_deal_id": project.crm_deal_id.id or self.order_id.opportunity_id.id,
            }
        )
        self.project_id = project
        return project
