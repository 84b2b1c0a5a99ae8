// Package workday counts in working days: Monday to Friday, without the holidays of a
// country and without a company's own days off.
package workday
