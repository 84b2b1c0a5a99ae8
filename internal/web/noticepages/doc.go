// Package noticepages is the bell's list of what one was told, and the choice of how one
// wants to be told.
package noticepages
