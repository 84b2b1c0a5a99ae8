package gate

import (
	"cmp"
	"context"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/servicekey"
	"musubi/internal/projects/work"
)

// session is the system scope of one organisation in one local portal. Nothing is
// remembered between calls, so that a key replaced meanwhile is refused at once.
type session struct {
	door   *Local
	caller Caller
	key    Key
	portal id.ID
}

// admit verifies the key and gives the system badge in the portal; its audit log names
// the organisation.
func (s *session) admit(ctx context.Context) (portal.Member, servicekey.Verified, error) {
	who, err := s.door.keys.Admit(ctx, s.caller.knocking(), s.key.Secret, s.key.Email, s.portal)
	if err != nil {
		return portal.Member{}, who, err
	}
	return s.door.portals.System(s.portal, cmp.Or(s.caller.Name, s.caller.Org.String())), who, nil
}

func (s *session) Check(ctx context.Context) (Portal, error) {
	sys, who, err := s.admit(ctx)
	if err != nil {
		return Portal{}, err
	}
	p, err := s.door.portals.Get(ctx, sys)
	out := portalValue(p)
	if ends := who.Ends(); !ends.IsZero() {
		out.KeyEndsAt = ends.UnixMicro()
	}
	return out, err
}

func (s *session) Connect(ctx context.Context, _ string) error {
	_, who, err := s.admit(ctx)
	if err != nil {
		return err
	}
	return s.door.keys.Connect(ctx, s.caller.knocking(), who, s.portal)
}

func (s *session) Disconnect(ctx context.Context, _ string) error {
	if err := s.door.unlink(ctx, s.portal, s.caller.Org); err != nil {
		return err
	}
	if err := s.unwatch(ctx); err != nil {
		return err
	}
	return s.door.keys.Disconnect(ctx, s.caller.knocking(), s.portal)
}

// unwatch ends what the organisation watches, without asking for its key.
func (s *session) unwatch(ctx context.Context) error {
	who := s.caller.Org.String()
	return s.door.work.Unwatch(ctx, s.door.portals.System(s.portal, "end of integration of "+who), who)
}

func (s *session) Provision(ctx context.Context, idem string, batch []Newcomer) ([]Provisioned, error) {
	sys, _, err := s.admit(ctx)
	if err != nil {
		return nil, err
	}
	done, err := s.door.portals.EnsureMembers(ctx, sys, idem, newcomers(batch))
	if err != nil {
		return nil, err
	}
	out := make([]Provisioned, len(done))
	var members []id.ID
	for i, d := range done {
		out[i] = Provisioned{Ref: d.Ref, Member: d.Member, Outcome: string(d.Outcome), Role: string(d.Role)}
		if d.Member != 0 {
			members = append(members, d.Member)
		}
	}
	return out, s.door.link(ctx, s.portal, s.caller.Org, members)
}

func (s *session) Foresee(ctx context.Context, batch []Newcomer) ([]Provisioned, error) {
	sys, _, err := s.admit(ctx)
	if err != nil {
		return nil, err
	}
	list, err := s.door.portals.ForeseeMembers(ctx, sys, newcomers(batch))
	out := make([]Provisioned, len(list))
	for i, d := range list {
		out[i] = Provisioned{Ref: d.Ref, Member: d.Member, Outcome: string(d.Outcome), Role: string(d.Role)}
	}
	return out, err
}

func newcomers(batch []Newcomer) []portal.Newcomer {
	in := make([]portal.Newcomer, len(batch))
	for i, n := range batch {
		in[i] = portal.Newcomer{Ref: n.Ref, Person: n.Person, Email: n.Email, Name: n.Name, Locale: n.Locale}
	}
	return in
}

func (s *session) Clients(ctx context.Context, cursor string, limit int) (ClientBatch, error) {
	sys, _, err := s.admit(ctx)
	if err != nil {
		return ClientBatch{}, err
	}
	b, err := s.door.portals.ClientsAfter(ctx, sys, cursor, limit)
	if err != nil {
		return ClientBatch{}, err
	}
	out := ClientBatch{Next: b.Next, Total: b.Total, Clients: make([]Client, len(b.Clients))}
	for i, c := range b.Clients {
		users := make([]ClientUser, len(c.People))
		for j, p := range c.People {
			users[j] = ClientUser{ID: p.ID, Email: p.Email, Name: p.Name, Active: p.Active}
		}
		out.Clients[i] = Client{Company: Company{ID: c.ID, Name: c.Name}, Phone: c.Phone, Website: c.Website, Email: c.Email, Users: users}
	}
	return out, nil
}

