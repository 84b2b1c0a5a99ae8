package integration

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"musubi/internal/crm/access"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

// What a rehearsal says of a client.
const (
	MatchExact     = "exact"     // one account of the same folded name: the run would tie it
	MatchLegal     = "legal"     // the same but for the legal form: a suggestion
	MatchSimilar   = "similar"   // alike in other ways, which Reasons names: a suggestion
	MatchAmbiguous = "ambiguous" // several accounts
	MatchTaken     = "taken"     // the account is another client's already
	MatchTied      = "tied"      // tied already
	MatchNone      = "none"
)

// Scores of matches, 100 for the surest.
var matchScores = map[string]int{MatchExact: 100, MatchLegal: 90, MatchAmbiguous: 50}

// RehearsedPair is a client with the account it matches. Account is zero where there is
// none, or none that is sure.
type RehearsedPair struct {
	Client  gate.Company
	Users   int
	Account RecordRef
	Match   string
	Reasons []string // of MatchSimilar, one of the Alike words each
	Score   int      // 0 where nothing would be tied
}

// rehearsedClients is how many clients one page of a rehearsal shows.
const rehearsedClients = 100

// RehearseAssociation says, client by client, what the association would tie and what
// it suggests, at any time; it changes nothing. Administrators only.
func (s *Service) RehearseAssociation(ctx context.Context, as access.Actor, cursor string) (page.Page[RehearsedPair], error) {
	var out page.Page[RehearsedPair]
	l, err := s.adminLink(ctx, as)
	if err != nil {
		return out, err
	}
	if err := l.works(s.p.DB.Now()); err != nil {
		return out, err
	}
	var b gate.ClientBatch
	err = s.pageCall(ctx, l, func(ctx context.Context, g gate.Session) (err error) {
		b, err = g.Clients(ctx, cursor, rehearsedClients)
		return err
	})
	if err != nil {
		return out, err
	}
	out.Next = b.Next
	exact, err := s.p.Records.MatchAccounts(ctx, s.p.DB, s.system(l.Org), nameKeys(b.Clients))
	if err != nil {
		return out, err
	}
	var keys []string
	for _, c := range b.Clients {
		if k := record.SuggestKey(c.Name); k != "" {
			keys = append(keys, k)
		}
	}
	similar, err := s.p.Records.SuggestAccounts(ctx, s.system(l.Org), keys)
	if err != nil {
		return out, err
	}
	var accounts []id.ID
	for _, list := range []map[string][]record.AccountMatch{exact, similar} {
		for _, found := range list {
			for _, a := range found {
				accounts = append(accounts, a.ID)
			}
		}
	}
	taken := map[id.ID]clientLink{}
	companies := make([]id.ID, len(b.Clients))
	for i, c := range b.Clients {
		companies[i] = c.ID
	}
	ties, err := clientsOf(ctx, s.p.DB, l, accounts)
	if err != nil {
		return out, err
	}
	for _, t := range ties {
		taken[t.Account] = t
	}
	tied, err := tiedCompanies(ctx, s.p.DB, l, companies)
	if err != nil {
		return out, err
	}
	tiedTo, err := s.p.Records.Names(ctx, s.system(l.Org), access.TabAccounts, slices.Collect(maps.Values(tied)))
	if err != nil {
		return out, err
	}
	for _, c := range b.Clients {
		p := RehearsedPair{Client: c.Company, Users: len(c.Users), Match: MatchNone}
		switch found, close := exact[record.NameKey(c.Name)], similar[record.SuggestKey(c.Name)]; {
		case tied[c.ID] != 0:
			p.Match, p.Account = MatchTied, RecordRef{Module: access.TabAccounts, ID: tied[c.ID], Name: tiedTo[tied[c.ID]]}
		case len(found) == 1:
			p.pair(MatchExact, found[0], taken)
		case len(found) > 1:
			p.Match = MatchAmbiguous
		case len(close) == 1:
			p.pair(MatchLegal, close[0], taken)
		case len(close) > 1:
			p.Match = MatchAmbiguous
		}
		p.Score = matchScores[p.Match]
		out.Items = append(out.Items, p)
	}
	return out, s.rehearseSimilar(ctx, l, b.Clients, exact, similar, out.Items)
}

// rehearseSimilar completes the pairs that have no account of the name, or several, with
// the account most like the client.
func (s *Service) rehearseSimilar(ctx context.Context, l link, clients []gate.Client, exact, similar map[string][]record.AccountMatch, pairs []RehearsedPair) error {
	var open []gate.Client
	among := map[id.ID][]record.AccountMatch{}
	for i, p := range pairs {
		if p.Match != MatchNone && p.Match != MatchAmbiguous {
			continue
		}
		c := clients[i]
		if p.Match == MatchAmbiguous {
			among[c.ID] = append(slices.Clone(exact[record.NameKey(c.Name)]), similar[record.SuggestKey(c.Name)]...)
		}
		open = append(open, c)
	}
	found, err := s.suggest(ctx, l, open, among)
	if err != nil {
		return err
	}
	for i, p := range pairs {
		x, ok := found[p.Client.ID]
		if !ok {
			continue
		}
		pairs[i].pair(MatchSimilar, x.account, nil)
		pairs[i].Score, pairs[i].Reasons = x.score, x.reasons
	}
	return nil
}

