package builtin

import (
	"slices"

	"musubi/internal/crm/field"
	"musubi/internal/crm/schema"
)

// Deals is the API name of the module of sales under way.
const Deals = "Deals"

// Category is what a stage means, whatever it is called.
type Category string

// The categories of stages.
const (
	Open Category = "open"
	Won  Category = "won"
	Lost Category = "lost"
)

// Stage is a step of a deal with the chance it gives it.
type Stage struct {
	Name        string
	Probability int64 // percent
	Category    Category
}

// Stages lists the standard stages in their order.
func Stages() []Stage {
	return []Stage{
		{"Prospecting", 10, Open}, {"Qualification", 10, Open}, {"Needs Analysis", 20, Open}, {"Value Proposition", 40, Open},
		{"Identify Decision Makers", 60, Open}, {"Perception Analysis", 65, Open}, {"Proposal/Price Quote", 75, Open},
		{"Negotiation/Review", 90, Open}, {"Closed Won", 100, Won}, {"Closed Lost", 0, Lost}, {"Closed Lost to Competition", 0, Lost},
	}
}

// StageOf gives a stage by its name.
func StageOf(name string) (Stage, bool) {
	list := Stages()
	i := slices.IndexFunc(list, func(s Stage) bool { return s.Name == name })
	if i < 0 {
		return Stage{}, false
	}
	return list[i], true
}

func deals() *schema.Module {
	var stages []string
	for _, s := range Stages() {
		stages = append(stages, s.Name)
	}
	fields := slices.Concat([]field.Field{
		{Name: "Deal_Name", Type: field.Text, Max: 120, Required: true, Sort: "sort_name"},
		{Name: "Owner", Column: "owner_id", Type: field.User, Filter: true},
		{Name: "Account_Name", Column: "account_id", Type: field.Lookup, Module: Accounts, Filter: true},
		{Name: "Contact_Name", Column: "contact_id", Type: field.Lookup, Module: Contacts, Filter: true},
		{Name: "Amount", Type: field.Currency, Max: 16, Sort: "sort_amount"},
		{Name: "Closing_Date", Type: field.Date, Required: true, Sort: "closing_date"},
		{Name: "Stage", Type: field.Picklist, Required: true, Filter: true, Options: stages},
		{Name: "Probability", Type: field.Percent},
		{Name: "Expected_Revenue", Type: field.Currency, ReadOnly: true},
		{Name: "Type", Column: "deal_type", Type: field.Picklist, Filter: true, Options: []string{"New Business", "Existing Business"}},
		{Name: "Next_Step", Type: field.Text, Max: 100},
		{Name: "Lead_Source", Type: field.Picklist, Filter: true, Options: leadSources()},
		{Name: "Campaign_Source", Type: field.Text, Max: 100},
		{Name: "Pipeline", Type: field.Picklist, Options: []string{"Standard"}},
		{Name: "Reason_For_Loss__s", Column: "reason_for_loss", Type: field.Picklist, Options: []string{"Expectation Mismatch", "Price", "Unqualified Customer",
			"Lack of Response", "Missed Follow Ups", "Wrong Target", "Competition", "Future Interest", "Other"}},
		{Name: "Description", Type: field.LongText, Max: 32000},
	}, systemFields())
	return finish(schema.Module{
		Related: []schema.Related{openTasks("Deal_Name"), closedTasks("Deal_Name")},
		Name:    Deals, Table: "crm_deals", Code: "d", Singular: "crm.module.deal", Plural: "crm.module.deals", Icon: "heart-handshake",
		NameField: "Deal_Name", Fields: fields, DefaultSort: "Closing_Date",
		List:    []string{"Deal_Name", "Account_Name", "Stage", "Amount", "Closing_Date", "Owner"},
		Follows: map[string][]string{"Stage": {"Probability"}},
		Hidden: []field.Field{
			{Name: "sort_name", Column: "sort_name", Type: field.Text}, {Name: "sort_amount", Column: "sort_amount", Type: field.Currency},
		},
		Twins: []string{"sort_name"},
		Derive: func(v schema.Values) map[string]any {
			chance, given := v["Probability"].(int64)
			if !given {
				stage, _ := StageOf(v.Text("Stage"))
				chance = stage.Probability
			}
			out := map[string]any{"sort_name": field.SortKey(v.Text("Deal_Name"), ""), "sort_amount": v.Number("Amount"), "probability": chance,
				"expected_revenue": nil}
			if amount, ok := v["Amount"].(int64); ok {
				out["expected_revenue"] = amount/100*chance + amount%100*chance/100 // the product may not fit
			}
			return out
		},
		Sections: []schema.Section{
			{Title: "crm.section.deal", Fields: []string{"Deal_Name", "Account_Name", "Contact_Name", "Owner", "Amount", "Closing_Date", "Stage", "Probability",
				"Expected_Revenue", "Type", "Next_Step", "Lead_Source", "Campaign_Source", "Pipeline", "Reason_For_Loss__s"}},
			{Title: "crm.section.description", Fields: []string{"Description"}},
			{Title: "crm.section.system", Fields: []string{"Created_By", "Modified_By", "Created_Time", "Modified_Time"}},
		},
	})
}
