import { Domain } from "@web/core/domain";
import { registry } from "@web/core/registry";
import { GraphRenderer } from "@web/views/graph/graph_renderer";
import { graphView } from "@web/views/graph/graph_view";
import { PivotRenderer } from "@web/views/pivot/pivot_renderer";
import { pivotView } from "@web/views/pivot/pivot_view";

/** Which rows make up a measure: whoever presses a sum of money received wants to see that money, and no plan. */
const KINDS_OF_MEASURE = {
    plan_amount: ["plan"],
    fact_amount: ["payment", "by_hand"],
    difference: ["plan", "payment", "by_hand"],
    fulfilment: ["plan", "payment", "by_hand"],
    forecast_amount: ["forecast"],
};

export function restrictToMeasure(domain, measure) {
    const kinds = KINDS_OF_MEASURE[measure];
    return Domain.and([domain, kinds ? [["kind", "in", kinds]] : []]).toList();
}

export class PlanPivotRenderer extends PivotRenderer {
    onOpenView(cell, ...args) {
        this.openedMeasure = cell.measure;
        return super.onOpenView(cell, ...args);
    }

    openView(domain, ...args) {
        return super.openView(restrictToMeasure(domain, this.openedMeasure), ...args);
    }
}

export class PlanGraphRenderer extends GraphRenderer {
    openView(domain, ...args) {
        return super.openView(restrictToMeasure(domain, this.model.metaData.measure), ...args);
    }
}

registry.category("views").add("crm_plan_pivot", { ...pivotView, Renderer: PlanPivotRenderer });
registry.category("views").add("crm_plan_graph", { ...graphView, Renderer: PlanGraphRenderer });
