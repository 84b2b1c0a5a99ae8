package crmpages_test

import (
	"net/url"
	"strings"
	"testing"
)

// TestWhatIsTickedForAMergeIsAsked: too few and too many say what to do, beside what was
// searched and ticked.
func TestWhatIsTickedForAMergeIsAsked(t *testing.T) {
	b, base := house(t, sqlite(t))
	master := made(t, b, base+"/Accounts", "Account_Name", "青空製作所")
	var twins []string
	for range 3 {
		at := made(t, b, base+"/Accounts", "Account_Name", "青空製作所")
		twins = append(twins, at[strings.LastIndex(at, "/")+1:])
	}
	page := b.Get(master + "/merge")
	has(t, page, 200, `name="compare"`)
	lacks(t, page, "at most 3")
	const few = "Choose at least one other record. At most 3"
	q := url.Values{"compare": {"on"}, "q": {"空製作"}}
	has(t, b.Get(master+"/merge?"+q.Encode()), 422, few, `value="空製作"`, twins[2])
	q["with"] = twins
	page = b.Get(master + "/merge?" + q.Encode())
	has(t, page, 422, few)
	if n := strings.Count(page.Body, " checked"); n != 3 {
		t.Errorf("%d of 3 are still ticked", n)
	}
	for _, with := range [][]string{{"nonsense"}, {"-1"}, {twins[0], twins[0]}, {master[strings.LastIndex(master, "/")+1:]}, {strings.Repeat("9", 400)}} {
		q["with"] = with
		has(t, b.Get(master+"/merge?"+q.Encode()), 422, twins[0])
	}
	q["with"] = twins[:1]
	has(t, b.Get(master+"/merge?"+q.Encode()), 200, en("crmpages.merge.compare_text"))
	q["with"] = []string{"1"}
	has(t, b.Get(master+"/merge?"+q.Encode()), 404)
}
