// Package field is the types of a record's fields: how text from a form, a file or a
// program becomes a typed value, with clear faults, and how values compare. A value
// is a string, an int64 (integers, percents, scaled money), a bool, an id.ID
// (look-ups) or nil for none. It knows no module and no database. One file per type;
// start here.
package field

import (
	"musubi/internal/fault"
	"musubi/internal/id"
)

// Type says what a field holds.
type Type string

// The types.
const (
	Text     Type = "text"
	LongText Type = "long_text"
	URL      Type = "url"
	Email    Type = "email"
	Phone    Type = "phone"
	Picklist Type = "picklist"
	Lookup   Type = "lookup" // a record of another module
	User     Type = "user"   // a user of the organisation
	Integer  Type = "integer"
	Currency Type = "currency" // int64 with four decimals
	Percent  Type = "percent"
	Date     Type = "date"      // YYYY-MM-DD
	DateTime Type = "date_time" // microseconds UTC
	Boolean  Type = "boolean"
)

// MoneyScale is what one unit of a currency is as a stored value.
const MoneyScale = 10_000

// Field describes one field of a module.
type Field struct {
	Name     string // API name
	Column   string // of the module's table
	Type     Type
	Label    string // locale key
	Required bool
	ReadOnly bool     // kept by the program
	Max      int      // characters of text, digits of numbers
	Options  []string // of a picklist
	Module   string   // a look-up's module
	Sort     string   // stored column it sorts by, which holds dates and numbers as they are; empty where it is not offered
	Filter   bool     // an index serves it as a filter
}

// Parse turns typed text into the field's value. Empty text is nil. A look-up takes
// the record's id. Bad text is a field fault under the field's name.
func (f Field) Parse(text string) (any, *fault.Field) {
	if p, ok := parsers[f.Type]; ok {
		return p(f, text)
	}
	return nil, f.bad("crm.field.unknown", nil)
}

// Check takes a value of the field's own Go type, as programs give it, and refuses
// what the field cannot hold.
func (f Field) Check(v any) (any, *fault.Field) {
	switch x := v.(type) {
	case nil:
		return nil, nil
	case string:
		return f.Parse(x)
	case int:
		return f.number(int64(x))
	case int64:
		return f.number(x)
	case id.ID:
		if f.Type != Lookup && f.Type != User {
			return nil, f.bad("crm.field.type", nil)
		}
		if x == 0 {
			return nil, nil
		}
		return x, nil
	case bool:
		if f.Type != Boolean {
			return nil, f.bad("crm.field.type", nil)
		}
		return x, nil
	}
	return nil, f.bad("crm.field.type", nil)
}

func (f Field) bad(key string, args fault.Args) *fault.Field {
	return &fault.Field{Name: f.Name, Key: key, Args: args}
}

var parsers = map[Type]func(Field, string) (any, *fault.Field){
	Text: parseText, LongText: parseText, URL: parseURL, Email: parseEmail, Phone: parseText,
	Picklist: parsePicklist, Lookup: parseID, User: parseID,
	Integer: parseInteger, Percent: parsePercent, Currency: parseCurrency,
	Date: parseDate, DateTime: parseDateTime, Boolean: parseBoolean,
}
