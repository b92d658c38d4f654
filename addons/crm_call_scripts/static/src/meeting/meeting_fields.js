import { deserializeDateTime } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { recordResult } from "@crm_funnel/result_buttons/result_recording";
import { ResultButtonsField, resultButtonsField } from "@crm_funnel/result_buttons/result_buttons_field";

import { Component } from "@odoo/owl";

/** The proposed times of a meeting, [{start, stop, label}]: one press takes one over. */
export class MeetingSlotsField extends Component {
    static template = "crm_call_scripts.MeetingSlotsField";
    static props = { ...standardFieldProps };

    get slots() {
        return this.props.record.data[this.props.name] || [];
    }

    isChosen(slot) {
        const { start } = this.props.record.data;
        return Boolean(start) && deserializeDateTime(slot.start).toMillis() === start.toMillis();
    }

    choose(slot) {
        return this.props.record.update({ start: deserializeDateTime(slot.start) });
    }
}

/** What stands against the chosen time, in words: shown, and never in the way. */
export class MeetingConflictsField extends Component {
    static template = "crm_call_scripts.MeetingConflictsField";
    static props = { ...standardFieldProps };

    get conflicts() {
        return this.props.record.data[this.props.name] || [];
    }
}

/** The result buttons of the deal on its meeting: the result is that of the meeting as well. */
export class MeetingResultButtonsField extends ResultButtonsField {
    record(button) {
        const context = { crm_meeting_id: this.props.record.resId };
        return recordResult(this.services, this.dealId, button, this.info.last_result_id, { context });
    }
}

const fields = registry.category("fields");
fields.add("meeting_slots", { component: MeetingSlotsField, supportedTypes: ["json"] });
fields.add("meeting_conflicts", { component: MeetingConflictsField, supportedTypes: ["json"] });
fields.add("meeting_result_buttons", { ...resultButtonsField, component: MeetingResultButtonsField });
