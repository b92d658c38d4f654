import { Domain } from "@web/core/domain";
import { registry } from "@web/core/registry";
import { GraphRenderer } from "@web/views/graph/graph_renderer";
import { graphView } from "@web/views/graph/graph_view";
import { PivotRenderer } from "@web/views/pivot/pivot_renderer";
import { pivotView } from "@web/views/pivot/pivot_view";

/**
 * Which rows make up a measure. The statistics hold inquiries and costs: whoever presses "7 won deals" wants to see
 * those 7, and neither the other inquiries of the source nor what it cost on each day.
 */
const INQUIRIES = [["lead_id", "!=", false]];
const WON = [["won", "=", 1]];
const COSTS = [["cost_id", "!=", false]];
const WON_AND_COSTS = Domain.or([WON, COSTS]).toList();
const ROWS_OF_MEASURE = {
    inquiries: INQUIRIES,
    qualified: [["qualified", "=", 1]],
    won: WON,
    revenue: WON,
    cost: COSTS,
    profit: WON_AND_COSTS,
    qualified_rate: INQUIRIES,
    conversion_rate: INQUIRIES,
    cost_per_client: WON_AND_COSTS,
    return_rate: WON_AND_COSTS,
};

export function restrictToMeasure(domain, measure) {
    return Domain.and([domain, ROWS_OF_MEASURE[measure] || []]).toList();
}

export class SourcePivotRenderer extends PivotRenderer {
    onOpenView(cell, ...args) {
        this.openedMeasure = cell.measure;
        return super.onOpenView(cell, ...args);
    }

    openView(domain, ...args) {
        return super.openView(restrictToMeasure(domain, this.openedMeasure), ...args);
    }
}

export class SourceGraphRenderer extends GraphRenderer {
    openView(domain, ...args) {
        return super.openView(restrictToMeasure(domain, this.model.metaData.measure), ...args);
    }
}

registry.category("views").add("crm_source_pivot", { ...pivotView, Renderer: SourcePivotRenderer });
registry.category("views").add("crm_source_graph", { ...graphView, Renderer: SourceGraphRenderer });
