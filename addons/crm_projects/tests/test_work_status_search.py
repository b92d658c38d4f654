from datetime import timedelta

from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from odoo.addons.crm_projects.report.crm_work import OPEN_STATUSES, STATUSES

from .common import WorkCommon

KEYS = [status for status, _label in STATUSES]
PRIVACIES = ("followers", "invited_users", "employees", "portal")


@tagged("post_install", "-at_install")
class TestStatusSearch(WorkCommon):
    """A search by status finds of the works that one sees those of the status, and no others, whoever asks.

    There is a work of each status in a project of each privacy, in an archived one and in one of another company.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Second"})
        cls.follower = new_test_user(cls.env, "cp_follower", "base.group_user,project.group_project_user")
        cls.both = new_test_user(
            cls.env, "cp_both", "base.group_user,sales_team.group_sale_salesman,project.group_project_user"
        )
        cls.viewers = (
            cls.olena | cls.taras | cls.ivan | cls.head | cls.delivery | cls.executor | cls.follower | cls.both
        )
        cls.statuses = {}
        projects = [cls._create_project(cls.dnipro, privacy_visibility=privacy) for privacy in PRIVACIES]
        projects.append(cls._create_project(cls.karpaty, privacy_visibility="followers"))
        projects.append(cls._create_project(cls.karpaty, company_id=cls.company.id))
        archived = cls._create_project(cls.karpaty)
        for project in (*projects, archived):
            cls._create_works(project)
        projects[0].message_subscribe(cls.follower.partner_id.ids)
        executed = cls.env["project.task"].search([("project_id", "in", (projects[0] | projects[1]).ids)])
        executed[::2].user_ids = cls.executor
        archived.action_archive()
        cls.works = cls.env["project.task"].browse(cls.statuses)
        cls.env.flush_all()

    @classmethod
    def _create_project(cls, client, **vals):
        project = cls.env["crm.work.starter"]._create_project(client, {"name": f"Search {client.name}", **vals})
        project.message_unsubscribe(project.message_partner_ids.ids)
        return project

    @classmethod
    def _create_works(cls, project):
        now = fields.Datetime.now()
        next_week = cls.env["crm.work"].with_user(cls.olena)._get_next_week(now)
        closed = {"date_deadline": now - timedelta(days=1)}
        for status, vals in (
            ("late", {"date_deadline": now - timedelta(days=2), "is_work_under_way": True}),
            ("this_week", {"date_deadline": now + (next_week - now) / 2}),
            ("under_way", {"date_deadline": next_week + timedelta(days=9), "is_work_under_way": True}),
            ("planned", {"date_deadline": next_week + timedelta(days=9)}),
            ("planned", {}),
            ("done", {**closed, "state": "1_done"}),
            ("cancelled", {**closed, "state": "1_canceled"}),
        ):
            values = {"name": status, "user_ids": [Command.clear()], **vals}
            work = cls.env["crm.work.starter"]._create_work(project.partner_id, cls.service, project, values)
            cls.statuses[work.id] = status

    def _may_see(self, user, work):
        """The rights in words of Python: company, then own clients, then what the groups give."""
        project, privacy = work.project_id, work.project_id.privacy_visibility
        if work.company_id and work.company_id not in user.company_ids:
            return False
        if user._has_own_clients_only() and work.work_client_access not in (0, user.id):
            return False
        return (
            user.has_group("sales_team.group_sale_salesman")
            or user.has_group("project.group_project_manager")
            or privacy in ("employees", "portal")
            or user.partner_id in project.message_partner_ids
            or user in work.user_ids
        )

    def _works_of(self, user):
        companies = user.company_ids.ids
        return self.env["crm.work"].with_user(user).with_context(active_test=False, allowed_company_ids=companies)

    def _expect(self, user, statuses):
        return {work.id for work in self.works if self.statuses[work.id] in statuses and self._may_see(user, work)}

    # ------------------------------------------------------------
    # TESTS
    # ------------------------------------------------------------

    def test_the_cast_sees_different_works(self):
        """Without differences the other tests would prove nothing."""
        self.assertEqual(
            {user.login: len(self._expect(user, KEYS)) for user in self.viewers},
            {
                "cl_olena": 28,
                "cl_taras": 14,
                "cl_ivan": 42,
                "cl_head": 42,
                "cp_delivery": 42,
                "cp_executor": 28,  # half of the private works, and two open projects with the archived one
                "cp_follower": 28,
                "cp_both": 0,  # her clients stay her limit
            },
        )

    def test_who_finds_what_by_status(self):
        mine = ("id", "in", self.works.ids)
        for user in self.viewers:
            works = self._works_of(user)
            for statuses in (*([key] for key in KEYS), ["late", "planned"], ["late", "done"], KEYS, []):
                with self.subTest(user=user.login, statuses=statuses):
                    found = self._expect(user, statuses)
                    self.assertEqual(set(works.search([mine, ("status", "in", statuses)]).ids), found)
                    others = self._expect(user, KEYS) - found
                    self.assertEqual(set(works.search([mine, ("status", "not in", statuses)]).ids), others)
                    self.assertEqual(set(works.search([mine, "!", ("status", "in", statuses)]).ids), others)

    def test_another_company(self):
        self.viewers.company_ids |= self.company
        for user in self.viewers:
            found = self._works_of(user).search([("id", "in", self.works.ids), ("status", "=", "late")])
            self.assertEqual(set(found.ids), self._expect(user, ["late"]), user.login)
        self.assertEqual(len(self._expect(self.taras, ["late"])), 3)

    def test_groups_count_what_a_search_finds(self):
        mine = [("id", "in", self.works.ids)]
        for user in self.viewers:
            works = self._works_of(user)
            expected = {key: len(self._expect(user, [key])) for key in KEYS}
            counts = dict(works._read_group(mine, ["status"], ["__count"]))
            self.assertEqual(counts, {key: count for key, count in expected.items() if count}, user.login)
            columns = works.web_read_group(mine, ["status"], ["__count"], auto_unfold=True)["groups"]
            opened = {group["status"]: len(group.get("__records", ())) for group in columns if group.get("__records")}
            self.assertEqual(opened, counts, user.login)

    def test_through_a_project(self):
        """The status of works is asked from their projects, too."""
        projects = self.env["crm.client.project"].with_user(self.olena).search([("work_ids.status", "=", "late")])
        late = self.works.browse(self._expect(self.olena, ["late"]))
        self.assertEqual(set(projects.ids), set(late.project_id.ids))

    def test_only_open_statuses_are_told_to_be_open(self):
        """The database finds them by the index of open works; of others it would be wrong."""
        works = self.env["crm.work"]
        for operator, value, is_open in (
            *(("=", key, key in OPEN_STATUSES) for key in KEYS),
            ("in", list(OPEN_STATUSES), True),
            ("in", ("late",), True),
            ("in", ["late", "done"], False),
            ("in", ["late", False], False),
            ("not in", ["late"], False),
            ("!=", "late", False),
        ):
            with self.subTest(operator=operator, value=value):
                where = works._search([("status", operator, value)]).where_clause.code
                self.assertEqual('"date_closed" IS NULL' in where, is_open)

    def test_days_late_are_whole_days(self):
        """24 hours after the deadline begin the first day; until the delivery, or until now."""
        work, hour = self.work_dnipro, timedelta(hours=1)
        now = fields.Datetime.now()
        for after, days in (
            (-30 * hour, 0),
            (0 * hour, 0),
            (23 * hour, 0),
            (24 * hour, 1),
            (47 * hour, 1),
            (900 * hour, 37),
        ):
            work.date_deadline = now - after - timedelta(minutes=1)
            self.assertEqual(self._row(work).days_late, days)
        work.state = "1_done"
        work.date_deadline = work.work_closed_date - 48 * hour
        self.assertEqual(self._row(work).days_late, 2)
        work.date_deadline = False
        self.assertEqual(self._row(work).days_late, 0)
