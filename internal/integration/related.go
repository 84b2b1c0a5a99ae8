package integration

import (
	"context"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
)

// ListState is what stands where projects would stand.
type ListState string

// The states of a list or a page of projects.
const (
	StateRows         ListState = "rows"
	StateEmpty        ListState = "empty" // nothing yet; Next says what to do
	StateKeyInvalid   ListState = "key_invalid"
	StateNotMember    ListState = "not_member"
	StateNoPermission ListState = "no_permission"
	StateUnreachable  ListState = "unreachable"
	StateHidden       ListState = "hidden" // the list is not there at all
)

// Next steps of an empty list.
const (
	NextNone          = ""
	NextCreate        = "create"         // make or associate a project
	NextChooseAccount = "choose_account" // the record has no account (R10.1)
	NextAddEmail      = "add_email"      // the contact has no e-mail address (R10.2)
	NextAskMember     = "ask_member"     // sees no project; somebody must add them to one
)

// Ways a project belongs to a record.
const (
	WhyExplicit = "explicit" // associated by a person
	WhyClient   = "client"   // the record's client is a client of the project
	WhyUser     = "user"     // the contact is a client user of the project
	WhyContact  = "contact"  // through a contact of the account
	WhyDeal     = "deal"     // through a deal of the account
	WhyMember   = "member"   // through a member account
)

// Why is one way a project belongs to a record. Record is zero unless the way leads
// through another record that the viewer may see.
type Why struct {
	Kind   string
	Record RecordRef
}

// RelatedRow is one project of a record, with the columns of the list.
type RelatedRow struct {
	gate.Project
	Whys         []Why
	Explicit     bool   // associated with this very record by a person
	AssociatedBy string // name of the user; empty when it came by itself
	AssociatedAt time.Time
	Deals        int   // by which it belongs and which the viewer sees
	Amount       int64 // of those deals, scaled money
}

// ListQuery asks for a page of projects.
type ListQuery struct {
	Search string
	Status string // "", "open" or "closed"
	Sort   string // gate.Sort*
	Desc   bool
	Page   page.Request
}

func (q ListQuery) ask() gate.ProjectQuery {
	return gate.ProjectQuery{Search: q.Search, Status: q.Status, Sort: q.Sort, Desc: q.Desc, Page: q.Page}
}

// RelatedList is the Projects list of one record. Rights and Reason explain the
// states that are not rows. Blocked says why nothing can be made or associated from
// this record yet: NextChooseAccount or NextAddEmail.
type RelatedList struct {
	Record  RecordRef // whose list it is
	State   ListState
	Next    string // next step of an empty list
	Rights  Rights
	Reason  *fault.Error
	Rows    page.Page[RelatedRow]
	Blocked string
	Account id.ID // whose client a new project gets; zero when Blocked
	// Moved says that a contact is a user of another client than its account's: the
	// contact moved, the tie stayed. OtherClient names that client, as far as the viewer
	// may know it.
	Moved       bool
	OtherClient string
	// Deals lead to the rows, as far as the viewer sees them, each counted once; Amount
	// is what they are worth, scaled money.
	Deals  int
	Amount int64
}

// ProjectList is the Projects tab. Portal are the person's own rights in Projects;
// CanCreate joins both gates.
type ProjectList struct {
	State     ListState
	Next      string
	Rights    Rights
	Reason    *fault.Error
	Projects  page.Page[gate.Project]
	Portal    gate.Rights
	CanCreate bool
}

// RelatedList gives the projects of an account, contact or deal. What stands in the
// way of rows is a state, not a fault, so that the record page never suffers; only a
// record that the person does not see is a fault.
func (s *Service) RelatedList(ctx context.Context, as access.Actor, module string, record id.ID, q ListQuery) (RelatedList, error) {
	l, r, err := s.standing(ctx, as)
	if err != nil {
		return RelatedList{}, err
	}
	out := RelatedList{State: StateHidden, Rights: r}
	if !r.Shown() || !listed(module) || !l.shows(module) {
		return out, nil
	}
	rec, err := s.record(ctx, as, module, record)
	if err != nil {
		return out, err
	}
	out.Record, out.Account, out.Blocked = rec.RecordRef, rec.Account, rec.blocked()
	if out.Blocked != NextNone {
		out.Account = 0
	}
	if err := r.refusal(); err != nil {
		out.State, out.Reason = stateOf(err)
		return out, nil
	}
	src, err := s.sources(ctx, as, l, rec)
	if err != nil {
		return out, err
	}
	if out.Moved, out.OtherClient, err = s.otherClient(ctx, as, l, rec, src); err != nil {
		return out, err
	}
	var found page.Page[gate.Project]
	err = s.personCall(ctx, l, r, func(ctx context.Context, p gate.Person) (err error) {
		ask := q.ask()
		ask.Companies, ask.ClientUsers, ask.IDs, ask.Exclude = src.companies(), src.userIDs(), src.projects(), src.exclude
		found, err = p.Projects(ctx, ask)
		return err
	})
	if err != nil {
		if ctx.Err() != nil {
			return out, err
		}
		out.State, out.Reason = stateOf(err)
		return out, nil
	}
	out.Rows.Next, out.Rows.Prev = found.Next, found.Prev
	var all worth
	if out.Rows.Items, all, err = s.mark(ctx, as, rec, src, r, found.Items); err != nil {
		return out, err
	}
	out.Deals, out.Amount = all.deals, all.sum
	out.State = StateRows
	if len(out.Rows.Items) == 0 && q.Page.Cursor == "" {
		out.State, out.Next = StateEmpty, out.Blocked
		if out.Blocked == NextNone && r.Grid.Create {
			out.Next = NextCreate
		}
	}
	return out, nil
}

