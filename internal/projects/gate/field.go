package gate

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/projects/work"
)

// The kinds of fields a portal adds to its projects.
const (
	FieldText   = work.FieldText
	FieldLong   = work.FieldLong
	FieldNumber = work.FieldNumber
	FieldDate   = work.FieldDate
	FieldChoice = work.FieldChoice
	FieldCheck  = work.FieldCheck
)

// Field is a field a portal adds to its projects.
type Field struct {
	ID       id.ID    `json:"id"`
	Name     string   `json:"name"`
	Kind     string   `json:"kind"`
	Options  []string `json:"options"` // of a choice
	Required bool     `json:"required"`
}

// CustomValue is what a project holds in one of the portal's own fields.
type CustomValue struct {
	Field Field  `json:"field"`
	Value string `json:"value"`
}

func fieldValue(f work.Field) Field {
	return Field{ID: f.ID, Name: f.Name, Kind: f.Kind, Options: f.Options, Required: f.Required}
}

func fieldValues(list []work.Field) []Field {
	out := make([]Field, len(list))
	for i, f := range list {
		out[i] = fieldValue(f)
	}
	return out
}

func customValues(list []work.CustomValue) []CustomValue {
	out := make([]CustomValue, len(list))
	for i, v := range list {
		out[i] = CustomValue{fieldValue(v.Field), v.Value}
	}
	return out
}

func (s *session) Fields(ctx context.Context) ([]Field, error) {
	sys, _, err := s.admit(ctx)
	if err != nil {
		return nil, err
	}
	list, err := s.door.work.Fields(ctx, sys)
	return fieldValues(list), err
}
