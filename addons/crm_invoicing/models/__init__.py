from . import crm_requisites
from . import crm_printed_paper
from . import account_move
from . import sale_order
from . import crm_document
from . import crm_invoice_letter
