from odoo.fields import Command
from odoo.tests import TransactionCase

from odoo.addons.mail.tests.common import mail_new_test_user

PASSWORD = "channels-Pa55word"


class ChannelCast:
    """The people and channels that all tests of this addon play with.

    `head` administers sales; `leader` leads the channel *Website* without being an administrator; `manager` is a
    member of it with his own documents only; `rival` works in *Partners*; `outsider` has no sales rights at all.
    """

    @classmethod
    def _set_up_cast(cls):
        cls.head = cls._new_user("channel_head", "sales_team.group_sale_manager")
        cls.leader = cls._new_user("channel_leader", "sales_team.group_sale_salesman_all_leads")
        cls.manager = cls._new_user("channel_manager", "sales_team.group_sale_salesman")
        cls.rival = cls._new_user("channel_rival", "sales_team.group_sale_salesman")
        cls.outsider = cls._new_user("channel_outsider", "base.group_user")
        # other channels of the database must not mix in
        cls.env["crm.team"].search([]).active = False
        cls.website = cls.env["crm.team"].create(
            {
                "name": "Website",
                "sequence": 1,
                "user_id": cls.leader.id,
                "member_ids": [Command.set(cls.manager.ids)],
                "company_id": False,
            }
        )
        # as a person does it, so that the menu comes along
        cls.website.with_user(cls.head).use_leads = True
        cls.partners = cls.env["crm.team"].create(
            {
                "name": "Partners",
                "sequence": 2,
                "member_ids": [Command.set(cls.rival.ids)],
                "company_id": False,
            }
        )
        cls.customer = cls.env["res.partner"].create({"name": "Lumen Trade", "email": "lumen@example.com"})
        cls.product = cls.env["product.product"].create(
            {"name": "Consulting", "type": "service", "list_price": 100.0, "taxes_id": False, "invoice_policy": "order"}
        )

    @classmethod
    def _new_user(cls, login, groups):
        return mail_new_test_user(
            cls.env,
            login=login,
            name=login.replace("channel_", "").capitalize(),
            email=f"{login}@example.com",
            password=PASSWORD,
            groups=groups,
            company_id=cls.env.company.id,
            company_ids=[Command.set(cls.env.company.ids)],
            tz="UTC",
        )

    @classmethod
    def _new_deal(cls, name="Deal", **values):
        return cls.env["crm.lead"].create(
            {
                "name": name,
                "type": "opportunity",
                "user_id": cls.manager.id,
                "team_id": cls.website.id,
                "partner_id": cls.customer.id,
                **values,
            }
        )

    @classmethod
    def _new_order(cls, price=100.0, **values):
        return cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "user_id": cls.manager.id,
                "team_id": cls.website.id,
                "order_line": [Command.create({"product_id": cls.product.id, "price_unit": price})],
                **values,
            }
        )


class ChannelCommon(ChannelCast, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
