package record

import (
	"context"
	"slices"
	"strings"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/id"
)

// Bounds of one search for similar accounts.
const (
	// MaxProbes is how many are looked for at once.
	MaxProbes = 100
	// maxPosting is how many accounts may share a piece of a name that is looked at: what
	// more share says little.
	maxPosting = 200
	// rarePieces is how many of a name's pieces are looked up, the rarest first.
	rarePieces = 5
	// maxNear is how many accounts are compared with one probe, those that share most.
	maxNear = 20
)

// Probe is what similar accounts are looked for by. Ref is the caller's own word for it.
type Probe struct {
	Ref   string
	Name  string
	Site  string
	Phone string
	Mails []string // addresses of its people
}

// Similar is an account that shares something with a probe. Spelling compares the names,
// 0 to 100; the rest says what is the same.
type Similar struct {
	AccountMatch
	Spelling                       int
	Reading, Site, Mail, Telephone bool
}

// SimilarAccounts gives, by the probes' refs, the accounts that share reading, domain,
// phone or rare pieces of the name with them: a bounded number of looks at indexes,
// however many accounts there are. System only.
func (s *Service) SimilarAccounts(ctx context.Context, as access.Actor, probes []Probe) (map[string][]Similar, error) {
	if err := as.RequireSystem(); err != nil {
		return nil, err
	}
	probes = probes[:min(len(probes), MaxProbes)]
	var facts, pieces []probeKey
	for _, p := range probes {
		name := field.SuggestKey(p.Name)
		keys := []string{field.SiteMatch(p.Site), field.PhoneMatch(p.Phone)}
		if d := field.DomainKey(p.Site); d != "" {
			keys = append(keys, field.MailMatch(d))
		}
		if field.Kana(name) {
			keys = append(keys, field.ReadingMatch(name))
		}
		for _, m := range p.Mails[:min(len(p.Mails), maxNear)] {
			keys = append(keys, field.MailMatch(m), field.SiteMatch(m))
		}
		for _, k := range unique(keys) {
			facts = append(facts, probeKey{p.Ref, k})
		}
		for _, k := range field.PieceMatches(name) {
			pieces = append(pieces, probeKey{p.Ref, k})
		}
	}
	known, err := sharing(ctx, s.db, as.Org(), facts)
	if err != nil {
		return nil, err
	}
	near, err := s.spelling(ctx, as.Org(), pieces)
	if err != nil {
		return nil, err
	}
	for ref, of := range near {
		if known[ref] == nil {
			known[ref] = map[id.ID]string{}
		}
		for _, account := range of {
			known[ref][account] += ""
		}
	}
	return s.compared(ctx, as.Org(), probes, known)
}

// spelling gives the accounts that share the rarest pieces of each probe's name.
func (s *Service) spelling(ctx context.Context, org id.ID, pieces []probeKey) (map[string][]id.ID, error) {
	var keys []string
	for _, p := range pieces {
		keys = append(keys, p.Key)
	}
	counts, err := postings(ctx, s.db, org, unique(keys))
	if err != nil {
		return nil, err
	}
	byRef := map[string][]probeKey{}
	for _, p := range pieces {
		if n := counts[p.Key]; n > 0 && n <= maxPosting {
			byRef[p.Ref] = append(byRef[p.Ref], p)
		}
	}
	var rare []probeKey
	for _, of := range byRef {
		slices.SortStableFunc(of, func(a, b probeKey) int { return counts[a.Key] - counts[b.Key] })
		rare = append(rare, of[:min(len(of), rarePieces)]...)
	}
	return sharingPieces(ctx, s.db, org, rare)
}

// compared reads the accounts and compares their names with the probes'.
func (s *Service) compared(ctx context.Context, org id.ID, probes []Probe, known map[string]map[id.ID]string) (map[string][]Similar, error) {
	var ids []id.ID
	for _, of := range known {
		for account := range of {
			ids = append(ids, account)
		}
	}
	slices.Sort(ids)
	accounts, err := accountsByID(ctx, s.db, org, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	out := map[string][]Similar{}
	for _, p := range probes {
		name := field.ReadingKey(field.SuggestKey(p.Name)) // hiragana or katakana is no difference
		for account, what := range known[p.Ref] {
			a, ok := accounts[account]
			if !ok {
				continue
			}
			out[p.Ref] = append(out[p.Ref], Similar{AccountMatch: a, Spelling: field.Likeness(name, field.ReadingKey(field.SuggestKey(a.Name))),
				Reading: strings.Contains(what, field.MatchReading), Site: strings.Contains(what, field.MatchSite),
				Mail: strings.Contains(what, field.MatchMail), Telephone: strings.Contains(what, field.MatchPhone)})
		}
	}
	return out, nil
}

// unique gives the keys that are not empty, each once.
func unique(keys []string) []string {
	out := slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return k == "" })
	slices.Sort(out)
	return slices.Compact(out)
}
