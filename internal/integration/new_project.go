package integration

import (
	"context"
	"slices"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

// NewProject is a project to make in CRM, from a record or, when Module is empty,
// from the Projects tab. Idem is made by the form, so that a double submit makes
// one project. Contacts are those to become client users.
type NewProject struct {
	Idem      string
	Module    string
	Record    id.ID
	Name      string
	Owner     id.ID // portal member; zero is the creator
	Group     id.ID
	Status    string
	StartDate string
	EndDate   string
	Overview  string
	Public    bool
	Template  id.ID // gives the team and the work; see gate.NewProject
	Anchor    string
	Workdays  bool
	Shift     int
	Budget    int64            // in minutes
	Custom    map[id.ID]string // the portal's own fields
	Contacts  []id.ID          // become client users
	Known     []id.ID          // contacts who only belong to the project, without access
	Team      []gate.TeamMember
}

// ProjectForm is what the form of a new or associated project needs.
type ProjectForm struct {
	Rights    Rights
	Options   gate.Options
	Record    RecordRef // zero from the tab
	Account   RecordRef // becomes the client; zero from the tab
	Contacts  []ContactChoice
	Team      []gate.Ref // portal members who are CRM users
	Blocked   string     // NextChooseAccount, NextAddEmail or ""
	Prefill   Prefill
	CanCreate bool
	Reason    *fault.Error // why not, naming the gate
	Owner     string       // who can change what Projects refuses
	// MayMend says that the person may give the record what it is Blocked by, MayAccount
	// that they may make an account for it.
	MayMend, MayAccount bool
}

// ContactChoice is a contact of the account that may become a client user. Fixed is
// the contact the form began at. NoEmail ones cannot be chosen. Colleague is an address
// of the domain of the portal's owner: nothing forbids it, but it may well be a mistake.
type ContactChoice struct {
	ID        id.ID
	Name      string
	Email     string
	Fixed     bool
	Linked    bool // already a client user
	NoEmail   bool
	Colleague bool
}

// tie is what a record's account is in the portal.
type tie struct {
	company  gate.Company
	users    []id.ID
	contacts []contactLink
}

// NewProjectForm prepares the form for a new project, from a record or, with module
// "", from the tab. It opens for whoever may press the button; CanCreate and Reason
// say whether Projects will agree.
func (s *Service) NewProjectForm(ctx context.Context, as access.Actor, module string, record id.ID) (ProjectForm, error) {
	l, r, err := s.enter(ctx, as, access.Create)
	if err != nil {
		return ProjectForm{Rights: r}, err
	}
	out := ProjectForm{Rights: r}
	if err := l.offered(module); err != nil {
		return out, err
	}
	if module != "" {
		rec, err := s.record(ctx, as, module, record)
		if err != nil {
			return out, err
		}
		out.Record, out.Blocked = rec.RecordRef, rec.blocked()
		if out.Blocked != NextNone {
			out.MayMend, out.MayAccount, err = s.repairs(ctx, as, rec)
			return out, err
		}
		if out.Blocked == NextNone {
			out.Account = RecordRef{Module: access.TabAccounts, ID: rec.Account, Name: rec.AccountName}
			if out.Contacts, err = s.contactChoices(ctx, as, l, rec); err != nil {
				return out, err
			}
		}
	}
	var rights gate.Rights
	err = s.personCall(ctx, l, r, func(ctx context.Context, p gate.Person) (err error) {
		if rights, err = p.Rights(ctx); err != nil || !rights.CreateProject {
			return err
		}
		out.Options, err = p.Options(ctx)
		return err
	})
	if err == nil {
		out.Team, err = s.colleagues(ctx, l, out.Options.Owners)
	}
	if out.CanCreate = err == nil && rights.CreateProject; err == nil && !rights.CreateProject {
		out.Reason, out.Owner = noCreateProject(), s.boundPortal(ctx, l).OwnerName
	}
	if err == nil && module != "" && out.CanCreate {
		out.Prefill, err = s.prefill(ctx, as, l, module, record, out.Options.Fields)
	}
	return out, err
}

// colleagues keeps those members of the portal who are users of the CRM.
func (s *Service) colleagues(ctx context.Context, l link, members []gate.Ref) ([]gate.Ref, error) {
	list := make([]id.ID, len(members))
	for i, m := range members {
		list[i] = m.ID
	}
	people, err := pairsOf(ctx, s.p.DB, l, nil, list)
	return slices.DeleteFunc(slices.Clone(members), func(m gate.Ref) bool { return people.user[m.ID] == 0 }), err
}

// checkTeam refuses members who are no users of the CRM.
func (s *Service) checkTeam(ctx context.Context, l link, team []gate.TeamMember) error {
	list := make([]id.ID, len(team))
	for i, t := range team {
		list[i] = t.Member
	}
	people, err := pairsOf(ctx, s.p.DB, l, nil, list)
	if err == nil && slices.ContainsFunc(list, func(m id.ID) bool { return people.user[m] == 0 }) {
		err = fault.Invalid("integration.fault.team").Field("team", "integration.fault.team")
	}
	return err
}

func (s *Service) contactChoices(ctx context.Context, as access.Actor, l link, rec subject) ([]ContactChoice, error) {
	people, err := s.contactsOf(ctx, as, rec)
	if err != nil {
		return nil, err
	}
	list := make([]id.ID, len(people))
	for i, p := range people {
		list[i] = p.ID
	}
	links, err := contactLinks(ctx, s.p.DB, l, "contact_id", list)
	if err != nil {
		return nil, err
	}
	house := ""
	if len(people) > 0 {
		house = field.DomainKey(s.boundPortal(ctx, l).OwnerEmail)
	}
	out := make([]ContactChoice, len(people))
	for i, p := range people {
		out[i] = ContactChoice{ID: p.ID, Name: p.Name, Email: p.Email, NoEmail: p.Email == "",
			Fixed:     rec.Module == access.TabContacts && p.ID == rec.ID,
			Linked:    slices.ContainsFunc(links, func(c contactLink) bool { return c.Contact == p.ID }),
			Colleague: house != "" && field.DomainKey(p.Email) == house}
	}
	return out, nil
}

// CreateProject makes a project and associates it with the record it began at, whose
// account becomes its client. The intent is written first; from then on either this
// call or the sweeper finishes it, once.
func (s *Service) CreateProject(ctx context.Context, as access.Actor, in NewProject) (gate.Project, error) {
	l, r, err := s.enter(ctx, as, access.Create)
	if err != nil {
		return gate.Project{}, err
	}
	if in.Idem == "" {
		return gate.Project{}, fault.Invalid("integration.fault.no_token")
	}
	if err := l.offered(in.Module); err != nil {
		return gate.Project{}, err
	}
	var rec subject
	var t tie
	if in.Module != "" {
		if rec, err = s.ready(ctx, as, in.Module, in.Record); err != nil {
			return gate.Project{}, err
		}
	}
	if err := s.mayCreate(ctx, l, r); err != nil {
		return gate.Project{}, err
	}
	if err := s.checkTeam(ctx, l, in.Team); err != nil {
		return gate.Project{}, err
	}
	if in.Module != "" {
		if err := s.checkKnown(ctx, as, rec, in.Known); err != nil {
			return gate.Project{}, err
		}
		if t, err = s.ensureClient(ctx, as, l, rec, in.Contacts, formIdem(as, in.Idem)); err != nil {
			return gate.Project{}, err
		}
	}
	made, err := s.begin(ctx, as, l, r, rec, t, in)
	if err != nil {
		return gate.Project{}, err
	}
	p, err := s.carryOut(ctx, l, made)
	bothGates(&p, r)
	return p, err
}

// mayCreate asks before anything is made, so that a refusal leaves nothing behind.
func (s *Service) mayCreate(ctx context.Context, l link, r Rights) error {
	var rights gate.Rights
	err := s.personCall(ctx, l, r, func(ctx context.Context, p gate.Person) (err error) {
		rights, err = p.Rights(ctx)
		return err
	})
	if err == nil && !rights.CreateProject {
		return noCreateProject()
	}
	return err
}

func noCreateProject() *fault.Error {
	return fault.Forbidden("integration.fault.no_create_project").WithCode(gate.CodeNoCreateProject)
}

// ready gives a record from which projects can be made or associated.
func (s *Service) ready(ctx context.Context, as access.Actor, module string, record id.ID) (subject, error) {
	rec, err := s.record(ctx, as, module, record)
	if err != nil {
		return rec, err
	}
	switch rec.blocked() {
	case NextChooseAccount:
		return rec, fault.Conflict("integration.fault.needs_account").WithCode(NextChooseAccount)
	case NextAddEmail:
		return rec, fault.Conflict("integration.fault.needs_email").WithCode(NextAddEmail)
	}
	return rec, nil
}

// ensureClient finds or makes the client company of a record's account and the client
// users of the chosen contacts. An address that cannot become a client user is a
// refusal that names the contact; nothing is associated then.
func (s *Service) ensureClient(ctx context.Context, as access.Actor, l link, rec subject, chosen []id.ID, key string) (tie, error) {
	people, err := s.clientUsers(ctx, as, rec, chosen)
	if err != nil {
		return tie{}, err
	}
	t, problems, err := s.ensureUsers(ctx, as, l, rec, people, key)
	if err == nil && len(problems) > 0 {
		err = problems[0]
	}
	if err != nil {
		return tie{}, err
	}
	return t, s.tieClient(ctx, as, l, rec, t)
}

// ensureUsers finds or makes the client company of a record's account with some of its
// people as client users, and says of whom that could not be.
func (s *Service) ensureUsers(ctx context.Context, as access.Actor, l link, rec subject, people []person, key string) (tie, []*fault.Error, error) {
	client, err := clientOf(ctx, s.p.DB, l, rec.Account)
	if err != nil {
		return tie{}, nil, err
	}
	spec := gate.ClientSpec{ID: client.Company, Name: rec.AccountName}
	byRef := map[string]person{}
	for _, p := range people {
		byRef[p.ID.String()] = p
		spec.Users = append(spec.Users, gate.NewClientUser{Ref: p.ID.String(), Email: p.Email, Name: p.Name})
	}
	var made gate.ClientEnsured
	err = s.pageCall(ctx, l, func(ctx context.Context, g gate.Session) (err error) {
		made, err = g.EnsureClient(ctx, key+":client:"+digest(spec), spec)
		return err
	})
	if err != nil {
		return tie{}, nil, err
	}
	t := tie{company: made.Company}
	var problems []*fault.Error
	for _, u := range made.Users {
		p := byRef[u.Ref]
		if u.Problem != "" {
			problems = append(problems, userProblem(p, u.Problem))
			continue
		}
		t.users = append(t.users, u.ID)
		t.contacts = append(t.contacts, contactLink{User: u.ID, Contact: p.ID, Company: made.Company.ID,
			Account: rec.Account, Source: SourceProject, By: as.User()})
	}
	return t, problems, nil
}

// tieClient ties the account to its client before a project is made under it. A client
// that is another account's already is a refusal.
func (s *Service) tieClient(ctx context.Context, as access.Actor, l link, rec subject, t tie) error {
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := s.same(ctx, tx, l); err != nil {
			return err
		}
		client, err := clientOf(ctx, tx, l, rec.Account)
		if err != nil || client.Company == t.company.ID {
			return err
		}
		ok, err := insertClientLink(ctx, tx, l, clientLink{Company: t.company.ID, Account: rec.Account,
			Name: t.company.Name, Source: SourceProject, By: as.User()})
		if err == nil && !ok {
			return fault.Conflict("integration.fault.client_taken").With("Client", t.company.Name).WithCode("client_taken")
		}
		return err
	})
}

// userProblem says why a contact cannot become a client user.
func userProblem(p person, problem string) *fault.Error {
	key := "integration.fault.contact_email"
	switch problem {
	case gate.CodeAlreadyMember:
		key = "integration.fault.contact_is_member"
	case gate.CodeOtherCompany:
		key = "integration.fault.contact_other_client"
	}
	args := fault.Args{"Name": p.Name, "Email": p.Email}
	return (&fault.Error{Kind: fault.KindConflict, Key: key, Args: args, Code: problem}).Field("contact", key, args)
}
