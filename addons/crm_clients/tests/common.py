from odoo.tests import new_test_user
from odoo.tests.common import TransactionCase


class ClientCast:
    """The cast of the client directory: a head, two managers with their own clients, one who sees all.

    olena: Dnipro LLC (contact person Petro), taras: Karpaty LLC (contact person Oksana, a deal, a task, a note, a file).
    """

    @classmethod
    def _set_up_cast(cls):
        cls.head = new_test_user(cls.env, "cl_head", "base.group_user,sales_team.group_sale_manager", name="Head")
        cls.olena = new_test_user(cls.env, "cl_olena", "base.group_user,sales_team.group_sale_salesman", name="Olena")
        cls.taras = new_test_user(cls.env, "cl_taras", "base.group_user,sales_team.group_sale_salesman", name="Taras")
        cls.ivan = new_test_user(
            cls.env,
            "cl_ivan",
            "base.group_user,sales_team.group_sale_salesman,crm_clients.crm_clients_group_all",
            name="Ivan",
        )
        cls.clerk = new_test_user(cls.env, "cl_clerk", "base.group_user,base.group_partner_manager", name="Clerk")
        # the names the other tests of the addon use
        cls.manager_olena, cls.manager_taras, cls.manager_all = cls.olena, cls.taras, cls.ivan

        cls.type_new = cls.env.ref("crm_clients.crm_client_type_new")
        cls.type_client = cls.env.ref("crm_clients.crm_client_type_client")
        cls.type_competitor = cls.env.ref("crm_clients.crm_client_type_competitor")
        cls.level_possible = cls.env.ref("crm_clients.crm_client_level_possible")
        cls.level_regular = cls.env.ref("crm_clients.crm_client_level_regular")
        cls.source = cls.env["utm.source"].create({"name": "Exhibition in Lviv"})
        cls.service, cls.other_service = cls.env["product.template"].create(
            [
                {"name": "Website promotion", "type": "service", "is_client_service": True},
                {"name": "Web design", "type": "service", "is_client_service": True},
            ]
        )
        cls.dnipro = cls._create_client(
            "Dnipro LLC", cls.olena, phone="+380 44 200 0001", email="office@dnipro.example"
        )
        cls.karpaty = cls._create_client(
            "Karpaty LLC", cls.taras, phone="+380 32 200 0002", email="office@karpaty.example"
        )
        cls.petro, cls.oksana = cls.env["res.partner"].create(
            [
                {"name": "Petro", "parent_id": cls.dnipro.id, "email": "petro@dnipro.example"},
                {"name": "Oksana", "parent_id": cls.karpaty.id, "email": "oksana@karpaty.example"},
            ]
        )
        cls.deal_dnipro = cls._create_deal("Dnipro deal", cls.dnipro, cls.olena)
        cls.deal_karpaty = cls._create_deal("Karpaty deal", cls.oksana, cls.taras)

    @classmethod
    def _create_client(cls, name, manager, **vals):
        return cls.env["res.partner"].create(
            {"name": name, "is_company": True, "client_type_id": cls.type_client.id, "user_id": manager.id, **vals}
        )

    @classmethod
    def _create_deal(cls, name, partner, salesperson, **vals):
        return cls.env["crm.lead"].create(
            {"name": name, "type": "opportunity", "partner_id": partner.id, "user_id": salesperson.id, **vals}
        )


class ClientCommon(ClientCast, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
