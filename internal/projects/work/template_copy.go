package work

import (
	"context"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// content is the work of a project, on its way into another.
type content struct {
	source projectRow
	team   []ProjectMember
	stones []copiedStone
	lists  []copiedList
	tasks  []copiedTask
	doers  []copiedDoer
	inner
}

// The rows of a copy, named as the columns they go to.
type copiedStone struct {
	ID       id.ID  `json:"id"`
	Name     string `json:"name"`
	NameKey  string `json:"name_key"`
	Owner    id.ID  `json:"owner_id"`
	Start    string `json:"start_date"`
	End      string `json:"end_date"`
	EndKey   string `json:"end_key"`
	External int    `json:"external"`
}

type copiedList struct {
	ID        id.ID  `json:"id"`
	Name      string `json:"name"`
	External  int    `json:"external"`
	Default   int    `json:"is_default"`
	Milestone id.ID  `json:"milestone_id"` // zero is none
	Tasks     int64  `json:"tasks_open"`
}

type copiedTask struct {
	ID          id.ID  `json:"id"`
	List        id.ID  `json:"list_id"`
	Number      int64  `json:"number"`
	Title       string `json:"title"`
	TitleKey    string `json:"title_key"`
	Description string `json:"description"`
	External    int    `json:"external"`
	Priority    string `json:"priority"`
	Start       string `json:"start_date"`
	Due         string `json:"due_date"`
	DueKey      string `json:"due_key"`
	Lines       int64  `json:"lines_open"`
	Parent      id.ID  `json:"parent_id"` // zero is none
	Subtasks    int64  `json:"subtasks_open"`
}

type copiedDoer struct {
	Task   id.ID  `json:"task_id"`
	Member id.ID  `json:"member_id"`
	DueKey string `json:"due_key"`
}

type copiedGram struct {
	Kind    string `json:"kind"`
	Gram    string `json:"gram"`
	Subject id.ID  `json:"subject_id"`
}

// ends gives the first and the last date of the work; empty without any.
func (c content) ends() (first, last string) {
	widen := func(days ...string) {
		for _, d := range days {
			if d != "" && (first == "" || d < first) {
				first = d
			}
			last = max(last, d)
		}
	}
	for _, m := range c.stones {
		widen(m.Start, m.End)
	}
	for _, t := range c.tasks {
		widen(t.Start, t.Due)
	}
	if c.source.StartDate != "" {
		first = c.source.StartDate
	}
	if c.source.EndDate != "" {
		last = c.source.EndDate
	}
	if first == "" {
		first = last
	}
	return first, max(first, last)
}

// read takes the work out of the source, whose lock it takes, and makes it that of p:
// its dates move, its owner becomes p's, and whoever left the portal is left out.
func (f *pattern) read(ctx context.Context, tx *store.Tx, as portal.Member, p *projectRow) (content, error) {
	var c content
	err := lock(ctx, tx, as.Portal(), f.source)
	if err == nil {
		c, err = readContent(ctx, tx, as.Portal(), f.source, f.template)
	}
	if fault.Is(err, fault.KindNotFound) {
		return c, fault.Invalid("work.fault.invalid").Field("template", "work.fault.choice")
	}
	if err != nil {
		return c, err
	}
	if len(c.stones)+len(c.lists)+len(c.tasks) > MaxTemplateItems {
		return c, fault.Conflict("work.fault.template_size").With("Limit", MaxTemplateItems).WithCode("template_size")
	}
	move, err := f.mover(c, p)
	if err != nil {
		return c, err
	}
	if p.Overview == "" {
		p.Overview = c.source.Overview
	}
	who, err := c.people(ctx, tx, as.Portal(), p.Owner.ID)
	if err != nil {
		return c, err
	}
	c.renew(tx, p.Owner.ID, who, move)
	return c, nil
}

// people gives who stands for whom: the owner of the project for that of the source,
// everybody else for themselves, and nobody for those who left.
func (c content) people(ctx context.Context, tx *store.Tx, in, owner id.ID) (map[id.ID]id.ID, error) {
	var all []id.ID
	for _, m := range c.stones {
		all = append(all, m.Owner)
	}
	for _, d := range c.doers {
		all = append(all, d.Member)
	}
	for _, m := range c.team {
		all = append(all, m.ID)
	}
	here, err := activeMembers(ctx, tx, in, distinct(all))
	who := map[id.ID]id.ID{}
	for _, m := range here {
		who[m.ID] = m.ID
	}
	who[c.source.Owner.ID] = owner
	return who, err
}

// renew gives every row its new id, dates and people.
func (c *content) renew(tx *store.Tx, owner id.ID, who map[id.ID]id.ID, move func(string) string) {
	stones, lists, tasks := map[id.ID]id.ID{}, map[id.ID]int{}, map[id.ID]int{}
	for i := range c.stones {
		m := &c.stones[i]
		old := m.ID
		m.ID, m.Owner, m.Start, m.End = tx.NewID(), who[m.Owner], move(m.Start), move(m.End)
		if m.Owner == 0 {
			m.Owner = owner
		}
		m.EndKey, stones[old] = dayKey(m.End), m.ID
	}
	for i := range c.lists {
		l := &c.lists[i]
		lists[l.ID] = i
		l.ID, l.Milestone, l.Tasks = tx.NewID(), stones[l.Milestone], 0
	}
	for i := range c.tasks {
		t := &c.tasks[i]
		l := &c.lists[lists[t.List]]
		l.Tasks++
		tasks[t.ID] = i
		t.ID, t.List, t.Number, t.Start, t.Due = tx.NewID(), l.ID, int64(i+1), move(t.Start), move(t.Due)
		t.DueKey = dayKey(t.Due)
	}
	var doers []copiedDoer
	seen := map[copiedDoer]bool{}
	for _, d := range c.doers {
		t := c.tasks[tasks[d.Task]]
		n := copiedDoer{Task: t.ID, Member: who[d.Member], DueKey: t.DueKey}
		if n.Member != 0 && !seen[n] {
			seen[n] = true
			doers = append(doers, n)
		}
	}
	c.doers = doers
	var team []ProjectMember
	for _, m := range c.team {
		if m.ID != c.source.Owner.ID && who[m.ID] != 0 && m.ID != owner {
			team = append(team, m)
		}
	}
	c.team = team
	c.inner.renew(tx, c.tasks, tasks)
}

// grams are what the search index holds of the work.
func (c content) grams() []copiedGram {
	var out []copiedGram
	add := func(kind, key string, subject id.ID) {
		for _, g := range grams(key) {
			out = append(out, copiedGram{kind, g, subject})
		}
	}
	for _, m := range c.stones {
		add(kindMilestone, m.NameKey, m.ID)
	}
	for _, t := range c.tasks {
		add(kindTask, t.TitleKey, t.ID)
	}
	return out
}

// put writes the work into a new project.
func (c content) put(ctx context.Context, tx *store.Tx, as portal.Member, p projectRow) error {
	for _, role := range []ProjectRole{RoleManager, RoleMember} {
		var some []id.ID
		for _, m := range c.team {
			if m.Role == role {
				some = append(some, m.ID)
			}
		}
		if err := putMembers(ctx, tx, as.Portal(), p.ID, some, role); err != nil {
			return err
		}
	}
	if err := insertContent(ctx, tx, as, p.ID, c); err != nil {
		return err
	}
	d := delta{"last_task": int64(len(c.tasks))}
	for _, m := range c.stones {
		d.count(item{noun: "milestones", external: m.External == 1}, 1)
	}
	for _, t := range c.tasks {
		d.count(item{noun: "tasks", external: t.External == 1}, 1)
	}
	if err := bump(ctx, tx, as.Portal(), p.ID, d); err != nil || !p.Strict {
		return err
	}
	out, err := outside(ctx, tx, as.Portal(), p.ID, p.StartDate, p.EndDate)
	if err == nil && out {
		err = fault.Conflict("work.fault.work_outside").WithCode("work_outside")
	}
	return err
}
