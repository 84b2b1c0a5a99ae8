package integration

import (
	"context"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/page"
)

// Outcomes of registering a CRM user in the portal, besides those of gate.
const (
	OutcomeWaiting = "waiting" // not yet tried
	OutcomeRemoved = "removed" // the portal removed the person
)

// LinkedUser is one CRM user and what became of registering them in the portal.
// Outcome is one of gate.Outcome* or this room's; Member is zero where refused.
type LinkedUser struct {
	User    id.ID
	Name    string
	Email   string
	Member  id.ID
	Role    string
	Outcome string
	Refused bool
	At      time.Time
}

// People lists the CRM users and what became of registering each in the portal.
func (s *Service) People(ctx context.Context, as access.Actor, refused bool, r page.Request) (page.Page[LinkedUser], error) {
	l, err := s.adminLink(ctx, as)
	if err != nil {
		return page.Page[LinkedUser]{}, err
	}
	var after id.ID
	if r.Cursor != "" {
		if after, err = id.Parse(r.Cursor); err != nil {
			return page.Page[LinkedUser]{}, err
		}
	}
	list, err := usersOf(ctx, s.p.DB, l.Org, l.Epoch, refused, after, r.Limit()+1)
	if err != nil {
		return page.Page[LinkedUser]{}, err
	}
	var out page.Page[LinkedUser]
	if len(list) > r.Limit() {
		list = list[:r.Limit()]
		out.Next = list[len(list)-1].User.String()
	}
	out.Items = list
	return out, nil
}
