package work

import (
	"context"
	"strings"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

const kindTime = "time"

// Bounds of hours: those of a day, whatever the projects.
const (
	maxMinutes = 24 * 60
	maxNote    = 500 // characters
	// earliest is how far ahead of UTC the first people on Earth have their day: whoever
	// logs today's hours may live far east of the portal.
	earliest = 14 * time.Hour
)

// TimeLog is what somebody worked on a day: on a task or bug, or on the project in
// general (Kind empty).
type TimeLog struct {
	TimeInput
	ItemTitle string
	MemberRef portal.Ref
	Rights    ItemRights
}

// TimeInput are hours to log or, with an ID, to change at their version. Member zero
// is the acting one.
type TimeInput struct {
	ID       id.ID
	Version  int64
	Kind     string // KindTask, KindBug or empty
	Item     id.ID
	Member   id.ID
	Day      string
	Minutes  int
	Billable bool
	Note     string
}

// TimeQuery filters the hours of a project: of one member, from and to a day.
type TimeQuery struct {
	Member id.ID
	From   string
	To     string
	Page   page.Request
}

// TimeSheet is a page of hours, the latest day first, with the sums of all that match.
type TimeSheet struct {
	page.Page[TimeLog]
	Minutes  int64
	Billable int64
}

// TimeLogs lists the hours of a project the badge may see: everybody's or its own.
func (s *Service) TimeLogs(ctx context.Context, as portal.Member, project id.ID, q TimeQuery) (TimeSheet, error) {
	var out TimeSheet
	_, st, err := s.enter(ctx, as, project)
	if err != nil {
		return out, err
	}
	c := newCheck()
	c.span("from", q.From, "to", q.To)
	if err := c.ok(); err != nil {
		return out, err
	}
	switch st.level(portal.ActViewTime) {
	case portal.LevelAll:
	case portal.LevelSelf:
		if q.Member != 0 && !st.mine(q.Member) {
			return out, nil
		}
		q.Member = as.ID()
	default:
		return out, forbidden(portal.ActViewTime)
	}
	day, last, err := timeCursor(q.Page.Cursor)
	if err != nil {
		return out, err
	}
	list, err := listTime(ctx, s.db, as.Portal(), project, q, day, last, q.Page.Limit()+1)
	if err != nil {
		return out, err
	}
	if len(list) > q.Page.Limit() {
		list = list[:q.Page.Limit()]
		end := list[len(list)-1]
		out.Next = end.Day + "." + end.ID.String()
	}
	for i := range list {
		list[i].Rights = st.time(list[i].Member)
	}
	out.Items = list
	out.Minutes, out.Billable, err = sumTime(ctx, s.db, as.Portal(), project, q)
	return out, err
}

// timeCursor reads where a page begins: before this day, or on it before this id.
func timeCursor(text string) (string, id.ID, error) {
	if text == "" {
		return noDay, id.Max, nil
	}
	day, tail, _ := strings.Cut(text, ".")
	last, err := id.Parse(tail)
	if err != nil || !newCheck().day("cursor", day) {
		return "", 0, fault.Invalid("work.fault.cursor")
	}
	return day, last, nil
}

// time says what the badge may do with the hours of a member.
func (st stance) time(member id.ID) ItemRights {
	may := st.may(portal.ActLogTime, portal.Facts{Self: st.mine(member)})
	return ItemRights{Edit: may, Delete: may}
}

// TimeLog gives one entry.
func (s *Service) TimeLog(ctx context.Context, as portal.Member, project, entry id.ID) (TimeLog, error) {
	_, st, err := s.enter(ctx, as, project)
	if err != nil {
		return TimeLog{}, err
	}
	return findTime(ctx, s.db, st, project, entry)
}

// SaveTimeLog logs hours, or changes them; idem as in CreateProject. Nobody works more
// than a day has.
func (s *Service) SaveTimeLog(ctx context.Context, as portal.Member, project id.ID, idem string, in TimeInput) (TimeLog, error) {
	if err := as.RequireKnown(); err != nil {
		return TimeLog{}, err
	}
	in.Note = line(in.Note)
	if in.Member == 0 {
		in.Member = as.ID()
	}
	c := newCheck()
	if in.Day == "" {
		c.bad("day", "work.fault.required")
	} else if c.day("day", in.Day) && in.Day > s.db.Now().Add(earliest).Format(time.DateOnly) {
		c.bad("day", "work.fault.day_ahead")
	}
	if in.Minutes < 1 || in.Minutes > maxMinutes {
		c.bad("hours", "work.fault.hours")
	}
	c.length("note", in.Note, maxNote)
	if err := c.ok(); err != nil {
		return TimeLog{}, err
	}
	var err error
	if in.ID == 0 {
		in.ID, err = s.onceInside(ctx, as, project, kindTime, idem, func(ctx context.Context, tx *store.Tx, made id.ID, p projectRow, st stance) error {
			in.ID = made
			return s.putTime(ctx, tx, p, st, in, nil)
		})
	} else {
		err = s.inside(ctx, as, project, false, func(ctx context.Context, tx *store.Tx, p projectRow, st stance) error {
			old, err := findTime(ctx, tx, st, project, in.ID)
			if err != nil {
				return err
			}
			if !old.Rights.Edit {
				return forbidden(portal.ActLogTime)
			}
			if old.Version != in.Version {
				return stale()
			}
			return s.putTime(ctx, tx, p, st, in, &old)
		})
	}
	if err != nil {
		return TimeLog{}, err
	}
	return s.TimeLog(ctx, as, project, in.ID)
}

// putTime checks and writes hours inside a project, in place of old if there is one.
func (s *Service) putTime(ctx context.Context, tx *store.Tx, p projectRow, st stance, in TimeInput, old *TimeLog) error {
	if p.Template {
		return notFound()
	}
	if err := st.require(portal.ActLogTime, portal.Facts{Self: st.mine(in.Member)}); err != nil {
		return err
	}
	entry := TimeLog{TimeInput: in}
	same := old != nil && old.Member == in.Member
	if !same {
		able, err := listAssignable(ctx, tx, st.as.Portal(), p.ID, one(in.Member))
		if err != nil {
			return err
		}
		if in.Member == 0 || len(able) == 0 {
			return fault.Invalid("work.fault.invalid").Field("member", "work.fault.not_in_project")
		}
	}
	var err error
	if old != nil && old.Kind == in.Kind && old.Item == in.Item {
		entry.ItemTitle = old.ItemTitle
	} else if entry.ItemTitle, err = timeTitle(ctx, tx, st, p.ID, in); err != nil {
		return err
	}
	// Whoever logs for this person next, in whatever project, waits for this one.
	if err := lockPerson(ctx, tx, st.as.Portal(), in.Member); err != nil {
		return err
	}
	worked, err := minutesOn(ctx, tx, st.as.Portal(), in.Member, in.Day, in.ID)
	if err != nil {
		return err
	}
	if worked+int64(in.Minutes) > maxMinutes {
		return fault.Invalid("work.fault.invalid").Field("hours", "work.fault.hours_day")
	}
	d := delta{}
	d.hours(entry, 1)
	if old == nil {
		err = insertTime(ctx, tx, st.as.Portal(), p.ID, entry)
	} else {
		d.hours(*old, -1)
		err = updateTime(ctx, tx, st.as.Portal(), p.ID, entry)
	}
	if err != nil {
		return err
	}
	return bump(ctx, tx, st.as.Portal(), p.ID, d)
}

// hours adds an entry n times to the counters of its project.
func (d delta) hours(t TimeLog, n int64) {
	d["minutes"] += n * int64(t.Minutes)
	if t.Billable {
		d["minutes_billable"] += n * int64(t.Minutes)
	}
}

// timeTitle gives the title of what was worked on, if the stance sees it.
func timeTitle(ctx context.Context, q store.Querier, st stance, project id.ID, in TimeInput) (string, error) {
	missing := fault.Invalid("work.fault.invalid").Field("item", "work.fault.choice")
	var title string
	var err error
	switch in.Kind {
	case "":
		if in.Item != 0 {
			return "", missing
		}
		return "", nil
	case KindTask:
		var t taskRow
		t, err = findTask(ctx, q, st, project, in.Item)
		title = t.Title
	case KindBug:
		var b bugRow
		b, err = findBug(ctx, q, st, project, in.Item)
		title = b.Title
	default:
		return "", missing
	}
	if fault.Is(err, fault.KindNotFound) {
		return "", missing
	}
	return title, err
}

// DeleteTimeLog takes an entry away for good.
func (s *Service) DeleteTimeLog(ctx context.Context, as portal.Member, project, entry id.ID) error {
	return s.inside(ctx, as, project, false, func(ctx context.Context, tx *store.Tx, _ projectRow, st stance) error {
		old, err := findTime(ctx, tx, st, project, entry)
		if err != nil {
			return err
		}
		if !old.Rights.Delete {
			return forbidden(portal.ActLogTime)
		}
		if err := deleteTime(ctx, tx, as.Portal(), project, entry); err != nil {
			return err
		}
		d := delta{}
		d.hours(old, -1)
		return bump(ctx, tx, as.Portal(), project, d)
	})
}
