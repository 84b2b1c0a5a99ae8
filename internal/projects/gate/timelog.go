package gate

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/work"
)

// TimeInput are hours to log or, with an ID, to change at their version. Kind is
// ItemTask, ItemBug or empty for the project in general; Member zero is the one who acts.
type TimeInput struct {
	ID       id.ID  `json:"id"`
	Version  int64  `json:"version"`
	Kind     string `json:"kind"`
	Item     id.ID  `json:"item"`
	Member   id.ID  `json:"member"`
	Day      string `json:"day"`
	Minutes  int    `json:"minutes"`
	Billable bool   `json:"billable"`
	Note     string `json:"note"`
}

// TimeLog is what somebody worked on a day.
type TimeLog struct {
	TimeInput
	ItemTitle string     `json:"item_title"`
	MemberRef Ref        `json:"member_ref"`
	Rights    ItemRights `json:"rights"`
}

// TimeQuery filters the hours of a project: of one member, from and to a day.
type TimeQuery struct {
	Member id.ID        `json:"member"`
	From   string       `json:"from"`
	To     string       `json:"to"`
	Page   page.Request `json:"page"`
}

// TimeSheet is a page of hours, the latest day first, with the minutes of all that match.
type TimeSheet struct {
	page.Page[TimeLog]
	Minutes  int64 `json:"minutes"`
	Billable int64 `json:"billable"`
}

func timeValue(t work.TimeLog) TimeLog {
	return TimeLog{TimeInput: TimeInput(t.TimeInput), ItemTitle: t.ItemTitle, MemberRef: ref(t.MemberRef), Rights: ItemRights(t.Rights)}
}

// TimeSheetOf turns a sheet of Projects into the gate's.
func TimeSheetOf(in work.TimeSheet) TimeSheet {
	return TimeSheet{Page: mapPage(in.Page, timeValue), Minutes: in.Minutes, Billable: in.Billable}
}

// TimeLogOf turns an entry of Projects into the gate's.
func TimeLogOf(in work.TimeLog) TimeLog { return timeValue(in) }

func (p *person) TimeSheet(ctx context.Context, project id.ID, q TimeQuery) (TimeSheet, error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return TimeSheet{}, err
	}
	sheet, err := w.TimeLogs(ctx, as, project, work.TimeQuery(q))
	return TimeSheetOf(sheet), err
}

func (p *person) TimeLog(ctx context.Context, project, entry id.ID) (TimeLog, error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return TimeLog{}, err
	}
	t, err := w.TimeLog(ctx, as, project, entry)
	return timeValue(t), err
}

func (p *person) SaveTimeLog(ctx context.Context, idem string, project id.ID, in TimeInput) (TimeLog, error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return TimeLog{}, err
	}
	t, err := w.SaveTimeLog(ctx, as, project, idem, work.TimeInput(in))
	return timeValue(t), err
}

func (p *person) DeleteTimeLog(ctx context.Context, project, entry id.ID) error {
	as, w, err := p.enter(ctx)
	if err != nil {
		return err
	}
	return w.DeleteTimeLog(ctx, as, project, entry)
}
