// Package csvfile reads the tables people send us and writes those they take away. A
// file may be UTF-8, UTF-16 or the CP932 that spreadsheets save in Japan, with commas,
// tabs or semicolons; what is written opens in a spreadsheet with its text intact and
// runs nothing there.
package csvfile
