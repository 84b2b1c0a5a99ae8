package integration

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

// MaxRules bounds the rules of an organisation.
const MaxRules = 100

// Rule makes a project of a record that comes to fulfil its conditions: once for each
// record, with the rights of whoever saved it last.
type Rule struct {
	ID         id.ID
	Version    int64
	Name       string
	Active     bool
	Module     string
	Conditions []Condition
	Action     RuleAction
	Portal     id.ID // it was written for; in another one it rests
	RunBy      id.ID // CRM user
	SavedAt    time.Time
}

// RuleAction is the project a rule makes.
type RuleAction struct {
	// Template and Group are those of the portal; zero is none.
	Template id.ID `json:"template"`
	Group    id.ID `json:"group"`
	// Owner is a portal member; zero is the owner of the record, where they are one.
	Owner id.ID `json:"owner"`
	// Pattern is the project's name, with fields in braces: {Deal_Name}.
	Pattern string `json:"pattern"`
	// Anchor is an end of the project, Base a date field of the record, or "" for the
	// day of firing, and Days what is added to it.
	Anchor   string `json:"anchor"`
	Base     string `json:"base"`
	Days     int    `json:"days"`
	Workdays bool   `json:"workdays"`
	// Clients says which contacts become client users.
	Clients string `json:"clients"`
	// Notes copies the record's description and its latest notes into the overview.
	Notes bool `json:"notes"`
	// Files copies the record's latest attachments into the documents, as internal ones.
	Files bool `json:"files"`
	// Reopen is what follows when the record does not fulfil the conditions any more.
	Reopen string `json:"reopen"`
}

// Which contacts of a record become client users of a rule's project.
const (
	ClientsNone    = "none"
	ClientsContact = "contact" // the record's own
	ClientsAll     = "all"     // those of its account
)

// What a rule does when its record is reopened.
const (
	ReopenNothing = "nothing"
	ReopenHold    = "hold"   // the project is put on hold
	ReopenNotify  = "notify" // administrators get a letter
)

// RuleClients lists which contacts can become client users; the first is the default.
func RuleClients() []string { return []string{ClientsNone, ClientsContact, ClientsAll} }

// RuleReopens lists what can follow a reopening; the first is the default.
func RuleReopens() []string { return []string{ReopenNothing, ReopenHold, ReopenNotify} }

// RuleModules lists the modules rules can watch.
func RuleModules() []string {
	return []string{access.TabDeals, access.TabAccounts, access.TabContacts}
}

const maxRuleDays = 3660

// Rules lists the organisation's rules. Administrators only.
func (s *Service) Rules(ctx context.Context, as access.Actor) ([]Rule, error) {
	if err := admin(as); err != nil {
		return nil, err
	}
	return listRules(ctx, s.p.DB, as.Org())
}

// Rule gives one rule.
func (s *Service) Rule(ctx context.Context, as access.Actor, rule id.ID) (Rule, error) {
	if err := admin(as); err != nil {
		return Rule{}, err
	}
	r, err := readRule(ctx, s.p.DB, as.Org(), rule)
	if err != nil {
		return r, err
	}
	return r, s.sayConditions(ctx, as, &r)
}

// RuleForm is what the form of a rule offers: what Projects answers the administrator,
// and the fields of the module.
type RuleForm struct {
	Options gate.Options
	Fields  []RuleField
	Dates   []RuleField
	Named   []RuleField // can stand in the project's name
}

// RuleForm gives what the form of a rule for a module offers.
func (s *Service) RuleForm(ctx context.Context, as access.Actor, module string) (RuleForm, error) {
	var out RuleForm
	if err := admin(as); err != nil {
		return out, err
	}
	if !slices.Contains(RuleModules(), module) {
		return out, fault.NotFound("integration.fault.no_record")
	}
	m, err := s.p.Records.Module(as, module)
	if err != nil {
		return out, err
	}
	out.Fields, out.Dates, out.Named = ruleFields(m), dateFields(m), nameFields(m)
	l, r, err := s.enter(ctx, as, access.Create)
	if err != nil {
		return out, err
	}
	err = s.personCall(ctx, l, r, func(ctx context.Context, p gate.Person) (err error) {
		out.Options, err = p.Options(ctx)
		return err
	})
	return out, err
}

