package projectviews

import "testing"

func TestReadHours(t *testing.T) {
	for text, want := range map[string]int{
		"1:30": 90, "１：３０": 90, "1.5": 90, "1,5": 90, "90m": 90, "90M": 90, " 2h ": 120, "0": 0, "0:00": 0, "37:30": 2250,
		"": -1, "x": -1, "-1": -1, "-0:30": -1, "1:+5": -1, "-0m": -1, "1:60": -1, "1:-5": -1, ":30": -1, "1:": -1, "NaN": -1, "Inf": -1, "1e300": -1, "99999999999999999999": -1, "99999999999999999999m": -1, "99999999999:00": -1, "m": -1,
	} {
		if got := ReadHours(text); got != want {
			t.Errorf("%q reads as %d minutes, want %d", text, got, want)
		}
	}
	if ReadBudget(" ") != 0 || ReadBudget("x") != -1 || ChangedBudget("2:00", 120) != nil || *ChangedBudget("", 120) != 0 {
		t.Error("a budget is read wrongly")
	}
}
