package integration

import (
	"context"
	"strings"
	"unicode"

	"musubi/internal/crm/record"
	"musubi/internal/id"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

// Reasons of the report. The first ones say why something was not associated, the
// last ones only inform.
const (
	ReasonNoMatch          = "no_match"
	ReasonAmbiguousAccount = "ambiguous_account"
	ReasonDuplicateClient  = "duplicate_client" // a second client of one account
	ReasonAmbiguousContact = "ambiguous_contact"
	ReasonInvalidContact   = "invalid_contact"
	ReasonNoEmail          = "contact_no_email"
	ReasonContactLinked    = "contact_linked" // the contact belongs to another client user

	ReasonAlreadyLinked  = "already_linked"
	ReasonNoUsers        = "client_has_no_users"
	ReasonOtherAccount   = "contact_other_account"
	ReasonContactCreated = "contact_created"
)

// informs says whether a reason is no failure.
func informs(reason string) bool {
	switch reason {
	case "", ReasonAlreadyLinked, ReasonNoUsers, ReasonOtherAccount, ReasonContactCreated:
		return true
	}
	return false
}

// Kinds of AssociationRow.
const (
	RowClient = "client"
	RowUser   = "client_user"
)

// AssociationRow is the outcome of one client or client user. Reason is empty where
// there is nothing to say but that it was associated.
type AssociationRow struct {
	Kind      string
	Client    string
	User      string
	Email     string
	Account   string
	Contact   string
	AccountID id.ID
	ContactID id.ID
	Reason    string
	Info      bool
}

// batch is what is looked up for a batch of clients.
type batch struct {
	clients  []gate.Client
	accounts map[string][]record.AccountMatch
	contacts map[string][]record.ContactMatch
	emails   []string
}

// prepare gathers what a batch is matched by. Clients without a match count too: they may
// be tied by hand.
func prepare(list []gate.Client) batch {
	p := batch{clients: list}
	for _, c := range list {
		for _, u := range c.Users {
			if key := record.EmailKey(u.Email); key != "" {
				p.emails = append(p.emails, key)
			}
		}
	}
	return p
}

// match matches the batch: one statement for the accounts, one for the contacts. The link
// is locked, and a merge waits for that lock before it moves anything: so what is matched
// is not merged away before it is tied, and what is tied a later merge takes along.
func (s *Service) match(ctx context.Context, tx *store.Tx, l link, p *batch) (err error) {
	if p.accounts, err = s.p.Records.MatchAccounts(ctx, tx, s.system(l.Org), nameKeys(p.clients)); err != nil {
		return err
	}
	p.contacts, err = s.p.Records.MatchContacts(ctx, tx, s.system(l.Org), p.emails)
	return err
}

// decide ties what matches and says why the rest does not, in the order of the batch.
// It reads the present ties under the link's lock, so people who associate by hand
// meanwhile are respected.
func (s *Service) decide(ctx context.Context, tx *store.Tx, l link, p batch) (rows []AssociationRow, failed int64, err error) {
	if err := s.match(ctx, tx, l, &p); err != nil {
		return nil, 0, err
	}
	ties, err := tiesAround(ctx, tx, l, p)
	if err != nil {
		return nil, 0, err
	}
	d := decision{ties: ties}
	for _, c := range p.clients {
		row := AssociationRow{Kind: RowClient, Client: c.Name}
		account, ok := d.client(&row, c, p.accounts[record.NameKey(c.Name)])
		if ok && len(c.Users) == 0 && row.Reason == "" {
			row.Reason = ReasonNoUsers
		}
		d.rows = append(d.rows, row)
		if !ok {
			continue
		}
		for _, u := range c.Users {
			d.user(c, u, account, p.contacts[record.EmailKey(u.Email)])
		}
	}
	if err := s.createContacts(ctx, tx, l, &d); err != nil {
		return nil, 0, err
	}
	if err := insertTies(ctx, tx, l, d.clients, d.contacts); err != nil {
		return nil, 0, err
	}
	for i := range d.rows {
		d.rows[i].Info = informs(d.rows[i].Reason)
		if !d.rows[i].Info {
			failed++
		}
	}
	return d.rows, failed, nil
}

// decision gathers what a batch comes to.
type decision struct {
	ties     ties
	rows     []AssociationRow
	clients  []clientLink
	contacts []contactLink
	// made are contacts to be created; at is the row and link of each.
	made []record.NewContact
	at   []pending
}

type pending struct{ row, link int }

// client decides about one client; ok says whether it is tied to an account.
func (d *decision) client(row *AssociationRow, c gate.Client, found []record.AccountMatch) (record.AccountMatch, bool) {
	if account, tied := d.ties.accountOf[c.ID]; tied {
		row.Reason, row.AccountID = ReasonAlreadyLinked, account
		for _, m := range found {
			if m.ID == account {
				row.Account = m.Name
				return m, true
			}
		}
		return record.AccountMatch{ID: account}, true
	}
	switch len(found) {
	case 0:
		row.Reason = ReasonNoMatch
		return record.AccountMatch{}, false
	case 1:
	default:
		row.Reason = ReasonAmbiguousAccount
		return record.AccountMatch{}, false
	}
	m := found[0]
	row.Account, row.AccountID = m.Name, m.ID
	if _, taken := d.ties.companyOf[m.ID]; taken {
		row.Reason = ReasonDuplicateClient
		return m, false
	}
	d.ties.companyOf[m.ID], d.ties.accountOf[c.ID] = c.ID, m.ID
	d.clients = append(d.clients, clientLink{Company: c.ID, Account: m.ID, Name: c.Name, Source: SourceMatched})
	return m, true
}

// user decides about one client user of a tied client.
func (d *decision) user(c gate.Client, u gate.ClientUser, account record.AccountMatch, found []record.ContactMatch) {
	row := AssociationRow{Kind: RowUser, Client: c.Name, User: u.Name, Email: u.Email, Account: account.Name, AccountID: account.ID}
	tie := contactLink{User: u.ID, Company: c.ID, Account: account.ID, Source: SourceMatched}
	match, reason := pick(found, account.ID)
	switch {
	case d.ties.contactOf[u.ID] != 0:
		row.Reason, row.ContactID = ReasonAlreadyLinked, d.ties.contactOf[u.ID]
	case record.EmailKey(u.Email) == "":
		row.Reason = ReasonNoEmail
	case reason == ReasonNoMatch:
		d.at = append(d.at, pending{row: len(d.rows), link: len(d.contacts)})
		d.made = append(d.made, newContact(u, account))
		row.Reason = ReasonContactCreated
		d.contacts = append(d.contacts, tie)
	case reason != "":
		row.Reason = reason
	case d.ties.userOf[match.ID] != 0:
		row.Reason, row.Contact, row.ContactID = ReasonContactLinked, match.Name, match.ID
	default:
		row.Contact, row.ContactID = match.Name, match.ID
		tie.Contact, tie.Account = match.ID, match.Account
		if match.Account != account.ID && match.Account != 0 {
			row.Reason = ReasonOtherAccount // tied, not moved
		}
		d.ties.userOf[match.ID] = u.ID
		d.contacts = append(d.contacts, tie)
	}
	d.rows = append(d.rows, row)
}

// pick chooses the contact of an address: the only one, or the only one of several
// that belongs to the account.
func pick(found []record.ContactMatch, account id.ID) (record.ContactMatch, string) {
	switch len(found) {
	case 0:
		return record.ContactMatch{}, ReasonNoMatch
	case 1:
		return found[0], ""
	}
	var own []record.ContactMatch
	for _, m := range found {
		if m.Account == account {
			own = append(own, m)
		}
	}
	if len(own) == 1 {
		return own[0], ""
	}
	return record.ContactMatch{}, ReasonAmbiguousContact
}

func newContact(u gate.ClientUser, account record.AccountMatch) record.NewContact {
	last, first := splitName(u.Name)
	if last == "" {
		last, _, _ = strings.Cut(u.Email, "@")
	}
	return record.NewContact{Ref: u.ID.String(), Account: account.ID, Owner: account.Owner, LastName: last, FirstName: first, Email: u.Email}
}

// splitName makes last and first name of a full one: Japanese names put the last name
// first, others last. Without a space it is all last name.
func splitName(full string) (last, first string) {
	words := strings.Fields(full)
	switch {
	case len(words) == 0:
		return "", ""
	case len(words) == 1:
		return words[0], ""
	case japanese(full):
		return words[0], strings.Join(words[1:], " ")
	}
	return words[len(words)-1], strings.Join(words[:len(words)-1], " ")
}

func japanese(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) })
}

// createContacts makes the contacts that were missing and completes their rows and
// ties; one that could not be made has its tie dropped.
func (s *Service) createContacts(ctx context.Context, tx *store.Tx, l link, d *decision) error {
	if len(d.made) == 0 {
		return nil
	}
	made, err := s.p.Records.CreateContacts(ctx, tx, s.system(l.Org), d.made)
	if err != nil {
		return err
	}
	for i, m := range made {
		at := d.at[i]
		if m.Problem != "" {
			d.rows[at.row].Reason = ReasonInvalidContact
			continue
		}
		d.rows[at.row].Contact, d.rows[at.row].ContactID = d.rows[at.row].User, m.ID
		d.contacts[at.link].Contact = m.ID
	}
	kept := d.contacts[:0]
	for _, c := range d.contacts {
		if c.Contact != 0 {
			kept = append(kept, c)
		}
	}
	d.contacts = kept
	return nil
}
