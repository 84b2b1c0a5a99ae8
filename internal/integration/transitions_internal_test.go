package integration

import (
	"testing"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/projects/gate"
)

var noon = time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)

// inStatus gives a row of facts that stands in a status.
func inStatus(s Status) link {
	l := link{TimeZone: "Asia/Tokyo", Facts: Facts{Edition: access.Free}}
	if s == StatusNone {
		return l
	}
	l.StartedAt, l.TrialEndsAt = noon.Add(-time.Hour), noon.Add(time.Hour)
	if s == StatusSettingUp {
		return l
	}
	l.join(noon, gate.Portal{ID: 7, Name: "Seven"}, newKey{Email: "a@example.jp"}, 1)
	switch s {
	case StatusActive:
		l.Edition = access.Paid
	case StatusKeyInvalid:
		l.KeyOK = false
	case StatusTrialExpired:
		l.TrialEndsAt = noon.Add(-time.Minute)
	case StatusDisabled:
		if err := l.disable(noon); err != nil {
			panic(err)
		}
	}
	return l
}

var statuses = []Status{StatusNone, StatusSettingUp, StatusTrial, StatusActive, StatusKeyInvalid, StatusTrialExpired, StatusDisabled}

// TestTransitions tries every act in every status: where it leads, or the code of the
// refusal, which leaves the row as it was.
func TestTransitions(t *testing.T) {
	other := gate.Portal{ID: 8, Name: "Eight"}
	acts := map[string]struct {
		do   func(l *link) error
		want map[Status]string
	}{
		"begin": {func(l *link) error { return l.begin(noon, access.Free, time.UTC) }, map[Status]string{
			StatusNone: "setting_up", StatusSettingUp: "already_started", StatusTrial: "already_started",
			StatusActive: "already_started", StatusKeyInvalid: "already_started",
			StatusTrialExpired: "already_started", StatusDisabled: "setting_up"}},
		"bind": {func(l *link) error { return l.bind(noon, other, newKey{}, 1) }, map[Status]string{
			StatusNone: "not_started", StatusSettingUp: "trial", StatusTrial: "second_portal",
			StatusActive: "second_portal", StatusKeyInvalid: "second_portal",
			StatusTrialExpired: "trial_expired", StatusDisabled: "not_started"}},
		"rebind": {func(l *link) error { return l.rebind(noon, other, newKey{}, 1) }, map[Status]string{
			StatusNone: "not_bound", StatusSettingUp: "not_bound", StatusTrial: "trial",
			StatusActive: "active", StatusKeyInvalid: "trial", StatusTrialExpired: "trial_expired", StatusDisabled: "not_bound"}},
		"rebind the same": {func(l *link) error { return l.rebind(noon, gate.Portal{ID: 7}, newKey{}, 1) }, map[Status]string{
			StatusNone: "not_bound", StatusSettingUp: "not_bound", StatusTrial: "same_portal",
			StatusActive: "same_portal", StatusKeyInvalid: "same_portal", StatusTrialExpired: "trial_expired", StatusDisabled: "not_bound"}},
		"renew the key": {func(l *link) error { return l.renewKey(noon, newKey{}) }, map[Status]string{
			StatusNone: "not_bound", StatusSettingUp: "not_bound", StatusTrial: "trial",
			StatusActive: "active", StatusKeyInvalid: "trial", StatusTrialExpired: "trial_expired", StatusDisabled: "not_bound"}},
		"answer": {func(l *link) error { return l.answer(noon, AnswerYes, 1) }, map[Status]string{
			StatusNone: "not_bound", StatusSettingUp: "not_bound", StatusTrial: "trial",
			StatusActive: "active", StatusKeyInvalid: "key_invalid", StatusTrialExpired: "trial_expired", StatusDisabled: "not_bound"}},
		"disable": {func(l *link) error { return l.disable(noon) }, map[Status]string{
			StatusNone: "not_started", StatusSettingUp: "disabled", StatusTrial: "disabled",
			StatusActive: "disabled", StatusKeyInvalid: "disabled", StatusTrialExpired: "disabled", StatusDisabled: "not_started"}},
	}
	for name, act := range acts {
		for _, s := range statuses {
			l := inStatus(s)
			if got := l.status(noon); got != s {
				t.Fatalf("the row for %s stands in %s", s, got)
			}
			epoch, err := l.Epoch, act.do(&l)
			got := string(l.status(noon))
			if err != nil {
				if !fault.Is(err, fault.KindConflict) {
					t.Errorf("%s in %s: %v, want a conflict", name, s, err)
				}
				if got != string(s) || l.Epoch != epoch {
					t.Errorf("%s in %s was refused, yet changed the row", name, s)
				}
				got = fault.As(err).Code
			}
			if got != act.want[s] {
				t.Errorf("%s in %s: %s, want %s", name, s, got, act.want[s])
			}
		}
	}
}

