// Package bulk is what the importer knows of Projects: clients and their users come in
// from files, with the rights of whoever brings them.
package bulk
