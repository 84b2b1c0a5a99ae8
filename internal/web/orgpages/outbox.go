package orgpages

import (
	"net/http"
	"strconv"

	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/mail"
	"musubi/internal/page"
	"musubi/internal/web/outboxpages"
	"musubi/internal/web/ui"
)

func num(n int64) string { return strconv.FormatInt(n, 10) }

// outbox shows the organisation's letters to its administrators.
func (p *Pages) outbox() *outboxpages.Pages {
	return outboxpages.New(p.shell, outboxpages.House{
		Base: func(r *http.Request) string { return setup(actor(r)) + "/outbox" },
		Crumbs: func(r *http.Request) ui.Crumbs {
			return ui.Crumbs{{Label: locale.T(r.Context(), "orgpages.setup"), URL: setup(actor(r))}}
		},
		Letters: func(r *http.Request, q page.Request) (page.Page[mail.Message], error) {
			return p.access.Letters(r.Context(), actor(r), q)
		},
		Letter: func(r *http.Request, letter id.ID) (mail.Message, error) {
			return p.access.Letter(r.Context(), actor(r), letter)
		},
		File: func(r *http.Request, letter id.ID, place int) (mail.Attachment, error) {
			return p.access.LetterFile(r.Context(), actor(r), letter, place)
		},
	})
}
