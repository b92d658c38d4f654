import { registry } from "@web/core/registry";

import { PyramidArchParser } from "./pyramid_arch_parser";
import { PyramidController } from "./pyramid_controller";
import { PyramidModel } from "./pyramid_model";
import { PyramidSearchModel } from "./pyramid_search_model";

export const pyramidView = {
    type: "pyramid",
    ArchParser: PyramidArchParser,
    Controller: PyramidController,
    Model: PyramidModel,
    SearchModel: PyramidSearchModel,
    searchMenuTypes: ["filter", "favorite"],

    props(genericProps, view) {
        const { arch, resModel, state } = genericProps;
        const isRestored = Boolean(state?.settings);
        return {
            ...genericProps,
            Model: view.Model,
            modelParams: {
                resModel,
                isRestored,
                settings: isRestored ? state.settings : new view.ArchParser().parse(arch),
            },
        };
    },
};

registry.category("views").add("pyramid", pyramidView);
