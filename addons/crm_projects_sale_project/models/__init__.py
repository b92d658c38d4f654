from . import crm_work_starter
from . import crm_lead
from . import project_project
from . import sale_order_line
from . import sale_order_line_work
