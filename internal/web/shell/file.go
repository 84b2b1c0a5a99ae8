package shell

import (
	"bufio"
	"errors"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"musubi/internal/fault"
	"musubi/internal/locale"
)

// MaxFiles is how many files one form carries.
const MaxFiles = 10

const (
	// maxInputs is how many inputs besides a form with files has.
	maxInputs = 50
	// travel is how long files may be under way: longer than a page.
	travel = 15 * time.Minute
)

// ReadFiles reads a posted form whose files arrive one after the other, each of limit
// bytes at most: take reads the content of the n-th to its end while it arrives, with
// the inputs that stand before the files. A file that take refuses by a fault the
// person can mend does not keep the others out; all refusals come back as one fault
// beside the field.
func ReadFiles(w http.ResponseWriter, r *http.Request, field string, limit int64, take func(in Input, n int, name string, content io.Reader) error) (in Input, taken int, err error) {
	patient(w)
	r.Body = http.MaxBytesReader(w, r.Body, limit*MaxFiles+maxForm)
	parts, err := r.MultipartReader()
	if err != nil {
		return Input{}, 0, fault.Invalid("web.bad_form").Because(err)
	}
	values, inputs := url.Values{}, 0
	in = Input{values}
	bad := fault.Invalid("web.files_refused")
	for n := 0; ; {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			if n == 0 {
				return in, 0, fault.Invalid("web.ui.check_fields").Field(field, "web.file_missing")
			}
			return in, taken, bad.OrNil()
		}
		if err != nil {
			return in, taken, tooBig(err)
		}
		name := part.FileName()
		switch {
		case part.FormName() == field && name != "":
			if n == MaxFiles {
				return in, taken, bad.Field(field, "web.too_many_files", fault.Args{"Limit": MaxFiles})
			}
			err := take(in, n, name, part)
			n++
			switch {
			case err == nil:
				taken++
			case Expected(err):
				bad.Field(field, "web.file_refused", fault.Args{"Name": printable(name), "Reason": reason(r, err)})
			default:
				return in, taken, err
			}
		case name == "" && part.FormName() != field:
			if inputs++; inputs > maxInputs {
				return in, taken, fault.Invalid("web.too_big")
			}
			if err := addValue(values, part); err != nil {
				return in, taken, err
			}
		}
	}
}

// addValue reads an input of a form with files.
func addValue(values url.Values, part *multipart.Part) error {
	text, err := io.ReadAll(io.LimitReader(part, maxForm/maxInputs+1))
	if err != nil {
		return tooBig(err)
	}
	if len(text) > maxForm/maxInputs {
		return fault.Invalid("web.too_big")
	}
	one := url.Values{part.FormName(): {string(text)}}
	if _, err := clean(one); err != nil {
		return err
	}
	values.Add(part.FormName(), string(text))
	return nil
}

// reason puts into words why a file was refused.
func reason(r *http.Request, err error) string {
	f := fault.As(err)
	if f != nil && len(f.Fields) > 0 && f.Key == "" {
		return locale.FaultField(r.Context(), f.Fields[0])
	}
	return locale.Fault(r.Context(), err)
}

// printable is a name nobody has checked, for a message about it.
func printable(name string) string {
	letters := []rune(strings.ToValidUTF8(strings.Map(func(c rune) rune {
		if c < ' ' {
			return -1
		}
		return c
	}, name), "\uFFFD"))
	return string(letters[:min(len(letters), 100)])
}

// patient lets a request with files take its time. A writer without deadlines has none
// to move.
func patient(w http.ResponseWriter) {
	c := http.NewResponseController(w)
	_ = c.SetReadDeadline(time.Now().Add(travel))
	_ = c.SetWriteDeadline(time.Now().Add(travel))
}

// Download is a file on its way to the browser. Its type was read from its first bytes.
type Download struct {
	Name    string
	Type    string
	Size    int64
	Content io.Reader
	Save    bool // never shown in the browser
}

// shown are the types a browser may show: they run nothing.
var shown = []string{"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp"}

// SendFile answers with a file. Whatever it holds, it can do nothing on this site: only
// what is harmless is shown, everything else is saved, and nothing of it runs.
func (s *Shell) SendFile(w http.ResponseWriter, r *http.Request, d Download) error {
	content := bufio.NewReaderSize(d.Content, 64<<10)
	if d.Size > 0 {
		if _, err := content.Peek(1); err != nil {
			return asFault(err) // still a proper error page
		}
	}
	patient(w)
	h := w.Header()
	kind, policy := "application/octet-stream", "default-src 'none'; sandbox; frame-ancestors 'none'"
	how := "attachment"
	if slices.Contains(shown, d.Type) {
		kind = d.Type
		if !d.Save {
			how = "inline"
		}
		if d.Type == "application/pdf" {
			policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'" // browsers' own viewers do not start in a sandbox
		}
	}
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", disposition(how, d.Name))
	h.Set("Content-Security-Policy", policy)
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Content-Length", strconv.FormatInt(d.Size, 10))
	if _, err := io.Copy(w, content); err != nil {
		// The head is gone: a short answer tells the browser that the file is not whole.
		s.log.LogAttrs(r.Context(), slog.LevelWarn, "a file broke off", slog.String("request", RequestID(r.Context())), slog.Any("error", err))
	}
	return nil
}

// disposition says what the browser does with a file, and its name in both spellings
// browsers read.
func disposition(how, name string) string {
	if v := mime.FormatMediaType(how, map[string]string{"filename": name}); v != "" {
		return v
	}
	return how
}

func asFault(err error) error {
	if fault.As(err) != nil {
		return err
	}
	return fault.Internal(err)
}