// ProjectList gives the Projects tab. Who does not have the tab is refused.
func (s *Service) ProjectList(ctx context.Context, as access.Actor, q ListQuery) (ProjectList, error) {
	l, r, err := s.standing(ctx, as)
	if err != nil {
		return ProjectList{}, err
	}
	out := ProjectList{Rights: r}
	if !r.Shown() {
		return out, r.refusal()
	}
	if err := r.refusal(); err != nil {
		out.State, out.Reason = stateOf(err)
		return out, nil
	}
	err = s.personCall(ctx, l, r, func(ctx context.Context, p gate.Person) (err error) {
		if out.Portal, err = p.Rights(ctx); err != nil {
			return err
		}
		ask := q.ask()
		ask.Any = true
		out.Projects, err = p.Projects(ctx, ask)
		return err
	})
	if err != nil {
		if ctx.Err() != nil {
			return out, err
		}
		out.State, out.Reason = stateOf(err)
		return out, nil
	}
	for i := range out.Projects.Items {
		bothGates(&out.Projects.Items[i], r)
	}
	out.CanCreate = r.Grid.Create && out.Portal.CreateProject
	out.State = StateRows
	if len(out.Projects.Items) == 0 && q == (ListQuery{Sort: q.Sort, Desc: q.Desc, Page: page.Request{Size: q.Page.Size}}) {
		out.State, out.Next = StateEmpty, NextAskMember
		if out.CanCreate {
			out.Next = NextCreate
		}
	}
	return out, nil
}

// listed says whether records of the module have the related list.
func listed(module string) bool {
	return module == access.TabAccounts || module == access.TabContacts || module == access.TabDeals
}

// stateOf tells which state a refusal is. What nobody foresaw counts as unreachable:
// the page around the list must live on.
func stateOf(err error) (ListState, *fault.Error) {
	switch {
	case fault.HasCode(err, gate.CodeKeyRejected):
		return StateKeyInvalid, keyInvalid()
	case fault.HasCode(err, gate.CodeNotMember):
		return StateNotMember, fault.As(err)
	case fault.Is(err, fault.KindForbidden):
		return StateNoPermission, fault.As(err)
	}
	return StateUnreachable, unreachable()
}

// bothGates leaves of a member's rights in a project what the grid allows too, and
// the hours to whom both let see them.
func bothGates(p *gate.Project, r Rights) {
	have, tasks := p.Rights, r.Modules[ModuleTasks]
	p.Rights = gate.ProjectRights{
		Edit:         have.Edit && r.Grid.Edit,
		Trash:        have.Trash && r.Grid.Delete,
		Users:        have.Users && r.Grid.Edit,
		SeeUsers:     have.SeeUsers,
		AddTask:      have.AddTask && tasks.Create,
		AddMilestone: have.AddMilestone && r.Modules[ModuleMilestones].Create,
		AddBug:       have.AddBug && r.Modules[ModuleBugs].Create,
		CommentTask:  have.CommentTask && tasks.Edit,
		CommentBug:   have.CommentBug && r.Modules[ModuleBugs].Edit,
		SeeDocuments: have.SeeDocuments && r.Modules[ModuleDocuments].View,
		AddDocument:  have.AddDocument && r.Modules[ModuleDocuments].Create,
		SeeTime:      have.SeeTime && tasks.View,
		LogTime:      have.LogTime && tasks.Edit,
		LogForOthers: have.LogForOthers && tasks.Edit,
	}
	if !p.Rights.SeeTime {
		p.Minutes, p.MinutesBillable, p.Budget = 0, 0, 0
	}
}
