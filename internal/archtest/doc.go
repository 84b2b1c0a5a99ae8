// Package archtest holds the rules of the house as tests: who may import whom, where
// SQL may stand and whose tables it may name, how big a file may be, what must carry
// a comment, and who may act for somebody else. Each failure names file, line and
// rule. To allow something new, change the table here in a commit that says why.
package archtest
