// Package crmpages is the daily face of the CRM: lists, record pages, forms, notes,
// the bin and the search. Every page is written once and runs on the description of
// its module, so it knows no field by name. It holds no rule: what a badge may do
// comes from the services and is only put into words here. Start at pages.go (the
// routes); value.go shows values, draft.go reads what people type.
package crmpages
