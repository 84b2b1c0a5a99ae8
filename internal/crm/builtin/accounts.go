package builtin

import (
	"slices"

	"musubi/internal/crm/field"
	"musubi/internal/crm/schema"
	"musubi/internal/id"
)

// Accounts is the API name of the module of customers.
const Accounts = "Accounts"

func accounts() *schema.Module {
	billing, shipping := address("Billing"), address("Shipping")
	fields := slices.Concat([]field.Field{
		{Name: "Account_Name", Type: field.Text, Max: 200, Required: true, Sort: "sort_name"},
		{Name: "Account_Name_Kana", Type: field.Text, Max: 200},
		{Name: "Owner", Column: "owner_id", Type: field.User, Filter: true},
		{Name: "Rating", Type: field.Picklist, Options: []string{"Acquired", "Active", "Market Failed", "Project Cancelled", "Shut Down"}},
		{Name: "Phone", Type: field.Phone, Max: 30},
		{Name: "Account_Site", Type: field.Text, Max: 80},
		{Name: "Fax", Type: field.Text, Max: 30},
		{Name: "Parent_Account", Type: field.Lookup, Module: Accounts},
		{Name: "Website", Type: field.URL, Max: 255},
		{Name: "Account_Number", Type: field.Text, Max: 40},
		{Name: "Ticker_Symbol", Type: field.Text, Max: 30},
		{Name: "Account_Type", Type: field.Picklist, Filter: true, Options: []string{"Analyst", "Competitor", "Customer", "Distributor",
			"Integrator", "Investor", "Other", "Partner", "Press", "Prospect", "Reseller", "Supplier", "Vendor"}},
		{Name: "Ownership", Type: field.Picklist, Options: []string{"Other", "Private", "Public", "Subsidiary", "Partnership", "Government", "Privately Held"}},
		{Name: "Industry", Type: field.Picklist, Filter: true, Options: []string{"Agriculture", "Construction", "Education", "Electronics", "Energy",
			"Financial Services", "Food & Beverage", "Government", "Healthcare", "Manufacturing", "Media", "Professional Services",
			"Real Estate", "Retail", "Technology", "Telecommunications", "Transportation", "Travel", "Wholesale", "Other"}},
		{Name: "Employees", Type: field.Integer, Max: 10},
		{Name: "Annual_Revenue", Type: field.Currency, Max: 16},
		{Name: "SIC_Code", Type: field.Integer, Max: 10},
	}, billing, shipping, []field.Field{
		{Name: "Description", Type: field.LongText, Max: 32000},
	}, systemFields(), []field.Field{
		{Name: "Last_Activity_Time", Type: field.DateTime, ReadOnly: true},
	})
	return finish(schema.Module{
		Name: Accounts, Table: "crm_accounts", Code: "a", Singular: "crm.module.account", Plural: "crm.module.accounts", Icon: "building",
		NameField: "Account_Name", Fields: fields, DefaultSort: "Account_Name",
		List: []string{"Account_Name", "Phone", "Industry", "Website", "Owner", "Modified_Time"},
		Sections: []schema.Section{
			{Title: "crm.section.account", Fields: []string{"Account_Name", "Account_Name_Kana", "Owner", "Phone", "Website", "Industry", "Account_Type",
				"Rating", "Parent_Account", "Account_Site", "Account_Number", "Fax", "Employees", "Annual_Revenue", "Ownership", "Ticker_Symbol", "SIC_Code"}},
			{Title: "crm.section.billing", Fields: names(billing)},
			{Title: "crm.section.shipping", Fields: names(shipping)},
			{Title: "crm.section.description", Fields: []string{"Description"}},
			{Title: "crm.section.system", Fields: []string{"Created_By", "Modified_By", "Created_Time", "Modified_Time", "Last_Activity_Time"}},
		},
		Hidden: []field.Field{
			{Name: "sort_name", Column: "sort_name", Type: field.Text}, {Name: "name_key", Column: "name_key", Type: field.Text},
			{Name: "suggest_key", Column: "suggest_key", Type: field.Text},
		},
		Twins: []string{"name_key", "suggest_key"},
		Derive: func(v schema.Values) map[string]any {
			name := v.Text("Account_Name")
			return map[string]any{
				"sort_name": field.SortKey(name, v.Text("Account_Name_Kana")),
				"name_key":  field.NameKey(name), "suggest_key": field.SuggestKey(name),
			}
		},
		Keys: func(v schema.Values) (id.ID, []string) {
			name := field.SuggestKey(v.Text("Account_Name"))
			keys := []string{field.ReadingMatch(v.Text("Account_Name_Kana")), field.SiteMatch(v.Text("Website")), field.PhoneMatch(v.Text("Phone"))}
			if field.Kana(name) {
				keys = append(keys, field.ReadingMatch(name))
			}
			return 0, append(keys, field.PieceMatches(name)...)
		},
		Related: []schema.Related{
			openTasks("Account_Name"), closedTasks("Account_Name"),
			{Name: "contacts", Title: "crm.module.contacts", Module: Contacts, Field: "Account_Name", List: []string{"Full_Name", "Title", "Email", "Phone", "Owner"}},
			{Name: "deals", Title: "crm.module.deals", Module: Deals, Field: "Account_Name", List: []string{"Deal_Name", "Stage", "Amount", "Closing_Date", "Owner"}},
			{Name: "members", Title: "crm.related.members", Module: Accounts, Field: "Parent_Account", List: []string{"Account_Name", "Phone", "Industry", "Owner"}},
		},
	})
}
