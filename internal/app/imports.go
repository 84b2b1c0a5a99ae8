package app

import (
	"net/http"

	"musubi/internal/crm/access"
	"musubi/internal/crm/builtin"
	crmbulk "musubi/internal/crm/bulk"
	"musubi/internal/id"
	"musubi/internal/importer"
	projectbulk "musubi/internal/projects/bulk"
	"musubi/internal/projects/portal"
	"musubi/internal/web/importpages"
	"musubi/internal/web/shell"
)

// wireImports tells the importer what can be brought in.
func wireImports(g Ground, crm CRM, project Project) *importer.Service {
	s := importer.New(g.DB, g.Queue)
	s.Register(crmbulk.Kinds(crm.Access, crm.Records, builtin.Modules())...)
	s.Register(projectbulk.Kinds(project.Portals)...)
	return s
}

// crmImports and portalImports are the import pages of the two houses.
func (a *App) crmImports(s *shell.Shell) *importpages.Pages {
	return importpages.New(s, a.Imports, importpages.House{
		Base: "/crm/",
		Who: func(r *http.Request) (tenant, user id.ID) {
			as := shell.From[access.Actor](r.Context())
			return as.Org(), as.User()
		},
		List: func(kind string) string {
			return map[string]string{crmbulk.Accounts: "/" + access.TabAccounts, crmbulk.Contacts: "/" + access.TabContacts}[kind]
		},
	})
}

func (a *App) portalImports(s *shell.Shell) *importpages.Pages {
	return importpages.New(s, a.Imports, importpages.House{
		Base: "/portal/",
		Who: func(r *http.Request) (tenant, user id.ID) {
			as := shell.From[portal.Member](r.Context())
			return as.Portal(), as.ID()
		},
		List: func(string) string { return "/clients" },
	})
}
