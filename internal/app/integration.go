package app

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/web/shell"
)

// Tie is the integration between both houses.
type Tie struct{}

func wireTie(Ground, CRM, Project, Config) Tie { return Tie{} }

func (Tie) frame(context.Context, access.Actor, *shell.Frame) error { return nil }
