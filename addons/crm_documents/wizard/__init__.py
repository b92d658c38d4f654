from . import crm_document_reason
