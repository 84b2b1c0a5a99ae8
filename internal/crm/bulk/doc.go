// Package bulk is what the importer knows of the CRM: accounts and contacts come in
// from files, through the same checks as a form and with the rights of whoever brings
// them. It holds no record itself.
package bulk
