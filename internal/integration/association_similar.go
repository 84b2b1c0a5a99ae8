package integration

import (
	"cmp"
	"context"
	"slices"

	"musubi/internal/crm/record"
	"musubi/internal/id"
	"musubi/internal/projects/gate"
)

// Why an account is suggested for a client.
const (
	AlikeReading  = "reading"  // the フリガナ
	AlikeSite     = "site"     // the website's domain
	AlikeMail     = "mail"     // the domain of its people's addresses
	AlikePhone    = "phone"    // the number
	AlikeSpelling = "spelling" // nearly the same letters
	AlikeName     = "name"     // the very name, which other accounts have too
)

// What each likeness alone is worth, in per cent; a further one adds alikeMore, and
// nothing but the same name comes above alikeMost.
const (
	alikeReading  = 85
	alikeSite     = 75
	alikePhone    = 75
	alikeMail     = 70
	alikeSpelling = 85 // of names that are wholly the same; others less, in proportion
	alikeMore     = 5
	alikeMost     = 95
	// alikeLeast is the least score that is suggested.
	alikeLeast = 50
	// spellingCounts is how alike names are at least for that to be a reason.
	spellingCounts = 60
	// alikeTwice is all that is left of a score two accounts reach.
	alikeTwice = 50
)

// suggestion is the account most like a client.
type suggestion struct {
	account record.AccountMatch
	score   int
	reasons []string
}

// suggest looks for accounts like the clients that have no client yet; only lists the
// accounts in question of a client, where it is not empty.
func (s *Service) suggest(ctx context.Context, l link, clients []gate.Client, only map[id.ID][]record.AccountMatch) (map[id.ID]suggestion, error) {
	out := map[id.ID]suggestion{}
	for part := range slices.Chunk(clients, record.MaxProbes) {
		probes := make([]record.Probe, len(part))
		for i, c := range part {
			p := record.Probe{Ref: c.ID.String(), Name: c.Name, Site: c.Website, Phone: c.Phone, Mails: []string{c.Email}}
			for _, u := range c.Users {
				p.Mails = append(p.Mails, u.Email)
			}
			probes[i] = p
		}
		found, err := s.p.Records.SimilarAccounts(ctx, s.system(l.Org), probes)
		if err != nil {
			return nil, err
		}
		var accounts []id.ID
		for _, list := range found {
			for _, a := range list {
				accounts = append(accounts, a.ID)
			}
		}
		ties, err := clientsOf(ctx, s.p.DB, l, accounts)
		if err != nil {
			return nil, err
		}
		taken := map[id.ID]bool{}
		for _, t := range ties {
			taken[t.Account] = true
		}
		for _, c := range part {
			among := only[c.ID]
			list := slices.DeleteFunc(found[c.ID.String()], func(a record.Similar) bool {
				return taken[a.ID] || len(among) > 0 && !slices.ContainsFunc(among, func(m record.AccountMatch) bool { return m.ID == a.ID })
			})
			if best, ok := mostAlike(list, len(among) > 0); ok {
				out[c.ID] = best
			}
		}
	}
	return out, nil
}

// mostAlike gives the best of a list. Where all have the client's name, the name itself
// tells nothing.
func mostAlike(list []record.Similar, sameName bool) (suggestion, bool) {
	all := make([]suggestion, 0, len(list))
	for _, a := range list {
		if sameName {
			a.Spelling = 0
		}
		if x := alike(a); x.score >= alikeLeast {
			if sameName {
				x.reasons = append([]string{AlikeName}, x.reasons...)
			}
			all = append(all, x)
		}
	}
	if len(all) == 0 {
		return suggestion{}, false
	}
	slices.SortFunc(all, func(a, b suggestion) int {
		return cmp.Or(b.score-a.score, cmp.Compare(a.account.ID, b.account.ID))
	})
	if len(all) > 1 && all[1].score == all[0].score {
		all[0].score = min(all[0].score, alikeTwice)
	}
	return all[0], true
}

// alike scores what an account shares with a client.
func alike(a record.Similar) suggestion {
	x := suggestion{account: a.AccountMatch}
	reason := func(is bool, name string, worth int) {
		if is {
			x.reasons = append(x.reasons, name)
			x.score = max(x.score, worth)
		}
	}
	reason(a.Reading, AlikeReading, alikeReading)
	reason(a.Site, AlikeSite, alikeSite)
	reason(a.Telephone, AlikePhone, alikePhone)
	reason(a.Mail, AlikeMail, alikeMail)
	reason(a.Spelling >= spellingCounts, AlikeSpelling, alikeSpelling*a.Spelling/100)
	if len(x.reasons) > 1 {
		x.score += alikeMore * (len(x.reasons) - 1)
	}
	x.score = min(x.score, alikeMost)
	return x
}
