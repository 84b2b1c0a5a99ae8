package integration

import "musubi/internal/id"

// RecordRef names a CRM record.
type RecordRef struct {
	Module string
	ID     id.ID
	Name   string
}

// subject is what the integration needs of an account, contact or deal.
type subject struct {
	RecordRef
	Account     id.ID // the account itself, or that of the contact or deal
	AccountName string
	Email       string // of a contact
	Owner       id.ID
}

// blocked says what is missing before a project can be made from the record: R10.1
// and R10.2.
func (r subject) blocked() string {
	switch {
	case r.Account == 0:
		return NextChooseAccount
	case r.Module == "Contacts" && r.Email == "":
		return NextAddEmail
	}
	return NextNone
}
