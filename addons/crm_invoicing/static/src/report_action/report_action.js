import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { download } from "@web/core/network/download";
import { getReportUrl } from "@web/webclient/actions/reports/utils";

/**
 * Download the reports that WeasyPrint makes without asking for wkhtmltopdf first: where that program is missing, the
 * web client would show HTML instead.
 *
 * @param {Object} action the report action
 * @param {Object} options
 * @param {Object} env
 * @returns {Promise<boolean>} whether the action was one of those
 */
export async function downloadPrintedForm(action, options, env) {
    if (action.report_type !== "qweb-pdf" || action.pdf_engine !== "weasyprint") {
        return false;
    }
    env.services.ui.block();
    try {
        await download({
            url: "/report/download",
            data: {
                data: JSON.stringify([getReportUrl(action, "pdf"), action.report_type]),
                context: JSON.stringify({ ...user.context, ...action.context }),
            },
        });
    } finally {
        env.services.ui.unblock();
    }
    return true;
}

registry.category("ir.actions.report handlers").add("crm_invoicing.weasyprint", downloadPrintedForm);
