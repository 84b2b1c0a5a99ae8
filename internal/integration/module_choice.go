package integration

import (
	"context"
	"slices"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/store"
)

// ShowModule says whether the records of a module show their projects. What is tied
// stays tied either way, and an account goes on to show what belongs to its deals and
// contacts. Administrators only.
func (s *Service) ShowModule(ctx context.Context, as access.Actor, module string, on bool) error {
	if _, _, err := s.mappingModule(ctx, as, module); err != nil {
		return err
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		l, err := lockLink(ctx, tx, as.Org())
		if err != nil || l.shows(module) == on {
			return err
		}
		l.ModulesOff = slices.DeleteFunc(l.ModulesOff, func(m string) bool { return m == module })
		act := "integration.module_shown"
		if !on {
			l.ModulesOff, act = append(l.ModulesOff, module), "integration.module_hidden"
		}
		if err := keepLink(ctx, tx, l); err != nil {
			return err
		}
		return s.audit(ctx, tx, as, act, module)
	})
}

// offered refuses what begins at the list of a record whose module has none.
func (l link) offered(module string) error {
	if l.shows(module) {
		return nil
	}
	return fault.Forbidden("integration.fault.module_off").WithCode("module_off")
}
