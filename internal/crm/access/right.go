package access

// The tabs whose rights a profile holds. They are the API names of the modules.
const (
	TabAccounts = "Accounts"
	TabContacts = "Contacts"
	TabDeals    = "Deals"
	TabTasks    = "Tasks"
	TabNotes    = "Notes"
)

// Tabs lists the tabs a profile has rights on, in the order screens show them.
func Tabs() []string { return []string{TabAccounts, TabContacts, TabDeals, TabTasks, TabNotes} }

// SharedModules lists the modules that carry a sharing default. Notes follow the
// record they are pinned to and so have none.
func SharedModules() []string { return []string{TabAccounts, TabContacts, TabDeals, TabTasks} }

// Right is one of the four things a person may do in a tab.
type Right string

// The four rights.
const (
	View   Right = "view"
	Create Right = "create"
	Edit   Right = "edit"
	Delete Right = "delete"
)

// Rights are the ticks of one profile in one tab.
type Rights struct {
	View   bool
	Create bool
	Edit   bool
	Delete bool
}

// AllRights ticks everything.
func AllRights() Rights { return Rights{View: true, Create: true, Edit: true, Delete: true} }

// Allow says whether the right is ticked; an unknown right never is.
func (r Rights) Allow(right Right) bool {
	switch right {
	case View:
		return r.View
	case Create:
		return r.Create
	case Edit:
		return r.Edit
	case Delete:
		return r.Delete
	}
	return false
}

// Settled applies the implications to what a person ticked, given what was ticked
// before: clearing View clears the row, ticking anything else ticks View. When both
// happen in one save, the new tick wins, since it is what the person asked for last
// and the row is otherwise lost without a word.
func (r Rights) Settled(before Rights) Rights {
	added := r.Create && !before.Create || r.Edit && !before.Edit || r.Delete && !before.Delete
	if before.View && !r.View && !added {
		return Rights{}
	}
	r.View = r.View || r.Create || r.Edit || r.Delete
	return r
}

// within says whether r grants nothing that limit does not.
func (r Rights) within(limit Rights) bool {
	return (limit.View || !r.View) && (limit.Create || !r.Create) &&
		(limit.Edit || !r.Edit) && (limit.Delete || !r.Delete)
}

// Permission is a switch of a profile that belongs to no tab.
type Permission string

// The permissions. Changing profiles, roles, sharing and settings has none: only
// administrators do that.
const (
	Import      Permission = "import"       // bring in records from a file
	Export      Permission = "export"       // take records out as a file
	MassChange  Permission = "mass_change"  // change or delete many records at once
	ShareViews  Permission = "share_views"  // share views of lists with everybody, change those of others
	ManageUsers Permission = "manage_users" // invite, rename, activate and deactivate others
)

// Permissions lists every permission in the order screens show them.
func Permissions() []Permission {
	return []Permission{Import, Export, MassChange, ShareViews, ManageUsers}
}

// Sharing is what everybody in the organisation may do with records of others.
type Sharing string

// The sharing defaults. With any of them a superior sees what subordinates own.
const (
	SharingPrivate   Sharing = "private"
	SharingRead      Sharing = "read"
	SharingReadWrite Sharing = "read_write"
)

// Sharings lists the sharing defaults from the strictest.
func Sharings() []Sharing { return []Sharing{SharingPrivate, SharingRead, SharingReadWrite} }

// opens says whether the default lets everybody do right with records of others.
// Deleting is never shared: what is gone is gone for its owner too.
func (s Sharing) opens(right Right) bool {
	switch right {
	case View:
		return s == SharingRead || s == SharingReadWrite
	case Edit:
		return s == SharingReadWrite
	}
	return false
}

func (s Sharing) valid() bool {
	return s == SharingPrivate || s == SharingRead || s == SharingReadWrite
}
