// Package crm holds no code; it is the map of the customer side. Its rooms, from
// the ground up, each importing only those named before it:
//
//	access   organisations, users, profiles, roles, sharing → the badges Actor and Scope
//	field    one file per field type: parse, validate, compare
//	schema   modules and their fields
//	query    criteria → SQL, always inside a Scope
//	record   the one pipeline of create, read, update, delete, search, bin
//	note     what people pin to a record
//	builtin  the standard modules
//	bulk     what the importer knows of records
//
// Nothing here knows HTTP, nor that projects exist: the integration joins the two.
package crm
