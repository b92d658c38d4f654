import { registry } from "@web/core/registry";
import { CalendarController } from "@web/views/calendar/calendar_controller";
import { CalendarModel } from "@web/views/calendar/calendar_model";
import { calendarView } from "@web/views/calendar/calendar_view";

import { CLOSED_STATUSES } from "../work_status/work_status";

/** Whose each work is, because works of one service have one name; late ones are marked, closed ones struck through. */
export class WorkCalendarModel extends CalendarModel {
    normalizeRecord(rawRecord) {
        const record = super.normalizeRecord(rawRecord);
        const mark = rawRecord.status === "late" ? "⚠ " : "";
        return {
            ...record,
            title: `${mark}${rawRecord.client_id[1]}: ${record.title}`,
            isStriked: CLOSED_STATUSES.includes(rawRecord.status),
        };
    }
}

/** A work opens as in the list: the task for who works in Project, and else what the seller may know. */
export class WorkCalendarController extends CalendarController {
    async editRecord({ id }) {
        await this.action.doAction(await this.orm.call(this.model.resModel, "action_open", [[id]]));
    }
}

registry.category("views").add("crm_work_calendar", {
    ...calendarView,
    Controller: WorkCalendarController,
    Model: WorkCalendarModel,
});
