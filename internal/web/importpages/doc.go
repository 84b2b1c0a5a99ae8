// Package importpages is the way a file comes in: choose it, match its columns, watch
// it come in, take what was left out home to mend. It serves CRM and Projects alike;
// what can be brought in, and by whom, is the importer's to say.
package importpages
