package shell

import (
	"encoding/json"
	"errors"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/web/ui"
)

const maxForm = 1 << 20

// Input is what a form or an address carries, already checked to be clean text.
type Input struct{ values url.Values }

// ReadForm reads a posted form of at most 1 MiB. Text that is not UTF-8 or
// holds NUL is refused as invalid before anything else sees it.
func ReadForm(w http.ResponseWriter, r *http.Request) (Input, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		if err := r.ParseMultipartForm(maxForm); err != nil {
			return Input{}, tooBig(err)
		}
	} else if err := r.ParseForm(); err != nil {
		return Input{}, tooBig(err)
	}
	return clean(r.PostForm)
}

// ReadQuery reads the values of the address.
func ReadQuery(r *http.Request) (Input, error) { return clean(r.URL.Query()) }

// ReadUpload reads a posted form with one file of at most max bytes. The caller
// closes the file.
func ReadUpload(w http.ResponseWriter, r *http.Request, field string, max int64) (Input, multipart.File, *multipart.FileHeader, error) {
	r.Body = http.MaxBytesReader(w, r.Body, max+maxForm)
	if err := r.ParseMultipartForm(4 << 20); err != nil {
		return Input{}, nil, nil, tooBig(err)
	}
	in, err := clean(r.PostForm)
	if err != nil {
		return Input{}, nil, nil, err
	}
	file, head, err := r.FormFile(field)
	if err != nil {
		return in, nil, nil, fault.Invalid("web.ui.check_fields").Field(field, "web.file_missing").Because(err)
	}
	return in, file, head, nil
}

func tooBig(err error) error {
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return fault.Invalid("web.too_big").Because(err)
	}
	return fault.Invalid("web.bad_form").Because(err)
}

func clean(v url.Values) (Input, error) {
	for name, list := range v {
		for _, s := range append(list, name) {
			if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
				return Input{}, fault.Invalid("web.bad_form")
			}
		}
	}
	return Input{v}, nil
}

// Text gives a value without the space around it, with line ends as \n.
func (in Input) Text(name string) string {
	return strings.TrimSpace(strings.ReplaceAll(in.values.Get(name), "\r\n", "\n"))
}

// Raw gives a value as it was typed: passwords.
func (in Input) Raw(name string) string { return in.values.Get(name) }

// Has says whether the name came at all.
func (in Input) Has(name string) bool { return in.values.Has(name) }

// All gives every value of a name.
func (in Input) All(name string) []string { return in.values[name] }

// On says whether a checkbox was ticked.
func (in Input) On(name string) bool { return in.values.Get(name) != "" }

// ID gives an id, 0 where there is none or what came is no id.
func (in Input) ID(name string) id.ID {
	n, err := id.Parse(in.Text(name))
	if err != nil {
		return 0
	}
	return n
}

// IDs gives the ids of a name, leaving out what is no id.
func (in Input) IDs(name string) []id.ID {
	var out []id.ID
	for _, s := range in.values[name] {
		if n, err := id.Parse(strings.TrimSpace(s)); err == nil {
			out = append(out, n)
		}
	}
	return out
}

// Int gives a whole number, 0 where there is none.
func (in Input) Int(name string) int64 {
	n, err := strconv.ParseInt(in.Text(name), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// Names lists the names that came.
func (in Input) Names() []string {
	out := make([]string, 0, len(in.values))
	for name := range in.values {
		out = append(out, name)
	}
	return out
}

// Paging reads ?cursor= and ?size= of a list's address.
func Paging(r *http.Request) page.Request {
	q := r.URL.Query()
	size, err := strconv.Atoi(q.Get("size"))
	if err != nil {
		size = 0
	}
	return page.Request{Cursor: q.Get("cursor"), Size: size}
}

// Here gives the request's own address with some values of its query replaced;
// an empty value takes one out. Lists build their sort and paging links with it.
func Here(r *http.Request, pairs ...string) string {
	q := r.URL.Query()
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Del(pairs[i])
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return r.URL.Path
	}
	return r.URL.Path + "?" + q.Encode()
}

// Pager makes the pager of a list from the cursors of its page.
func Pager(r *http.Request, prev, next string) ui.Pager {
	p := ui.Pager{}
	if prev != "" {
		p.PrevURL = Here(r, "cursor", prev)
	}
	if next != "" {
		p.NextURL = Here(r, "cursor", next)
	}
	return p
}

// Suggest answers a lookup field's question with the options that match.
func Suggest(w http.ResponseWriter, options []ui.Option) error {
	if options == nil {
		options = []ui.Option{}
	}
	body, err := json.Marshal(options)
	if err != nil {
		return fault.Internal(err)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(body)
	return nil
}
