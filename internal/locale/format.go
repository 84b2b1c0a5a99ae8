package locale

import (
	"context"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// Scale is how money is kept: a whole number of ten-thousandths.
const Scale = 10_000

// symbols writes the half-width ¥ in both languages, as business papers do.
var symbols = message.NewPrinter(language.English)

// Number writes a whole number with the separators of the language.
func Number(ctx context.Context, n int64) string { return From(ctx).Number(n) }

// Number writes a whole number with the separators of the language.
func (l *Localizer) Number(n int64) string { return l.numbers.Sprint(number.Decimal(n)) }

// Money writes an amount of ten-thousandths in an ISO 4217 currency with as many
// decimals as the currency has: none for JPY, two for USD.
func Money(ctx context.Context, amount int64, code string) string {
	return From(ctx).Money(amount, code)
}

// Money writes an amount of ten-thousandths; see the function of that name.
func (l *Localizer) Money(amount int64, code string) string {
	digits, symbol := 2, code+" "
	if unit, err := currency.ParseISO(code); err == nil {
		digits, _ = currency.Standard.Rounding(unit)
		if s := symbols.Sprint(currency.NarrowSymbol(unit)); s != code {
			symbol = strings.TrimSpace(s)
		}
	}
	digits = min(digits, 4)
	step := uint64(Scale)
	for range digits {
		step /= 10
	}
	sign, size := "", uint64(amount)
	if amount < 0 {
		sign, size = "-", -size
	}
	size = (size + step/2) / step // in the currency's smallest unit, half away from zero
	base := uint64(Scale) / step
	text := l.Number(int64(size / base))
	if digits > 0 {
		fraction := strconv.FormatUint(size%base, 10)
		text += "." + strings.Repeat("0", digits-len(fraction)) + fraction
	}
	if size == 0 {
		sign = ""
	}
	return sign + symbol + text
}

// Date writes a YYYY-MM-DD column: 2026/01/02 or Jan 2, 2026. Empty stays empty, and
// what is no date is shown as it is.
func Date(ctx context.Context, date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return t.Format(From(ctx).dateLayout())
}

// Day writes the date of a moment in the person's time zone; the zero time is empty.
func Day(ctx context.Context, t time.Time) string {
	l := From(ctx)
	return l.format(t, l.dateLayout())
}

// DateTime writes a moment in the person's time zone; the zero time is empty.
func DateTime(ctx context.Context, t time.Time) string {
	l := From(ctx)
	if l.Lang == Japanese {
		return l.format(t, "2006/01/02 15:04")
	}
	return l.format(t, "Jan 2, 2006, 3:04 PM")
}

// Clock writes the time of day of a moment in the person's time zone.
func Clock(ctx context.Context, t time.Time) string {
	l := From(ctx)
	if l.Lang == Japanese {
		return l.format(t, "15:04")
	}
	return l.format(t, "3:04 PM")
}

// Today is the YYYY-MM-DD of a moment in the person's time zone.
func Today(ctx context.Context, now time.Time) string {
	return now.In(From(ctx).zone).Format(time.DateOnly)
}

func (l *Localizer) dateLayout() string {
	if l.Lang == Japanese {
		return "2006/01/02"
	}
	return "Jan 2, 2006"
}

func (l *Localizer) format(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.In(l.zone).Format(layout)
}
