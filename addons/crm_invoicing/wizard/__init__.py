from . import crm_mailbox
from . import crm_invoice_entry
from . import crm_invoice_entry_line
from . import crm_invoice_entry_issue
from . import crm_plan_import