// SaveRule makes a rule, or changes the one in.ID at in.Version; stale when somebody
// saved first. It runs with the rights of whoever saves it.
func (s *Service) SaveRule(ctx context.Context, as access.Actor, in Rule) (Rule, error) {
	if err := admin(as); err != nil {
		return Rule{}, err
	}
	if err := s.checkRule(ctx, as, &in); err != nil {
		return Rule{}, err
	}
	err := s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		l, err := lockLink(ctx, tx, as.Org())
		if err != nil {
			return err
		}
		if err := l.works(tx.Now()); err != nil {
			return err
		}
		in.Portal, in.RunBy, in.SavedAt = l.Portal, as.User(), tx.Now()
		if in.ID == 0 {
			n, err := countRules(ctx, tx, as.Org())
			if err != nil {
				return err
			}
			if n >= MaxRules {
				return fault.Conflict("integration.rule.too_many").With("Limit", MaxRules).WithCode("too_many_rules")
			}
			in.ID, in.Version = tx.NewID(), 1
			err = insertRule(ctx, tx, as.Org(), in)
			if err != nil {
				return err
			}
		} else if err := updateRule(ctx, tx, as.Org(), &in); err != nil {
			return err
		}
		return s.audit(ctx, tx, as, "integration.rule_saved", in.Name)
	})
	return in, err
}

// DeleteRule takes a rule away. What it made stays, and so does the ledger.
func (s *Service) DeleteRule(ctx context.Context, as access.Actor, rule id.ID) error {
	if err := admin(as); err != nil {
		return err
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		r, err := readRule(ctx, tx, as.Org(), rule)
		if err != nil {
			return err
		}
		if err := deleteRule(ctx, tx, as.Org(), rule); err != nil {
			return err
		}
		return s.audit(ctx, tx, as, "integration.rule_deleted", r.Name)
	})
}

// checkRule checks and cleans what was typed.
func (s *Service) checkRule(ctx context.Context, as access.Actor, in *Rule) error {
	bad := fault.Invalid("integration.rule.invalid")
	in.Name = strings.Join(strings.Fields(in.Name), " ")
	if in.Name == "" {
		bad.Field("name", "integration.rule.required")
	} else if utf8.RuneCountInString(in.Name) > 100 {
		bad.Field("name", "integration.rule.too_long", fault.Args{"Limit": 100})
	}
	if !slices.Contains(RuleModules(), in.Module) {
		bad.Field("module", "integration.rule.choice")
		return bad
	}
	m, err := s.p.Records.Module(as, in.Module)
	if err != nil {
		return err
	}
	if in.Conditions, err = s.pointConditions(ctx, as, m, in.Conditions, bad); err != nil {
		return err
	}
	in.Conditions = checkConditions(m, in.Conditions, bad)
	a := &in.Action
	a.Pattern = strings.Join(strings.Fields(a.Pattern), " ")
	switch unknown := unknownField(m, a.Pattern); {
	case a.Pattern == "":
		bad.Field("pattern", "integration.rule.required")
	case utf8.RuneCountInString(a.Pattern) > 200:
		bad.Field("pattern", "integration.rule.too_long", fault.Args{"Limit": 200})
	case unknown != "":
		bad.Field("pattern", "integration.rule.pattern", fault.Args{"Field": unknown})
	}
	choice := func(name string, value *string, list []string) {
		if *value == "" {
			*value = list[0]
		}
		if !slices.Contains(list, *value) {
			bad.Field(name, "integration.rule.choice")
		}
	}
	choice("anchor", &a.Anchor, []string{gate.AnchorStart, gate.AnchorEnd})
	choice("clients", &a.Clients, RuleClients())
	choice("reopen", &a.Reopen, RuleReopens())
	if a.Base != "" && !slices.ContainsFunc(dateFields(m), func(f RuleField) bool { return f.Name == a.Base }) {
		bad.Field("base", "integration.rule.choice")
	}
	if a.Days < -maxRuleDays || a.Days > maxRuleDays {
		bad.Field("days", "integration.rule.days", fault.Args{"Limit": maxRuleDays})
	}
	return bad.OrNil()
}
