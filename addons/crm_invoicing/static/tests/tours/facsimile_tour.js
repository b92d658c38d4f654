import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

/** Give the hidden input of the editor a sheet of white paper with a block of ink, 200 x 100 pixels large. */
async function chooseScan() {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [400, 200];
    const context = canvas.getContext("2d");
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, 400, 200);
    context.fillStyle = "#182896";
    context.fillRect(100, 50, 200, 100);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    const transfer = new DataTransfer();
    transfer.items.add(new File([blob], "stamp.png", { type: "image/png" }));
    const input = document.querySelector(".o_facsimile_file");
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
}

registry.category("web_tour.tours").add("crm_invoicing_facsimile", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        { trigger: ".o_app[data-menu-xmlid='crm.crm_menu_root']", run: "click" },
        { trigger: "button[data-menu-xmlid='crm.crm_menu_config']", run: "click" },
        { trigger: ".dropdown-item[data-menu-xmlid='crm_invoicing.crm_facsimile_menu']", run: "click" },
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_field_widget[name=name] input", run: "edit Stamp from the tour" },
        { trigger: ".o_field_widget[name=kind] label:contains(Stamp)", run: "click" },
        { trigger: ".o_facsimile_upload", run: "click" },
        { trigger: ".o_facsimile_choose", run: chooseScan },
        { trigger: ".o_facsimile_frame" },
        { trigger: ".o_facsimile_turn", run: "click" },
        { trigger: ".o_facsimile_save:enabled", run: "click" },
        { trigger: ".o_facsimile_hidden" },
        { trigger: ".o_facsimile_upload:contains(Replace)" },
    ],
});
