// Package outboxpages shows the letters a house sent, so that the program works where
// no mail server is set up. Whose letters, and who may read them, is the house's to say.
package outboxpages
