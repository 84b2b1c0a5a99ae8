package importer

import (
	"context"
	"io"
	"strconv"
	"strings"

	"musubi/internal/csvfile"
	"musubi/internal/fault"
	"musubi/internal/locale"
)

// WriteTemplate writes an empty file with the kind's headings, and one line that shows
// how they are filled, in the language of the context.
func (k Kind) WriteTemplate(ctx context.Context, w io.Writer) error {
	var heads, shows []string
	for _, c := range k.Columns {
		if c.Example == "" {
			continue
		}
		heads = append(heads, locale.T(ctx, c.Label))
		shows = append(shows, locale.T(ctx, c.Example))
	}
	out := csvfile.NewWriter(w)
	if err := out.Write(heads...); err != nil {
		return fault.Internal(err)
	}
	if err := out.Write(shows...); err != nil {
		return fault.Internal(err)
	}
	return internal(out.Flush())
}

// WriteRejects writes the rejected lines as they stood in the file, each with its
// reason, so that they can be mended and brought in again.
func (s *Service) WriteRejects(ctx context.Context, r Run, w io.Writer) error {
	k := s.kinds[r.Kind]
	out := csvfile.NewWriter(w)
	if err := out.Write(append([]string{locale.T(ctx, "importer.line"), locale.T(ctx, "importer.reason")}, r.Header...)...); err != nil {
		return fault.Internal(err)
	}
	for after := int64(0); ; {
		list, err := rejectsAfter(ctx, s.db, r, after, 500)
		if err != nil {
			return err
		}
		for _, l := range list {
			cells := append([]string{strconv.Itoa(l.Line), k.Reason(ctx, l)}, l.Cells...)
			if err := out.Write(cells...); err != nil {
				return fault.Internal(err)
			}
			after = int64(l.Line)
		}
		if len(list) < 500 {
			return internal(out.Flush())
		}
	}
}

// Reason puts into words why a line was rejected.
func (k Kind) Reason(ctx context.Context, l RejectedLine) string {
	var out []string
	for _, f := range l.Reasons {
		text := locale.FaultField(ctx, f)
		if c, ok := k.column(f.Name); ok {
			text = locale.T(ctx, "importer.reason_of", locale.Args{"Field": locale.T(ctx, c.Label), "Reason": text})
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

func internal(err error) error {
	if err == nil {
		return nil
	}
	return fault.Internal(err)
}
