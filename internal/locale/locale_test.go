package locale_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"musubi/internal/fault"
	"musubi/internal/locale"
)

func in(lang, zone string) context.Context {
	return locale.With(context.Background(), locale.For(lang, zone))
}

func TestFormats(t *testing.T) {
	ja, en := in("ja", "Asia/Tokyo"), in("en", "America/New_York")
	at := time.Date(2026, 1, 2, 20, 5, 0, 0, time.UTC)
	for _, c := range []struct{ what, got, want string }{
		{"number ja", locale.Number(ja, 1234567), "1,234,567"},
		{"number negative", locale.Number(en, -1234), "-1,234"},
		{"yen has no decimals", locale.Money(ja, 12_345_678_0000, "JPY"), "¥12,345,678"},
		{"yen rounds", locale.Money(ja, 1_5000, "JPY"), "¥2"},
		{"dollar has two", locale.Money(en, 1234_5600, "USD"), "$1,234.56"},
		{"small fraction", locale.Money(en, 500, "USD"), "$0.05"},
		{"negative", locale.Money(en, -1_0500, "EUR"), "-€1.05"},
		{"negative rounds to zero", locale.Money(en, -1, "USD"), "$0.00"},
		{"largest", locale.Money(ja, 9223372036854775807, "JPY"), "¥922,337,203,685,478"},
		{"smallest", locale.Money(ja, -9223372036854775808, "JPY"), "-¥922,337,203,685,478"},
		{"unknown currency", locale.Money(en, 1_0000, "???"), "??? 1.00"},
		{"date ja", locale.Date(ja, "2026-01-02"), "2026/01/02"},
		{"date en", locale.Date(en, "2026-01-02"), "Jan 2, 2026"},
		{"no date", locale.Date(en, ""), ""},
		{"not a date", locale.Date(en, "soon"), "soon"},
		{"time ja is the next day", locale.DateTime(ja, at), "2026/01/03 05:05"},
		{"time en", locale.DateTime(en, at), "Jan 2, 2026, 3:05 PM"},
		{"day in zone", locale.Day(ja, at), "2026/01/03"},
		{"today in zone", locale.Today(ja, at), "2026-01-03"},
		{"no time", locale.DateTime(ja, time.Time{}), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, c.got, c.want)
		}
	}
}

func TestMatchChoosesAmongOurLanguages(t *testing.T) {
	for header, want := range map[string]string{
		"ja,en-US;q=0.7": "ja", "ja-JP": "ja", "en-GB,ja;q=0.5": "en", "fr": "en", "fr,ja;q=0.4": "ja", "": "en", "%%": "en",
	} {
		if got := locale.Match(header); got != want {
			t.Errorf("%q: got %s, want %s", header, got, want)
		}
	}
}

func TestForFallsBack(t *testing.T) {
	if l := locale.For("fr", "Mars/Base"); l.Lang != "en" || l.TimeZone != "UTC" {
		t.Errorf("got %s %s", l.Lang, l.TimeZone)
	}
	if locale.KnownZone("Local") || locale.KnownZone("") || !locale.KnownZone("Asia/Tokyo") {
		t.Error("zones are judged wrongly")
	}
}

func TestFaultNeverShowsItsCause(t *testing.T) {
	ja := in("ja", "Asia/Tokyo")
	generic := locale.T(ja, "fault.internal")
	for _, c := range []struct {
		what string
		err  error
		want string
	}{
		{"nil", nil, ""},
		{"any error", errors.New("pq: secret"), generic},
		{"internal", fault.Internalf("secret"), generic},
		{"wrapped", fmt.Errorf("x: %w", fault.Forbidden("fault.forbidden")), locale.T(ja, "fault.forbidden")},
		{"deadline", context.DeadlineExceeded, locale.T(ja, "fault.unavailable")},
		{"key without message", fault.New(fault.KindStale, "nobody.wrote.this"), locale.T(ja, "fault.stale")},
		{"unknown kind", fault.New("odd", "nobody.wrote.this"), generic},
		{"only fields", (&fault.Error{Kind: fault.KindInvalid}).Field("name", "fault.text_invalid"), locale.T(ja, "fault.text_invalid")},
		{"arguments", fault.Conflict("fault.schema_newer").With("Version", int64(70)), "このデータベースは、より新しいバージョンのMusubiで更新されています（マイグレーション70）。そのバージョンで起動してください。"},
	} {
		if got := locale.Fault(ja, c.err); got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, got, c.want)
		}
	}
}

func BenchmarkT(b *testing.B) {
	ja := in("ja", "Asia/Tokyo")
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			locale.T(ja, "fault.internal")
		}
	})
	b.Run("arguments", func(b *testing.B) {
		for b.Loop() {
			locale.T(ja, "fault.schema_newer", locale.Args{"Version": 7})
		}
	})
}
