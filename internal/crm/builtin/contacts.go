package builtin

import (
	"slices"
	"strings"

	"musubi/internal/crm/field"
	"musubi/internal/crm/schema"
	"musubi/internal/id"
	"musubi/internal/identity"
)

// Contacts is the API name of the module of people at customers.
const Contacts = "Contacts"

func contacts() *schema.Module {
	mailing, other := address("Mailing"), address("Other")
	fields := slices.Concat([]field.Field{
		{Name: "Full_Name", Type: field.Text, ReadOnly: true, Sort: "sort_name"},
		{Name: "Last_Name", Type: field.Text, Max: 80, Required: true},
		{Name: "First_Name", Type: field.Text, Max: 40},
		{Name: "Last_Name_Kana", Type: field.Text, Max: 80},
		{Name: "First_Name_Kana", Type: field.Text, Max: 40},
		{Name: "Salutation", Type: field.Picklist, Options: []string{"Mr.", "Mrs.", "Ms.", "Dr.", "Prof."}},
		{Name: "Owner", Column: "owner_id", Type: field.User, Filter: true},
		{Name: "Account_Name", Column: "account_id", Type: field.Lookup, Module: Accounts, Filter: true},
		{Name: "Vendor_Name", Type: field.Text, Max: 100},
		{Name: "Title", Type: field.Text, Max: 100},
		{Name: "Department", Type: field.Text, Max: 50},
		{Name: "Email", Type: field.Email, Max: 100},
		{Name: "Secondary_Email", Type: field.Email, Max: 100},
		{Name: "Phone", Type: field.Phone, Max: 30},
		{Name: "Mobile", Type: field.Phone, Max: 30},
		{Name: "Home_Phone", Type: field.Phone, Max: 30},
		{Name: "Other_Phone", Type: field.Phone, Max: 30},
		{Name: "Fax", Type: field.Text, Max: 30},
		{Name: "Lead_Source", Type: field.Picklist, Filter: true, Options: leadSources()},
		{Name: "Date_of_Birth", Type: field.Date},
		{Name: "Assistant", Type: field.Text, Max: 50},
		{Name: "Asst_Phone", Type: field.Phone, Max: 30},
		{Name: "Reporting_To", Type: field.Lookup, Module: Contacts},
		{Name: "Email_Opt_Out", Type: field.Boolean},
		{Name: "Skype_ID", Type: field.Text, Max: 50},
		{Name: "Twitter", Type: field.Text, Max: 50},
	}, mailing, other, []field.Field{
		{Name: "Description", Type: field.LongText, Max: 32000},
	}, systemFields())
	return finish(schema.Module{
		Name: Contacts, Table: "crm_contacts", Code: "c", Singular: "crm.module.contact", Plural: "crm.module.contacts", Icon: "address-book",
		NameField: "Full_Name", Fields: fields, DefaultSort: "Full_Name",
		List: []string{"Full_Name", "Account_Name", "Title", "Email", "Phone", "Owner"},
		Sections: []schema.Section{
			{Title: "crm.section.contact", Fields: []string{"Last_Name", "First_Name", "Last_Name_Kana", "First_Name_Kana", "Salutation", "Owner",
				"Account_Name", "Title", "Department", "Email", "Secondary_Email", "Phone", "Mobile", "Home_Phone", "Other_Phone", "Fax",
				"Lead_Source", "Reporting_To", "Assistant", "Asst_Phone", "Date_of_Birth", "Vendor_Name", "Skype_ID", "Twitter", "Email_Opt_Out"}},
			{Title: "crm.section.mailing", Fields: names(mailing)},
			{Title: "crm.section.other", Fields: names(other)},
			{Title: "crm.section.description", Fields: []string{"Description"}},
			{Title: "crm.section.system", Fields: []string{"Created_By", "Modified_By", "Created_Time", "Modified_Time"}},
		},
		Hidden: []field.Field{
			{Name: "sort_name", Column: "sort_name", Type: field.Text}, {Name: "email_key", Column: "email_key", Type: field.Text},
		},
		Twins: []string{"email_key", "sort_name"},
		Derive: func(v schema.Values) map[string]any {
			name := FullName(v.Text("Last_Name"), v.Text("First_Name"))
			kana := strings.TrimSpace(v.Text("Last_Name_Kana") + " " + v.Text("First_Name_Kana"))
			return map[string]any{
				"full_name": name, "sort_name": field.SortKey(name, kana), "email_key": identity.EmailKey(v.Text("Email")),
			}
		},
		Words: func(v schema.Values) []string {
			return []string{
				v.Text("Last_Name_Kana") + " " + v.Text("First_Name_Kana"),
				v.Text("Last_Name") + " " + v.Text("First_Name"), // the other order, where Full_Name has the first name first
			}
		},
		Keys: func(v schema.Values) (id.ID, []string) {
			account, _ := v["Account_Name"].(id.ID)
			if account == 0 {
				return 0, nil
			}
			return account, []string{field.MailMatch(v.Text("Email"))}
		},
		Related: []schema.Related{
			openTasks("Contact_Name"), closedTasks("Contact_Name"),
			{Name: "deals", Title: "crm.module.deals", Module: Deals, Field: "Contact_Name", List: []string{"Deal_Name", "Stage", "Amount", "Closing_Date", "Owner"}},
		},
	})
}

// FullName puts a person's name in the order of its script: 姓 名 for Japanese, the
// first name first for others.
func FullName(last, first string) string {
	for _, r := range last + first {
		if r > 0x2e80 {
			return strings.TrimSpace(last + " " + first)
		}
	}
	return strings.TrimSpace(first + " " + last)
}
