// Package helppages is the help inside the product: what the integration is, what
// it is good for, and who may do what. The first two are Markdown files in content,
// one for each language; the last is made from the permission table itself, so it
// cannot say anything else than the program does. The pages are open to everybody.
package helppages
