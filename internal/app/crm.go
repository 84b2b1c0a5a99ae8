package app

import (
	"musubi/internal/crm/access"
	"musubi/internal/crm/attachment"
	"musubi/internal/crm/builtin"
	"musubi/internal/crm/note"
	"musubi/internal/crm/record"
	"musubi/internal/crm/view"
)

// CRM are the rooms of the CRM.
type CRM struct {
	Access  *access.Service
	Records *record.Service
	Notes   *note.Service
	Files   *attachment.Service
	Views   *view.Service
}

// wireCRM puts the rooms of the CRM together.
func wireCRM(g Ground) CRM {
	rights := access.New(g.DB, g.Identity, g.Mail)
	records := record.New(g.DB, rights, builtin.Modules())
	records.Register(g.Queue)
	return CRM{Access: rights, Records: records, Notes: note.New(g.DB, records), Views: view.New(g.DB, records), Files: attachment.New(g.DB, records, g.Files)}
}
