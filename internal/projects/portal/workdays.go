package portal

import (
	"cmp"
	"context"
	"slices"
	"time"

	"musubi/internal/fault"
	"musubi/internal/projects/workday"
	"musubi/internal/store"
)

// MaxHolidays bounds the days off of a portal's own.
const MaxHolidays = 500

// Holiday is one day off of the portal's own, or several in a row, YYYY-MM-DD.
type Holiday struct {
	First string `json:"first_day"`
	Last  string `json:"last_day"`
	Name  string `json:"name"`
}

// Workdays says on which days the portal works: Monday to Friday, less the holidays of
// the country, when one is named, and the portal's own.
type Workdays struct {
	Version  int64 // of the portal
	Country  string
	Holidays []Holiday
}

// Workdays gives the portal's working days. Everybody in it may see them.
func (s *Service) Workdays(ctx context.Context, as Member) (Workdays, error) {
	p, err := s.Get(ctx, as)
	if err != nil {
		return Workdays{}, err
	}
	list, err := listHolidays(ctx, s.db, as.portal)
	return Workdays{Version: p.Version, Country: p.Country, Holidays: list}, err
}

// Calendar gives the working days to count with.
func (s *Service) Calendar(ctx context.Context, as Member) (*workday.Calendar, error) {
	w, err := s.Workdays(ctx, as)
	if err != nil {
		return nil, err
	}
	spans := make([]workday.Span, len(w.Holidays))
	for i, h := range w.Holidays {
		spans[i] = workday.Span{First: h.First, Last: h.Last}
	}
	return workday.New(w.Country, spans), nil
}

// SetWorkdays replaces the working days; stale when the portal was saved in between.
func (s *Service) SetWorkdays(ctx context.Context, as Member, in Workdays) error {
	if err := as.Require(ActSettings); err != nil {
		return err
	}
	if err := in.check(); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := lockPortal(ctx, tx, as.portal); err != nil {
			return err
		}
		if err := s.recheck(ctx, tx, as, ActSettings); err != nil {
			return err
		}
		ok, err := setWorkdays(ctx, tx, as.portal, in)
		if err != nil {
			return err
		}
		if !ok {
			return stale()
		}
		return s.audit(ctx, tx, as, "workdays", as.portal, "")
	})
}

func (in *Workdays) check() error {
	bad := fault.Invalid("portal.fault.invalid")
	if in.Country != "" && !slices.Contains(workday.Countries(), in.Country) {
		bad.Field("country", "portal.fault.country")
	}
	if len(in.Holidays) > MaxHolidays {
		bad.Field("holidays", "portal.fault.holidays", fault.Args{"Limit": MaxHolidays})
	}
	for i, h := range in.Holidays {
		h.Name = clean(h.Name)
		if h.Last == "" {
			h.Last = h.First
		}
		first, err := time.Parse(time.DateOnly, h.First)
		last, wrong := time.Parse(time.DateOnly, h.Last)
		if err != nil || wrong != nil || last.Before(first) || first.Year() < 1900 || last.Year() > 2999 || len([]rune(h.Name)) > MaxName {
			bad.Field("holidays", "portal.fault.holiday_line", fault.Args{"Line": i + 1})
			break
		}
		in.Holidays[i] = h
	}
	slices.SortFunc(in.Holidays, func(a, b Holiday) int { return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(a.Last, b.Last)) })
	in.Holidays = slices.CompactFunc(in.Holidays, func(a, b Holiday) bool { return a.First == b.First && a.Last == b.Last })
	return bad.OrNil()
}

// countryOf gives a new portal the holidays of where it is.
func countryOf(p Portal) string {
	if p.Locale == "ja" || p.TimeZone == "Asia/Tokyo" {
		return workday.Japan
	}
	return ""
}
