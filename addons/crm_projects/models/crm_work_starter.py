from datetime import datetime, time, timedelta

from pytz import utc

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

LAST_DAY = datetime.max.date() - timedelta(days=1)  # whose end has a time of UTC in every time zone


class CrmWorkStarter(models.AbstractModel):
    """How a client's project and its works begin: the one place for Add Project, the work report and a won deal.

    A salesperson hands over what he sold, also without rights in Project; from then on it is delivery's.
    """

    _name = "crm.work.starter"
    _description = "Beginning of Works"

    @api.model
    def _check_may_start(self, client, adds_project=False):
        """Let a salesperson start works of a client that he may edit, and who works in Project any that he sees.

        :raises AccessError: if the user may not
        """
        client.check_access("read")
        user = self.env.user
        if self.env.su or user.has_group("project.group_project_manager"):
            return
        if user.has_group("sales_team.group_sale_salesman"):
            client.check_access("write")
        elif adds_project or not user._is_in_projects():
            raise AccessError(self.env._("Projects of clients are added by salespeople and by project managers."))

    @api.model
    def _check_deal(self, deal, client):
        """Let only a deal of the client that the user may read be named in a project.

        :raises AccessError: if the user may not read the deal
        :raises UserError: if it is another client's
        """
        if not deal:
            return
        deal.check_access("read")
        if deal.partner_id and deal._get_work_client() != client:
            raise UserError(
                self.env._("The deal “%(deal)s” is not with %(client)s.", deal=deal.name, client=client.display_name)
            )

    @api.model
    def _check_executors(self, users):
        """:raises UserError: if one of ``users`` does not work in Project: he would get the task, and could not do it"""
        strangers = users.filtered(lambda user: not user._is_in_projects())
        if strangers:
            names = ", ".join(strangers.mapped("name"))
            raise UserError(self.env._("Only who works in Project can be responsible, not %(users)s.", users=names))

    @api.model
    def _lock_client(self, client):
        """Let two who start works of one client at once do so one after the other; the second sees what the first did."""
        client.flush_recordset()
        self.env.cr.execute("UPDATE res_partner SET write_date = write_date WHERE id = %s", [client.id])

    # ------------------------------------------------------------
    # PROJECTS
    # ------------------------------------------------------------

    @api.model
    def _create_project(self, client, vals, template=None):
        """Create a project of ``client`` after the user's right to do so was checked.

        :param dict vals: values of project.project
        :param template: crm.project.template, or nothing
        :return: the project, in superuser mode
        """
        # sudo: a salesperson hands over to delivery without rights in Project, see `_check_may_start`
        projects = self.env["project.project"].sudo().with_context(mail_create_nosubscribe=True)
        vals = {**self._prepare_project(client), **vals}
        if template:
            project = projects.browse(template.id).action_create_from_template(vals)
        else:
            project = projects.create(vals)
            self._set_stages(project)
        project.message_unsubscribe(self._get_strangers().ids)
        return project

    @api.model
    def _prepare_project(self, client):
        """Return the values of a new project of ``client``; other addons add theirs."""
        return {
            "name": client.display_name,
            "partner_id": client.id,
            "company_id": client.company_id.id,
            "user_id": self.env.uid if self.env.user._is_in_projects() else False,
        }

    @api.model
    def _set_stages(self, project):
        """Give a project without columns those that most projects have: tasks without a column are easily overlooked."""
        if not project.type_ids:
            project.type_ids = (
                self.env["project.task.type"].sudo().create(self._prepare_stages())
            )  # sudo: as the project

    @api.model
    def _prepare_stages(self):
        names = (self.env._("To Do"), self.env._("In Progress"), self.env._("Delivered"))
        return [
            {"name": name, "sequence": 10 * number, "fold": number == len(names), "user_id": False}
            for number, name in enumerate(names, start=1)
        ]

    @api.model
    def _get_strangers(self):
        """Return the partner of the user if he may not read what is said in Project, so he must not follow it either."""
        user = self.env.user
        return user.partner_id if user.reads_works_only else user.partner_id.browse()

    @api.model
    def _find_project(self, client, service, deal):
        """Return the project of ``client`` where ``service`` belongs, or no project: of the deal, with the service, newest."""
        # sudo: a work of a salesperson goes into a project that he does not see
        projects = (
            self.env["project.project"]
            .sudo()
            .search([("work_client_id", "=", client.id), ("is_template", "=", False)], order="id DESC", limit=100)
            .filtered(lambda project: project.company_id in (client.company_id.browse(), self.env.company))
        )
        if deal:
            projects = projects.filtered(lambda project: project.crm_deal_id in (deal, deal.browse()))
        return projects.sorted(lambda project: (project.crm_deal_id != deal, service not in project.work_service_ids))[
            :1
        ]

    # ------------------------------------------------------------
    # WORKS
    # ------------------------------------------------------------

    @api.model
    def _find_open_works(self, clients, services):
        """Return the open works of ``services`` for ``clients`` whoever may see them, the oldest first."""
        # sudo: a second work for the same service is not to begin because somebody does not see the first
        tasks = self.env["project.task"].sudo()
        return tasks.search(
            tasks._get_open_works_domain()
            & Domain("work_client_id", "in", clients.ids)
            & Domain("work_service_id", "in", services.ids),
            order="id",
        )

    @api.model
    def _create_work(self, client, service, project, vals):
        """Create the work of ``service`` in ``project`` after the user's right to do so was checked.

        :param dict vals: values of project.task
        :return: the task, in superuser mode
        """
        # sudo: see `_create_project`
        work = self.env["project.task"].sudo().create({**self._prepare_work(client, service, project), **vals})
        work.message_unsubscribe(self._get_strangers().ids)
        project.work_service_ids |= service
        return work

    @api.model
    def _prepare_work(self, client, service, project):
        """Return the values of a new work; other addons add theirs."""
        return {
            "name": service.name,
            "project_id": project.id,
            "partner_id": client.id,
            "company_id": project.company_id.id,
            "work_service_id": service.id,
            "user_ids": False,
        }

    # ------------------------------------------------------------
    # DEADLINES
    # ------------------------------------------------------------

    @api.model
    def _to_deadline(self, date):
        """Return the end of ``date`` in the user's time zone as a naive time of UTC, False without a date."""
        if not date:
            return False
        local = self.env.tz.localize(datetime.combine(min(date, LAST_DAY), time(23, 59, 59)))
        return local.astimezone(utc).replace(tzinfo=None)

    @api.model
    def _to_date(self, deadline):
        """Return the day of a deadline in the user's time zone, False without one."""
        return bool(deadline) and fields.Datetime.context_timestamp(self, deadline).date()

    @api.model
    def _check_new_deadline(self, date, name):
        """:raises UserError: if the day is over"""
        if date and date < fields.Date.context_today(self):
            raise UserError(self.env._("The delivery deadline of “%(work)s” is in the past.", work=name))
