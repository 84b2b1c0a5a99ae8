package work

import (
	"context"
	"slices"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/portal"
)

// Layers between somebody of the portal and what is in a project, in the order they are
// asked.
const (
	LayerPerson = "person" // may enter the portal
	LayerBin    = "bin"    // the project is not in it
	LayerAccess = "access" // enters the project
	LayerItem   = "item"   // sees the item
)

// Words of LayerAccess: by what somebody enters a project, or why not.
const (
	AccessAll          = "all"           // the role sees every project
	AccessMember       = "member"        // was put on it
	AccessPublic       = "public"        // everybody of the portal enters it
	AccessNamed        = "named"         // a client user who was let in by name
	AccessCompany      = "company"       // a client user whose whole company was
	AccessPrivate      = "private"       // no: not on it, and it is private
	AccessNotNamed     = "not_named"     // no: the company is on it, the client user is not
	AccessOtherCompany = "other_company" // no: the company is not on it
)

// Words of LayerItem that say no. One that says yes names the level of the right.
const (
	ItemInternal  = "internal"  // clients see what is external
	ItemUnrelated = "unrelated" // sees what they made or are to do
	ItemNone      = "none"      // sees no item of the kind
)

// Verdict is what one layer says. Asked is false for layers behind one that said no. Word
// says why: a role for LayerPerson, one of the words above for the others.
type Verdict struct {
	Layer  string
	Asked  bool
	Passed bool
	Word   string
}

// Explanation says why somebody sees something in a project, or does not.
type Explanation struct {
	Person   portal.Person
	Project  portal.Ref
	Item     string // its title; empty where the project alone was asked for
	Verdicts []Verdict
}

// Shown says whether every layer lets the person through.
func (e Explanation) Shown() bool {
	return !slices.ContainsFunc(e.Verdicts, func(v Verdict) bool { return !v.Passed })
}

func (e *Explanation) add(layer string, passed bool, word string) {
	v := Verdict{Layer: layer, Asked: e.Shown(), Word: word}
	v.Passed = v.Asked && passed
	e.Verdicts = append(e.Verdicts, v)
}

// ExplainKinds lists the kinds of items that can be asked for.
func ExplainKinds() []string { return []string{kindTask, kindMilestone, kindBug, kindDocument} }

// Explain asks every layer between a member or client user and a project, or an item of it
// unless item is zero. It is for those who manage the portal's people. Whether somebody
// passes is asked of the very queries that serve them, so the answer is never a guess.
func (s *Service) Explain(ctx context.Context, as portal.Member, person, project id.ID, kind string, item id.ID) (Explanation, error) {
	var out Explanation
	who, badge, err := s.portals.Standing(ctx, as, person)
	if err != nil {
		return out, err
	}
	p, err := findProject(ctx, s.db, as, project, true)
	if err == nil && p.Template {
		err = notFound()
	}
	if err != nil {
		return out, err
	}
	out.Person, out.Project = who, portal.Ref{ID: p.ID, Name: p.Name}
	if item != 0 {
		if out.Item, err = s.titleOf(ctx, stanceOf(as, p), project, kind, item); err != nil {
			return out, err
		}
	}
	out.add(LayerPerson, who.Active, string(badge.Role()))
	out.add(LayerBin, p.TrashedAt.IsZero(), "")
	theirs, err := findProject(ctx, s.db, badge, project, true)
	enters := err == nil
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return out, err
	}
	word, err := s.access(ctx, as, badge, p, theirs, enters)
	if err != nil {
		return out, err
	}
	out.add(LayerAccess, enters, word)
	if item == 0 {
		return out, nil
	}
	st := stanceOf(badge, theirs)
	_, err = s.titleOf(ctx, st, project, kind, item)
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return out, err
	}
	out.add(LayerItem, err == nil, st.itemWord(kind, err == nil))
	return out, nil
}

// access words by what somebody enters a project, or why they do not.
func (s *Service) access(ctx context.Context, as, who portal.Member, p, theirs projectRow, enters bool) (string, error) {
	if !who.Client() {
		switch {
		case !enters:
			return AccessPrivate, nil
		case seesAll(who):
			return AccessAll, nil
		case theirs.role != "" || theirs.Owner.ID == who.ID():
			return AccessMember, nil
		}
		return AccessPublic, nil
	}
	list, err := listClients(ctx, s.db, as, p.ID)
	if err != nil {
		return "", err
	}
	at := slices.IndexFunc(list, func(c ProjectClient) bool { return c.Company.ID == who.CompanyID() })
	switch {
	case at < 0:
		return AccessOtherCompany, nil
	case slices.ContainsFunc(list[at].Users, func(u portal.Ref) bool { return u.ID == who.ID() }):
		return AccessNamed, nil
	case list[at].AllUsers:
		return AccessCompany, nil
	}
	return AccessNotNamed, nil
}

// itemWord words why somebody sees an item of a kind, or does not.
func (st stance) itemWord(kind string, sees bool) string {
	level := st.level(map[string]portal.Action{kindTask: portal.ActViewTask, kindMilestone: portal.ActViewMilestone,
		kindBug: portal.ActViewBug, kindDocument: portal.ActViewDocument}[kind])
	switch {
	case sees:
		return string(level)
	case level == portal.LevelExternal:
		return ItemInternal
	case level == portal.LevelRelated:
		return ItemUnrelated
	}
	return ItemNone
}

// titleOf names an item that the badge sees.
func (s *Service) titleOf(ctx context.Context, st stance, project id.ID, kind string, item id.ID) (string, error) {
	switch kind {
	case kindTask:
		t, err := findTask(ctx, s.db, st, project, item)
		return t.Title, err
	case kindMilestone:
		m, err := findMilestone(ctx, s.db, st, project, item)
		return m.Name, err
	case kindBug:
		b, err := findBug(ctx, s.db, st, project, item)
		return b.Title, err
	case kindDocument:
		d, err := findDocument(ctx, s.db, st, project, item)
		return d.Name, err
	}
	return "", notFound()
}
