from . import base_partner_merge
from . import crm_client_fill
from . import crm_client_merge
