import { inputFiles } from "@web/../tests/utils";
import { registry } from "@web/core/registry";

/** The end of a call whose result takes a file. */
registry.category("web_tour.tours").add("crm_call_with_file", {
    steps: () => [
        { trigger: ".o_call_end", run: "click" },
        { trigger: ".o_call_outcome:contains('Agreed')", content: "what it came to", run: "click" },
        { trigger: ".o_call_missing:contains('a file')" },
        {
            trigger: ".o_call_files input[type=file]:not(:visible)",
            async run() {
                await inputFiles(".o_call_files input[type=file]", [new File(["Offer"], "offer.txt")]);
            },
        },
        { trigger: ".o_call_file:contains('offer.txt')" },
        { trigger: ".o_call_do_finish:enabled", run: "click" },
        { trigger: ".o_call_done" },
    ],
});