func (s *session) FindClients(ctx context.Context, query string, limit int) ([]Company, error) {
	sys, _, err := s.admit(ctx)
	if err != nil {
		return nil, err
	}
	found, err := s.door.portals.Companies(ctx, sys, query, page.Request{Size: limit})
	if err != nil {
		return nil, err
	}
	out := make([]Company, len(found.Items))
	for i, c := range found.Items {
		out[i] = Company{ID: c.ID, Name: c.Name}
	}
	return out, nil
}

func (s *session) Companies(ctx context.Context, ids []id.ID) ([]Company, error) {
	sys, _, err := s.admit(ctx)
	if err != nil {
		return nil, err
	}
	found, err := s.door.portals.CompaniesByID(ctx, sys, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Company, 0, len(found))
	for _, i := range ids {
		if c, ok := found[i]; ok {
			out = append(out, Company{ID: c.ID, Name: c.Name})
		}
	}
	return out, nil
}

func (s *session) ClientUsers(ctx context.Context, ids []id.ID) ([]ClientUser, error) {
	sys, _, err := s.admit(ctx)
	if err != nil {
		return nil, err
	}
	found, err := s.door.portals.PeopleByID(ctx, sys, ids)
	if err != nil {
		return nil, err
	}
	out := make([]ClientUser, 0, len(found))
	for _, i := range ids {
		if p, ok := found[i]; ok && p.Kind == portal.KindClient && !p.Removed {
			out = append(out, ClientUser{ID: p.ID, Email: p.Email, Name: p.Name, Active: p.Active})
		}
	}
	return out, nil
}

func (s *session) Projects(ctx context.Context, ids []id.ID) ([]Ref, error) {
	sys, _, err := s.admit(ctx)
	if err != nil {
		return nil, err
	}
	found, err := s.door.work.Projects(ctx, sys, work.Query{IDs: ids, Page: page.Request{Size: page.MaxSize}})
	if err != nil {
		return nil, err
	}
	out := make([]Ref, len(found.Items))
	for i, p := range found.Items {
		out[i] = Ref{ID: p.ID, Name: p.Name}
	}
	return out, nil
}

func (s *session) EnsureClient(ctx context.Context, _ string, spec ClientSpec) (ClientEnsured, error) {
	sys, _, err := s.admit(ctx)
	if err != nil {
		return ClientEnsured{}, err
	}
	c, err := s.door.portals.EnsureCompany(ctx, sys, spec.ID, spec.Name)
	if err != nil {
		return ClientEnsured{}, err
	}
	out := ClientEnsured{Company: Company{ID: c.ID, Name: c.Name}}
	for _, u := range spec.Users {
		done := ClientUserEnsured{Ref: u.Ref}
		p, err := s.door.portals.EnsureClientUser(ctx, sys, c.ID, portal.NewClientUser{Email: u.Email, Name: u.Name})
		switch f := fault.As(err); {
		case err == nil:
			done.ID = p.ID
		case f != nil && (f.Code == CodeAlreadyMember || f.Code == CodeOtherCompany):
			done.Problem = f.Code
		case fault.Is(err, fault.KindInvalid):
			done.Problem = ProblemInvalidEmail
		default:
			return ClientEnsured{}, err
		}
		out.Users = append(out.Users, done)
	}
	return out, nil
}

func (s *session) Changes(ctx context.Context, since int64, limit int) ([]Change, error) {
	sys, _, err := s.admit(ctx)
	if err != nil {
		return nil, err
	}
	list, err := s.door.portals.Changes(ctx, sys, since, limit)
	if err != nil {
		return nil, err
	}
	out := make([]Change, len(list))
	for i, c := range list {
		out[i] = Change{Seq: c.Seq, Kind: c.Kind, Subject: c.Subject, At: c.At.UnixMicro()}
	}
	return out, nil
}

func (s *session) As(member id.ID) Person { return &person{session: s, member: member} }
