package gate

import (
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
)

func mapPage[A, B any](in page.Page[A], f func(A) B) page.Page[B] {
	out := page.Page[B]{Next: in.Next, Prev: in.Prev, Items: make([]B, len(in.Items))}
	for i, v := range in.Items {
		out.Items[i] = f(v)
	}
	return out
}

func ref(r portal.Ref) Ref { return Ref{ID: r.ID, Name: r.Name} }

func refs(list []portal.Ref) []Ref {
	out := make([]Ref, len(list))
	for i, r := range list {
		out[i] = ref(r)
	}
	return out
}

func projectValue(p work.Project) Project {
	return Project{
		ID: p.ID, Key: p.Prefix, Name: p.Name, Owner: ref(p.Owner), Group: ref(p.Group), Status: p.Status, StatusName: p.StatusName, StatusColour: p.StatusColour, Closed: p.Closed,
		StartDate: p.StartDate, EndDate: p.EndDate, Overview: p.Overview, Public: p.Public, Percent: p.Percent,
		Tasks: Count(p.Tasks), Milestones: Count(p.Milestones), Bugs: Count(p.Bugs),
		Clients: refs(p.Clients), ClientUsers: p.ClientUsers, Custom: customValues(p.Custom),
		Rights: ProjectRights{Edit: p.Rights.Edit, Trash: p.Rights.Trash, Users: p.Rights.Users, SeeUsers: p.Rights.SeeUsers, AddTask: p.Rights.AddTask,
			AddMilestone: p.Rights.AddMilestone, AddBug: p.Rights.AddBug, CommentTask: p.Rights.Comment, CommentBug: p.Rights.Comment,
			SeeDocuments: p.Rights.SeeDocuments, AddDocument: p.Rights.AddDocument,
			SeeTime: p.Rights.SeeTime, LogTime: p.Rights.LogTime, LogForOthers: p.Rights.LogForOthers},
		Minutes: p.Minutes, MinutesBillable: p.MinutesBillable, Budget: p.Budget,
		Version: p.Version, ModifiedAt: p.UpdatedAt.UnixMicro(),
	}
}

func taskValue(t work.Task) Task {
	return Task{TaskInput: TaskInput(t.TaskInput), Number: t.Number, ListName: t.ListName, OwnerRefs: refs(t.OwnerRefs),
		Closed: t.Closed, External: t.External, Checklist: Count(t.Checklist),
		Subtasks: Count(t.Subtasks), ParentRef: ref(t.ParentRef), Early: t.Early, Overdue: t.Overdue, Rights: ItemRights(t.Rights), ModifiedAt: t.UpdatedAt.UnixMicro()}
}

func milestoneValue(m work.Milestone) Milestone {
	return Milestone{MilestoneInput: MilestoneInput(m.MilestoneInput), OwnerRef: ref(m.OwnerRef), Closed: m.Closed,
		Rights: ItemRights(m.Rights), ModifiedAt: m.UpdatedAt.UnixMicro()}
}

func bugValue(b work.Bug) Bug {
	return Bug{BugInput: BugInput(b.BugInput), Number: b.Number, AssigneeRef: ref(b.AssigneeRef), ReporterRef: ref(b.ReporterRef),
		Closed: b.Closed, Rights: ItemRights(b.Rights), ModifiedAt: b.UpdatedAt.UnixMicro()}
}
