import { registry } from "@web/core/registry";
import { CalendarModel } from "@web/views/calendar/calendar_model";
import { calendarView } from "@web/views/calendar/calendar_view";

const CLOSED = ["done", "cancelled"];

/** Whose each work is, because works of one service have one name; late ones are marked, closed ones struck through. */
export class WorkCalendarModel extends CalendarModel {
    normalizeRecord(rawRecord) {
        const record = super.normalizeRecord(rawRecord);
        const mark = rawRecord.status === "late" ? "⚠ " : "";
        return {
            ...record,
            title: `${mark}${rawRecord.client_id[1]}: ${record.title}`,
            isStriked: CLOSED.includes(rawRecord.status),
        };
    }
}

registry.category("views").add("crm_work_calendar", { ...calendarView, Model: WorkCalendarModel });
