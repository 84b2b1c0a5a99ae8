package integration

import (
	"maps"
	"slices"
	"strconv"

	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/projects/gate"
)

// glanceValues writes what a project says by target, in the organisation's words.
func glanceValues(g gate.Glance, words *locale.Localizer) taskValues {
	out := taskValues{TargetName: g.Name, TargetOverview: lines(gate.Plain(g.Overview)), TargetStart: g.StartDate, TargetEnd: g.EndDate,
		SourceStatus: statusWord(g.Project, words), SourcePercent: strconv.Itoa(g.Percent), SourceNext: g.Next, SourceNextDay: g.NextDay}
	for _, c := range g.Custom {
		out[TargetCustom+c.Field.ID.String()] = c.Value
	}
	return out
}

// statusWord names a project's status as its portal does.
func statusWord(p gate.Project, words *locale.Localizer) string {
	if p.StatusName != "" {
		return p.StatusName
	}
	return words.T("work.status.project." + p.Status)
}

// held keeps values under what they belong to: a target that gets another field begins
// anew.
func held(values taskValues, chosen map[string]MappingChoice) taskValues {
	out := taskValues{}
	for target, c := range chosen {
		if c.live() {
			out[target+"="+c.Field] = values[target]
		}
	}
	return out
}

// mirrorMerge says which targets go which way.
type mirrorMerge struct {
	toProject []string
	toCRM     []string
	conflicts []MirrorConflict
}

// mergeMirror compares both sides with what they held before. A live field that goes
// one way has a master, whose value is brought over at the first look and whenever it
// changes. One that goes both ways fills what is empty at first; later the change
// wins, and of two changes the later one. Whatever is written over is told.
func mergeMirror(was, now taskPair, chosen map[string]MappingChoice, crmLast bool) mirrorMerge {
	var m mirrorMerge
	for _, target := range slices.Sorted(maps.Keys(chosen)) {
		c := chosen[target]
		crm, project := now.crm[target], now.project[target]
		if !c.live() || crm == project {
			continue
		}
		key := target + "=" + c.Field
		crmWas, known := was.crm[key]
		crmNew, projectNew := !known || crm != crmWas, !known || project != was.project[key]
		winner := ""
		switch c.Flow {
		case FlowToProject:
			if crmNew && (known || crm != "") {
				winner = SideCRM
			}
		case FlowToCRM:
			if projectNew && (known || project != "") {
				winner = SideProject
			}
		case FlowBoth:
			switch {
			case !known && project == "", known && crmNew && !projectNew, known && crmNew && projectNew && crmLast:
				winner = SideCRM
			case !known && crm == "", known && projectNew:
				winner = SideProject
			}
		}
		over := project
		switch winner {
		case SideCRM:
			m.toProject = append(m.toProject, target)
		case SideProject:
			m.toCRM, over = append(m.toCRM, target), crm
		}
		if winner != "" && crmNew && projectNew && over != "" {
			m.conflicts = append(m.conflicts, MirrorConflict{Target: target, CRM: crm, Other: project, Winner: winner})
		}
	}
	return m
}

// patchOf puts values into a change of a project.
func patchOf(fields []string, v taskValues, own []gate.Field) gate.ProjectPatch {
	var p gate.ProjectPatch
	for _, f := range fields {
		text := v[f]
		switch f {
		case TargetName:
			if text != "" {
				p.Name = &text
			}
		case TargetOverview:
			p.Overview = &text
		case TargetStart:
			p.StartDate = &text
		case TargetEnd:
			p.EndDate = &text
		default:
			for _, o := range own {
				if TargetCustom+o.ID.String() == f {
					if p.Custom == nil {
						p.Custom = map[id.ID]string{}
					}
					p.Custom[o.ID] = text
				}
			}
		}
	}
	return p
}
