from . import crm_funnel_files
