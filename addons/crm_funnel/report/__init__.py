from . import crm_work_report
