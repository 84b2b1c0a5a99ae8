package demo

import (
	"context"

	"musubi/internal/app"
	"musubi/internal/crm/access"
	"musubi/internal/identity"
	"musubi/internal/integration"
	"musubi/internal/projects/work"
)

// Fill makes the demo in an empty installation. What happens in the background, such
// as registering users in the portal, is queued and done once the program serves.
func Fill(ctx context.Context, a *app.App) error {
	ctx = work.Quiet(ctx) // nobody begins with a hundred notices
	persons, err := people(ctx, a)
	if err != nil {
		return err
	}
	big, err := organisation(ctx, a, persons, access.NewOrganisation{
		Name: minato, Edition: access.Paid, TimeZone: "Asia/Tokyo", Currency: "JPY", Locale: "ja"}, "admin@minato.example")
	if err != nil {
		return err
	}
	small, err := organisation(ctx, a, persons, access.NewOrganisation{
		Name: kaede, Edition: access.Free, TimeZone: "Asia/Tokyo", Currency: "JPY", Locale: "en"}, "kaede@kaede.example")
	if err != nil {
		return err
	}
	if err := big.records(ctx, func(string) bool { return true }); err != nil {
		return err
	}
	theirs := map[string]bool{"Blue Fern Studio": true, "株式会社さくら書房": true, "海風観光株式会社": true, "京和菓子 松風": true, "Evergreen Foods": true}
	if err := small.records(ctx, func(account string) bool { return theirs[account] }); err != nil {
		return err
	}
	if err := portals(ctx, a, persons); err != nil {
		return err
	}
	return joined(ctx, a, small, persons)
}

// joined takes the small organisation through the set-up: its trial is running.
func joined(ctx context.Context, a *app.App, h house, persons map[string]identity.Person) error {
	o, err := a.Tie.GetStarted(ctx, h.admin, 0)
	if err != nil {
		return err
	}
	choices, err := a.Tie.Portals(ctx, h.admin)
	if err != nil {
		return err
	}
	grid, err := a.Tie.Grid(ctx, h.admin)
	if err != nil {
		return err
	}
	form := integration.GridForm{Version: grid.Version}
	for _, r := range grid.Rows {
		if !r.Locked {
			form.Rows = append(form.Rows, integration.GridTicks{Profile: r.Profile, Rights: access.Rights{View: true, Create: true, Edit: true}})
		}
	}
	if o, err = a.Tie.SaveSetup(ctx, h.admin, integration.Setup{
		Portal: choices.Own[0].ID, Grid: form, Version: o.Version, ChoiceVersion: choices.Version}); err != nil {
		return err
	}
	_, err = a.Tie.AnswerAssociation(ctx, h.admin, true, o.Version)
	return err
}