func TestAnswerOnceForEachBinding(t *testing.T) {
	l := inStatus(StatusActive)
	if err := l.answer(noon, AnswerNo, 1); err != nil {
		t.Fatal(err)
	}
	if err := l.answer(noon, AnswerYes, 1); !fault.HasCode(err, "already_answered") {
		t.Errorf("a second answer: %v", err)
	}
	if err := l.rebind(noon, gate.Portal{ID: 8}, newKey{}, 1); err != nil {
		t.Fatal(err)
	}
	if err := l.answer(noon, AnswerYes, 1); err != nil {
		t.Errorf("after changing the portal: %v", err)
	}
	if err := l.renewKey(noon, newKey{}); err != nil {
		t.Fatal(err)
	}
	if err := l.answer(noon, AnswerYes, 1); !fault.HasCode(err, "already_answered") {
		t.Errorf("a new key must not open the question again: %v", err)
	}
}

func TestTrialStartsOnceInALife(t *testing.T) {
	tokyo := zoneOf("Asia/Tokyo")
	var l link
	if err := l.begin(noon, access.Free, tokyo); err != nil {
		t.Fatal(err)
	}
	end := l.TrialEndsAt
	if err := l.disable(noon); err != nil {
		t.Fatal(err)
	}
	later := noon.AddDate(0, 1, 0)
	if err := l.begin(later, access.Free, tokyo); err != nil {
		t.Fatal(err)
	}
	if !l.TrialEndsAt.Equal(end) || l.status(later) != StatusTrialExpired {
		t.Errorf("the trial began again: ends %s, %s", l.TrialEndsAt, l.status(later))
	}
	l.changeEdition(later, access.Paid)
	if l.status(later) != StatusSettingUp {
		t.Errorf("after the upgrade: %s", l.status(later))
	}

	var paid link
	if err := paid.begin(noon, access.Paid, tokyo); err != nil {
		t.Fatal(err)
	}
	if !paid.TrialEndsAt.IsZero() {
		t.Error("a paid organisation got a trial")
	}
	paid.changeEdition(later, access.Free)
	if want := TrialEnd(later, tokyo); !paid.TrialEndsAt.Equal(want) {
		t.Errorf("the trial of a former paid organisation ends %s, want %s", paid.TrialEndsAt, want)
	}
}

func TestKeyBreaksOnceAndOnlyTheKeyThatWasRejected(t *testing.T) {
	l := inStatus(StatusActive)
	epoch, old := l.Epoch, l.KeySerial
	if err := l.renewKey(noon, newKey{}); err != nil {
		t.Fatal(err)
	}
	if l.breakKey(noon, epoch, old, ReasonRejected) {
		t.Error("a late answer to the old key broke the new one")
	}
	if !l.breakKey(noon, epoch, l.KeySerial, ReasonRejected) || l.breakKey(noon, epoch, l.KeySerial, ReasonRejected) {
		t.Error("the key must break exactly once")
	}
}

func TestTrialLettersAreDueOnce(t *testing.T) {
	l := inStatus(StatusTrial)
	l.TrialEndsAt = noon.AddDate(0, 0, 10)
	var got []string
	for day := range 14 {
		now := noon.AddDate(0, 0, day)
		for range 2 {
			if due := l.trialLetter(now); due != "" {
				got = append(got, due)
			}
		}
	}
	if len(got) != 2 || got[0] != letterTrialSoon || got[1] != letterTrialEnded {
		t.Errorf("letters: %v", got)
	}
}

func TestGridTicksSettle(t *testing.T) {
	r := func(text string) (out access.Rights) {
		for _, c := range text {
			switch c {
			case 'v':
				out.View = true
			case 'c':
				out.Create = true
			case 'e':
				out.Edit = true
			case 'd':
				out.Delete = true
			}
		}
		return out
	}
	for _, c := range []struct{ old, ticked, want string }{
		{"", "c", "vc"}, {"", "d", "vd"}, {"vced", "ced", ""}, {"v", "v", "v"}, {"vc", "", ""}, {"v", "e", "ve"},
	} {
		got, err := settle(GridRow{Rights: r(c.old)}, GridTicks{Rights: r(c.ticked)})
		if err != nil || got.Rights != r(c.want) {
			t.Errorf("%q after %q: %+v, %v, want %q", c.ticked, c.old, got.Rights, err, c.want)
		}
	}
	row, err := settle(GridRow{}, GridTicks{Rights: r("vced"), Modules: map[string]access.Rights{ModuleBugs: r("v"), ModuleTasks: r("vced")}})
	if err != nil {
		t.Fatal(err)
	}
	if row.Module(ModuleBugs) != r("v") || row.Module(ModuleTasks) != r("vced") || len(row.Modules) != 1 {
		t.Errorf("second level: %+v", row.Modules)
	}
	kept, err := settle(row, GridTicks{Rights: r("vc")})
	if err != nil || kept.Module(ModuleBugs) != r("v") || kept.Module(ModuleTasks) != r("vc") {
		t.Errorf("what was not set apart must follow its row: %+v, %v", kept, err)
	}
	gone, err := settle(kept, GridTicks{Rights: r("")})
	if err != nil || gone.Module(ModuleBugs) != r("") {
		t.Errorf("without View nothing inside: %+v, %v", gone, err)
	}
	if _, err := settle(row, GridTicks{Modules: map[string]access.Rights{"invoices": {}}}); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("an unknown module: %v", err)
	}
}
