package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"musubi/internal/app"
	"musubi/internal/crm/access"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/identity"
	"musubi/internal/integration"
	"musubi/internal/page"
)

// patience bounds the run; it takes a minute or two on a small machine.
const patience = 30 * time.Minute

// administrator signs the bench in.
func administrator(ctx context.Context, a *app.App) (access.Actor, identity.Person, error) {
	_, who, err := a.Ground.Identity.SignIn(ctx, adminEmail, password, identity.Client{})
	if err != nil {
		return access.Actor{}, who, err
	}
	orgs, err := a.CRM.Access.Organisations(ctx, who)
	if err != nil {
		return access.Actor{}, who, err
	}
	as, err := a.CRM.Access.Enter(ctx, who, orgs[0].Organisation.ID)
	return as, who, err
}

// associate joins the portal, answers yes and measures until the letter is written.
func associate(ctx context.Context, a *app.App, s size) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	as, _, err := administrator(ctx, a)
	if err != nil {
		return err
	}
	if err := a.Ground.Queue.Start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	defer func() { _ = a.Ground.Queue.Stop(context.WithoutCancel(ctx)) }()
	version, err := joinPortal(ctx, a, as)
	if err != nil {
		return err
	}
	idle, err := savings(ctx, a, as, func() (bool, error) { return false, nil }, 60)
	if err != nil {
		return err
	}
	began := time.Now()
	if _, err := a.Tie.AnswerAssociation(ctx, as, true, version); err != nil {
		return err
	}
	busy, err := savings(ctx, a, as, func() (bool, error) {
		r, err := a.Tie.Run(ctx, as, integration.RunAssociation)
		return !r.Going(), err
	}, 0)
	if err != nil {
		return err
	}
	took := time.Since(began)
	report, err := a.Tie.AssociationReport(ctx, as)
	if err != nil {
		return err
	}
	if report.Run.State != integration.RunDone {
		return fmt.Errorf("the run ended %s: %s", report.Run.State, report.Run.Error)
	}
	if err := mailed(ctx, a, as); err != nil {
		return err
	}
	letter := time.Since(began)
	peak, err := peakMemory()
	if err != nil {
		return err
	}
	fmt.Printf("associate: %s; with the report mailed %s\n", took.Round(10*time.Millisecond), letter.Round(10*time.Millisecond))
	fmt.Printf("  clients %+v, client users %+v\n  reasons %v\n", report.Clients, report.Users, report.Reasons)
	fmt.Printf("  peak memory %d MiB\n  saving a record: idle %s; meanwhile %s\n", peak>>20, idle, busy)
	return budget(peak, report, s)
}

// budget fails the bench when what was promised does not hold.
func budget(peak int64, r integration.AssociationReport, s size) error {
	var err error
	if peak >= 256<<20 {
		err = fmt.Errorf("peak memory is %d MiB, allowed are 256", peak>>20)
	}
	matching := int64(s.clients) * 70 / cycle
	if r.Clients.Associated != matching || r.Clients.Total != int64(s.clients) {
		err = errors.Join(err, fmt.Errorf("%d of %d clients were associated, want %d of %d", r.Clients.Associated, r.Clients.Total, matching, s.clients))
	}
	return err
}

// joinPortal goes through the set-up up to the question.
func joinPortal(ctx context.Context, a *app.App, as access.Actor) (int64, error) {
	o, err := a.Tie.GetStarted(ctx, as, 0)
	if err != nil {
		return 0, err
	}
	choices, err := a.Tie.Portals(ctx, as)
	if err != nil {
		return 0, err
	}
	grid, err := a.Tie.Grid(ctx, as)
	if err != nil {
		return 0, err
	}
	o, err = a.Tie.SaveSetup(ctx, as, integration.Setup{Portal: choices.Own[0].ID, Version: o.Version, ChoiceVersion: choices.Version,
		Grid: integration.GridForm{Version: grid.Version}})
	if err != nil {
		return 0, err
	}
	for o.Provisioning.Going() {
		time.Sleep(50 * time.Millisecond)
		if o, err = a.Tie.Overview(ctx, as); err != nil {
			return 0, err
		}
	}
	return o.Version, nil
}

// mailed waits for the letter with the report.
func mailed(ctx context.Context, a *app.App, as access.Actor) error {
	for ctx.Err() == nil {
		list, err := a.CRM.Access.Letters(ctx, as, page.Request{})
		if err != nil {
			return err
		}
		if len(list.Items) > 0 {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return ctx.Err()
}

// latency says how long something took: the middle, the 95th percentile, the worst.
type latency []time.Duration

func (l latency) String() string {
	if len(l) == 0 {
		return "never"
	}
	slices.Sort(l)
	at := func(p int) time.Duration { return l[(len(l)-1)*p/100].Round(100 * time.Microsecond) }
	return fmt.Sprintf("p50 %s, p95 %s, max %s of %d", at(50), at(95), at(100), len(l))
}

// savings saves a record every 50 ms, as a person at work would notice a busy
// database, until done says so or n were saved.
func savings(ctx context.Context, a *app.App, as access.Actor, done func() (bool, error), n int) (latency, error) {
	list, err := a.CRM.Records.List(ctx, as, access.TabAccounts, record.Query{Page: page.Request{Size: 1}})
	if err != nil {
		return nil, err
	}
	r := list.Items[0]
	var out latency
	for tick := time.NewTicker(50 * time.Millisecond); n == 0 || len(out) < n; <-tick.C {
		if ended, err := done(); ended || err != nil {
			return out, err
		}
		began := time.Now()
		next, err := a.CRM.Records.Update(ctx, as, access.TabAccounts, r.ID, r.Version, map[string]any{"Phone": fmt.Sprint(len(out))})
		if fault.Is(err, fault.KindStale) {
			next, _, err = a.CRM.Records.Get(ctx, as, access.TabAccounts, r.ID)
		}
		if err != nil {
			return out, err
		}
		r = next
		out = append(out, time.Since(began))
	}
	return out, nil
}
