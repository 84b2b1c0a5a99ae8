package integration

import (
	"context"
	"encoding/json"
	"slices"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

// PortalChoices are the portals an administrator may join, in the seed's three
// cases, with what was chosen so far.
type PortalChoices struct {
	Own          []gate.Portal // owned by the administrator (cases 1 and 3)
	Administered []gate.Portal // shown greyed: their owner's key is needed
	Typed        []gate.Portal // opened by the key typed last (case 2)
	TypedEmail   string
	Chosen       id.ID // zero until chosen
	ChosenName   string
	Approved     bool     // Typed comes of an approval by mail
	Approval     Approval // the last request to another user; ID zero without
	Version      int64    // of the step; what ChoosePortal and TypeKey must carry
}

// Portal gives the portal of the lists that can be joined.
func (c PortalChoices) Portal(portal id.ID) (gate.Portal, bool) {
	if p, ok := portalIn(c.Own, portal); ok {
		return p, true
	}
	return portalIn(c.Typed, portal)
}

// PortalChoice chooses one of the listed portals; nothing is bound by it. Version
// is that of the PortalChoices shown.
type PortalChoice struct {
	Portal  id.ID
	Version int64
}

// KeyForm is a typed service key with the e-mail address it belongs to. Version is
// that of PortalChoices in TypeKey, of Overview in UpdateKey.
type KeyForm struct {
	Secret  string
	Email   string
	Version int64
}

// Setup binds a portal and its grid in one act. Version is that of Overview,
// ChoiceVersion that of PortalChoices, Grid.Version that of Grid.
type Setup struct {
	Portal        id.ID
	Grid          GridForm
	Version       int64
	ChoiceVersion int64
}

// stepPortal is the step of the set-up that chooses the portal.
const stepPortal = "portal"

// chosen is what the portal step keeps. A typed key is kept sealed beside it, never
// shown again, and forgotten when the set-up is saved.
type chosen struct {
	Portal     id.ID  `json:"portal"`
	Name       string `json:"name"`
	TypedEmail string `json:"typed_email"`
	By         id.ID  `json:"by"` // who typed the key: nobody else may use it
	// Approved is the portal its owner opened to the organisation by an approval: any
	// administrator may join it, and no other portal of that key.
	Approved id.ID `json:"approved"`
}

// Portals lists the portals the administrator may choose, with the choice so far.
func (s *Service) Portals(ctx context.Context, as access.Actor) (PortalChoices, error) {
	if err := admin(as); err != nil {
		return PortalChoices{}, err
	}
	st, err := readStep(ctx, s.p.DB, as.Org(), stepPortal)
	if err != nil {
		return PortalChoices{}, err
	}
	return s.choices(ctx, as, st)
}

// TypeKey tries a typed key with its e-mail address and lists the portals it opens.
// A wrong key and a wrong address give the same fault, code gate.CodeKeyRejected.
func (s *Service) TypeKey(ctx context.Context, as access.Actor, in KeyForm) (PortalChoices, error) {
	if err := admin(as); err != nil {
		return PortalChoices{}, err
	}
	key, portals, err := s.tryKey(ctx, as, in)
	if err != nil {
		return PortalChoices{}, err
	}
	if len(portals) == 0 {
		return PortalChoices{}, fault.Invalid("integration.fault.key_opens_nothing").WithCode("key_opens_nothing")
	}
	sealed, err := s.sealKey(as.Org(), key)
	if err != nil {
		return PortalChoices{}, err
	}
	value := chosen{TypedEmail: key.Email, By: as.User()}
	if err := s.saveStep(ctx, as, in.Version, value, sealed.Sealed); err != nil {
		return PortalChoices{}, err
	}
	return s.Portals(ctx, as)
}

// CreatePortal makes a portal owned by the administrator. It is only listed by
// Portals afterwards; SaveSetup or ChangePortal binds it. idem comes from the form.
func (s *Service) CreatePortal(ctx context.Context, as access.Actor, idem, name string) (gate.Portal, error) {
	l, err := s.adminLink(ctx, as)
	if err != nil {
		return gate.Portal{}, err
	}
	if st := l.status(s.p.DB.Now()); st == StatusNone || st == StatusDisabled {
		return gate.Portal{}, fault.Conflict("integration.fault.not_started").WithCode("not_started")
	}
	var made gate.Portal
	err = s.within(ctx, s.p.PageWait, func(ctx context.Context) error {
		key := "org:" + as.Org().String() + ":user:" + as.User().String() + ":portal:" + idem
		made, err = s.p.Door.CreatePortal(ctx, visitor(as), key, name)
		return err
	})
	return made, err
}

// ChoosePortal keeps the choice for a later visit; it binds nothing.
func (s *Service) ChoosePortal(ctx context.Context, as access.Actor, in PortalChoice) (PortalChoices, error) {
	if err := admin(as); err != nil {
		return PortalChoices{}, err
	}
	st, err := readStep(ctx, s.p.DB, as.Org(), stepPortal)
	if err != nil {
		return PortalChoices{}, err
	}
	list, err := s.choices(ctx, as, st)
	if err != nil {
		return PortalChoices{}, err
	}
	p, ok := list.Portal(in.Portal)
	if !ok {
		return PortalChoices{}, noSuchPortal()
	}
	value := st.Value
	value.Portal, value.Name = p.ID, p.Name
	if err := s.saveStep(ctx, as, in.Version, value, st.Sealed); err != nil {
		return PortalChoices{}, err
	}
	return s.Portals(ctx, as)
}

// choices asks Projects for the lists of a step. A typed key that opens nothing any
// more just leaves its list empty: it was never bound.
func (s *Service) choices(ctx context.Context, as access.Actor, st step) (PortalChoices, error) {
	out := PortalChoices{Chosen: st.Value.Portal, ChosenName: st.Value.Name, Version: st.Version}
	err := s.within(ctx, s.p.PageWait, func(ctx context.Context) error {
		mine, err := s.p.Door.Mine(ctx, visitor(as))
		out.Own, out.Administered = mine.Owned, mine.Administered
		return err
	})
	if err != nil {
		return out, err
	}
	last, err := latestApproval(ctx, s.p.DB, s.p.DB.Now(), as.Org())
	if err != nil {
		return out, err
	}
	out.Approval = last.Approval
	if len(st.Sealed) == 0 || st.Value.Approved == 0 && st.Value.By != as.User() {
		return out, nil
	}
	_, portals, err := s.typedKey(ctx, as, st)
	if fault.HasCode(err, gate.CodeKeyRejected) {
		return out, nil
	}
	out.Typed, out.TypedEmail = portals, st.Value.TypedEmail
	if st.Value.Approved != 0 {
		out.Approved, out.TypedEmail, out.Typed = true, "", nil
		if p, ok := portalIn(portals, st.Value.Approved); ok {
			out.Typed = []gate.Portal{p}
		}
	}
	out.Administered = slices.DeleteFunc(out.Administered, func(p gate.Portal) bool {
		_, opened := portalIn(out.Typed, p.ID)
		return opened
	})
	return out, err
}

// typedKey opens the key kept in a step and asks what it opens now.
func (s *Service) typedKey(ctx context.Context, as access.Actor, st step) (gate.Key, []gate.Portal, error) {
	key, err := s.openKey(as.Org(), st.Sealed, st.Value.TypedEmail)
	if err != nil {
		return gate.Key{}, nil, err
	}
	return s.askKey(ctx, as, key)
}

// keyFor gives the portal an administrator is about to join and the key that opens
// it: silently their own for one they own, else the one they typed.
func (s *Service) keyFor(ctx context.Context, as access.Actor, portal id.ID, choiceVersion int64) (gate.Portal, newKey, error) {
	st, err := readStep(ctx, s.p.DB, as.Org(), stepPortal)
	if err != nil {
		return gate.Portal{}, newKey{}, err
	}
	if st.Version != choiceVersion {
		return gate.Portal{}, newKey{}, stale()
	}
	list, err := s.choices(ctx, as, st)
	if err != nil {
		return gate.Portal{}, newKey{}, err
	}
	var key gate.Key
	found, own := portalIn(list.Own, portal)
	if own {
		err = s.within(ctx, s.p.PageWait, func(ctx context.Context) error {
			key, err = s.p.Door.OwnKey(ctx, visitor(as), portal)
			return err
		})
	} else {
		var typed bool
		if found, typed = portalIn(list.Typed, portal); !typed {
			return gate.Portal{}, newKey{}, noSuchPortal()
		}
		key, err = s.openKey(as.Org(), st.Sealed, st.Value.TypedEmail)
	}
	if err != nil {
		return gate.Portal{}, newKey{}, err
	}
	sealed, err := s.sealKey(as.Org(), key)
	return found, sealed, err
}

// saveStep keeps a step at the version its form was read at.
func (s *Service) saveStep(ctx context.Context, as access.Actor, version int64, value chosen, sealed []byte) error {
	text, err := json.Marshal(value)
	if err != nil {
		return fault.Internal(err)
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		l, err := lockLink(ctx, tx, as.Org())
		if err != nil {
			return err
		}
		if st := l.status(tx.Now()); st == StatusNone || st == StatusDisabled {
			return fault.Conflict("integration.fault.not_started").WithCode("not_started")
		}
		saved, err := writeStep(ctx, tx, l.Org, stepPortal, version, string(text), sealed, as.User())
		if err != nil {
			return err
		}
		if !saved {
			return stale()
		}
		return nil
	})
}

func visitor(as access.Actor) gate.Visitor {
	return gate.Visitor{Person: as.Person(), Email: as.Email(), Name: as.Name(), Locale: as.Locale(),
		TimeZone: as.Organisation().TimeZone}
}

func stale() *fault.Error {
	return fault.New(fault.KindStale, "integration.fault.stale").WithCode("stale")
}

func noSuchPortal() *fault.Error {
	return fault.Invalid("integration.fault.portal_form").Field("portal", "integration.fault.portal_choose").WithCode("portal_choose")
}
