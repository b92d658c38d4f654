from odoo import models


class SaleOrderLine(models.Model):
    """Projects and tasks that order lines make belong to the client's works."""

    _inherit = "sale.order.line"

    def _timesheet_service_generation(self):
        """Make projects and tasks as the confirmation of an order does, whoever adds a line or raises a quantity."""
        # sudo: Odoo confirms orders so, and a salesperson without rights in Project changes them too
        lines = self.sudo()
        for client in lines._get_lines_to_deliver().order_partner_id.client_id:
            self.env["crm.work.starter"]._lock_client(client)
        result = super(SaleOrderLine, lines)._timesheet_service_generation()
        lines._note_services()
        return result

    def _get_lines_to_deliver(self):
        """Return the lines that make a project or a task once the order is confirmed."""
        return self._get_so_lines_task_global_project() | self._get_so_lines_new_project()

    def _note_services(self):
        """Write the services of these lines into the projects of clients that deliver them."""
        services = {}
        for line in self._get_lines_to_deliver():
            for project in (line.project_id | line.task_id.project_id).filtered("work_client_id"):
                services[project] = services.get(project, self.env["product.template"]) | line.product_template_id
        for project, sold in services.items():
            project.work_service_ids |= sold

    def _timesheet_create_task_prepare_values(self, project):
        return {**super()._timesheet_create_task_prepare_values(project), **self._prepare_work_of_line()}

    def _prepare_task_template_vals(self, template, project):
        return {**super()._prepare_task_template_vals(template, project), **self._prepare_work_of_line()}

    def _prepare_work_of_line(self):
        """Return what makes the task of the line a work; the delivery date promised in the order is its deadline."""
        deadline = self.order_id.commitment_date
        return {
            "work_service_id": self.product_template_id.id,
            "crm_deal_id": self.order_id.opportunity_id.id,
            **({"date_deadline": deadline} if deadline else {}),
        }

    # ------------------------------------------------------------
    # SELLING WITHOUT RIGHTS IN PROJECT
    # ------------------------------------------------------------

    def write(self, vals):
        """Let a salesperson without rights in Project change quantities: the hours of the tasks follow."""
        if "product_uom_qty" not in vals or self.env.su or not self.env.user.reads_works_only:
            return super().write(vals)
        result = super(SaleOrderLine, self.with_context(no_update_allocated_hours=True)).write(vals)
        # sudo: the hours of a task are what the line sells, and the line is his
        self.sudo()._update_task_hours()
        return result

    def _update_task_hours(self):
        for line in self.filtered(lambda line: line.task_id and line.product_id.type == "service"):
            company = line.task_id.company_id or self.env.user.company_id
            line.task_id.allocated_hours = line._convert_qty_company_hours(company)

    def _prepare_invoice_line(self, **optional_values):
        # sudo: the account of the project is read, and a salesperson who invoices need not see the project
        return super(SaleOrderLine, self.sudo())._prepare_invoice_line(**optional_values)

    def _timesheet_create_project(self):
        project = super()._timesheet_create_project()
        self._unfollow(project)
        self._unfollow(project.task_ids)
        return project

    def _timesheet_create_task(self, project):
        task = super()._timesheet_create_task(project)
        self._unfollow(task | task.child_ids)
        return task

    def _unfollow(self, records):
        """Take the user off the followers of what his order made if he may not read what is said there."""
        strangers = self.env["crm.work.starter"]._get_strangers()
        users = "user_ids" if records._name == "project.task" else "user_id"
        if strangers:
            records.filtered(lambda record: self.env.user not in record[users]).message_unsubscribe(strangers.ids)
