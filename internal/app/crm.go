package app

import "musubi/internal/crm/access"

// CRM are the rooms of the CRM.
type CRM struct {
	Access *access.Service
}

// wireCRM puts the rooms of the CRM together.
func wireCRM(g Ground) CRM {
	return CRM{Access: access.New(g.DB, g.Identity, g.Mail)}
}
