package bulk

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/importer"
	"musubi/internal/locale"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

func init() {
	locale.Dynamic("bulk.problem.")
	locale.Dynamic("bulk.client.")
}

// What can be brought in, by the importer's names.
const (
	Clients     = "clients"
	ClientUsers = "client-users"
)

// Kinds gives what Projects lets in.
func Kinds(portals *portal.Service) []importer.Kind {
	open := func(users bool) func(context.Context, id.ID, id.ID) (importer.Bringer, error) {
		return func(ctx context.Context, tenant, user id.ID) (importer.Bringer, error) {
			as, err := portals.EnterMember(ctx, tenant, user)
			if err == nil {
				err = as.Require(portal.ActManagePeople)
			}
			return bringer{as: as, portals: portals, users: users}, err
		}
	}
	name := importer.Column{Field: "client", Label: "bulk.client", Aliases: []string{"bulk.alias.client"}, Required: true, Example: "bulk.example.client"}
	return []importer.Kind{
		{Name: Clients, Title: "bulk.clients", Open: open(false), NoUndo: "bulk.no_undo", Columns: []importer.Column{
			name, column("phone"), column("website"), column("email"), column("postal_code"), column("state"), column("city"), column("street"), column("country"),
		}},
		{Name: ClientUsers, Title: "bulk.client_users", Open: open(true), NoUndo: "bulk.no_undo", Columns: []importer.Column{
			{Field: "user_email", Label: "bulk.user_email", Aliases: []string{"bulk.alias.email"}, Required: true, Example: "bulk.example.user_email"},
			{Field: "user_name", Label: "bulk.user_name", Aliases: []string{"bulk.alias.user_name"}, Example: "bulk.example.user_name"},
			name,
		}},
	}
}

func column(name string) importer.Column {
	return importer.Column{Field: name, Label: "bulk.client." + name, Aliases: []string{"bulk.alias." + name}, Example: "bulk.example." + name}
}

// bringer brings clients in, or client users with the clients they name.
type bringer struct {
	as      portal.Member
	portals *portal.Service
	users   bool
}

// Bring passes a chunk on. A client is known by its name, a user by the address.
func (b bringer) Bring(ctx context.Context, tx *store.Tx, rows []importer.Row, _ map[string]bool) ([]importer.Outcome, error) {
	in := make([]portal.ImportRow, len(rows))
	for i, r := range rows {
		v := r.Values
		in[i] = portal.ImportRow{Company: portal.Company{Name: v["client"], Phone: v["phone"], Website: v["website"], Email: v["email"],
			PostalCode: v["postal_code"], State: v["state"], City: v["city"], Street: v["street"], Country: v["country"]}}
		if b.users {
			in[i].Email, in[i].Name, in[i].User = v["user_email"], v["user_name"], true
		}
	}
	list, err := b.portals.ImportClientsIn(ctx, tx, b.as, in)
	out := make([]importer.Outcome, len(list))
	for i, made := range list {
		switch {
		case made.Problem != "":
			out[i] = importer.Reject(fields[made.Problem], "bulk.problem."+made.Problem)
		case made.NewUser, !b.users && made.NewCompany:
			out[i].Act = importer.Created
		default:
			out[i].Act = importer.Found
		}
	}
	return out, err
}

// fields says which field a problem is about; the row as a whole where none is named.
var fields = map[string]string{
	"invalid_name": "client", "invalid_email": "user_email", portal.CodeAlreadyMember: "user_email", portal.CodeOtherCompany: "user_email",
}
