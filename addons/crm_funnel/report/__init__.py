from . import crm_work_report
from . import crm_lead_pyramid
from . import crm_funnel_report
from . import crm_process_figures
from . import crm_funnel_chart
from . import crm_funnel_clients
from . import crm_funnel_workbook