func (p *RehearsedPair) pair(match string, a record.AccountMatch, taken map[id.ID]clientLink) {
	p.Match, p.Account = match, RecordRef{Module: access.TabAccounts, ID: a.ID, Name: a.Name}
	if _, ok := taken[a.ID]; ok {
		p.Match = MatchTaken
	}
}

// ClientPair is a client and an account to tie.
type ClientPair struct{ Client, Account id.ID }

// LinkClients ties chosen pairs by hand and says how many it tied; pairs that cannot be
// tied any more are left out. Administrators only.
func (s *Service) LinkClients(ctx context.Context, as access.Actor, pairs []ClientPair) (int, error) {
	if err := admin(as); err != nil {
		return 0, err
	}
	if len(pairs) == 0 || len(pairs) > rehearsedClients {
		return 0, fault.Invalid("integration.rehearsal.choose").Field("pair", "integration.rehearsal.choose")
	}
	l, err := s.adminLink(ctx, as)
	if err != nil {
		return 0, err
	}
	if err := l.works(s.p.DB.Now()); err != nil {
		return 0, err
	}
	var clients, accounts []id.ID
	for _, p := range pairs {
		clients, accounts = append(clients, p.Client), append(accounts, p.Account)
	}
	names, err := s.p.Records.Names(ctx, as, access.TabAccounts, accounts)
	if err != nil {
		return 0, err
	}
	var found []gate.Company
	err = s.pageCall(ctx, l, func(ctx context.Context, g gate.Session) (err error) {
		found, err = g.Companies(ctx, clients)
		return err
	})
	if err != nil {
		return 0, err
	}
	companies := map[id.ID]string{}
	for _, c := range found {
		companies[c.ID] = c.Name
	}
	done := 0
	err = s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		done = 0
		if err := s.same(ctx, tx, l); err != nil {
			return err
		}
		went, err := s.p.Records.MergedInto(ctx, tx, as, accounts)
		if err != nil {
			return err
		}
		for _, p := range pairs {
			account, company := names[p.Account], companies[p.Client]
			if account == "" || company == "" || went[p.Account] != 0 {
				continue
			}
			tied, err := insertClientLink(ctx, tx, l, clientLink{Company: p.Client, Account: p.Account, Name: company, Source: SourceManual, By: as.User()})
			if err != nil {
				return err
			}
			if !tied {
				continue
			}
			done++
			if err := s.audit(ctx, tx, as, "integration.client_linked", account+" – "+company); err != nil {
				return err
			}
		}
		return nil
	})
	return done, err
}

// RepeatAssociation runs the association once more, for what has come since: what is
// tied stays, and people of clients that were tied by hand find their contacts.
// Administrators only.
func (s *Service) RepeatAssociation(ctx context.Context, as access.Actor, version int64) error {
	return s.change(ctx, as, version, func(ctx context.Context, tx *store.Tx, l *link) error {
		if err := l.works(tx.Now()); err != nil {
			return err
		}
		r, err := latestRun(ctx, tx, l.Org, RunAssociation)
		if err != nil {
			return err
		}
		if l.Answer != AnswerYes || r.Epoch != l.Epoch {
			return fault.Conflict("integration.rehearsal.first").WithCode("first")
		}
		if r.Going() {
			return fault.Conflict("integration.rehearsal.going").WithCode("going")
		}
		if err := s.audit(ctx, tx, as, "integration.association_repeated", l.PortalName); err != nil {
			return err
		}
		if r, err = startRun(ctx, tx, *l, RunAssociation, as.User()); err != nil {
			return err
		}
		return s.p.Queue.Insert(ctx, tx, associationJob{Org: l.Org, Run: r.ID})
	})
}

// UndoAssociation takes back what the association run tied, as a whole, and opens the
// question again. What people tied by hand or with a project stays tied. Contacts the
// run made stay in the CRM too, unless bin is set: then those that nobody has changed or
// used since go to the bin. Administrators only.
func (s *Service) UndoAssociation(ctx context.Context, as access.Actor, version int64, bin bool) (Overview, error) {
	err := s.change(ctx, as, version, func(ctx context.Context, tx *store.Tx, l *link) error {
		if err := l.bound(tx.Now()); err != nil {
			return err
		}
		r, err := latestRun(ctx, tx, l.Org, RunAssociation)
		if err != nil {
			return err
		}
		if l.Answer != AnswerYes || r.Epoch != l.Epoch {
			return fault.Conflict("integration.rehearsal.nothing").WithCode("nothing_to_undo")
		}
		if r.Going() {
			return fault.Conflict("integration.rehearsal.going").WithCode("going")
		}
		n, err := deleteMatched(ctx, tx, *l)
		if err != nil {
			return err
		}
		l.Answer, l.AnswerBy, l.AnswerAt = AnswerNone, 0, tx.Now()
		if bin {
			if err := s.startDiscard(ctx, tx, *l, as.User()); err != nil {
				return err
			}
		}
		return s.audit(ctx, tx, as, "integration.association_undone", l.PortalName+": "+strconv.FormatInt(n, 10))
	})
	if err != nil {
		return Overview{}, err
	}
	return s.Overview(ctx, as)
}
