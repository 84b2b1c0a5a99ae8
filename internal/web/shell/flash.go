package shell

import (
	"encoding/base64"
	"encoding/json"
	"net/http"

	"musubi/internal/web/ui"
)

const flashCookie = "musubi-flash"

type flash struct {
	Tone ui.Tone `json:"t"`
	Text string  `json:"x"`
	Act  string  `json:"a,omitempty"` // what its button says
	To   string  `json:"p,omitempty"` // where its button posts
}

// Flash keeps a message, already in the person's words, for the page that
// follows a redirect, where it is shown as a toast and read out.
func (s *Shell) Flash(w http.ResponseWriter, tone ui.Tone, text string) {
	s.keepFlash(w, flash{Tone: tone, Text: text})
}

// FlashAct is Flash with a button that posts to an address of this site: undo.
func (s *Shell) FlashAct(w http.ResponseWriter, tone ui.Tone, text, act, to string) {
	s.keepFlash(w, flash{Tone: tone, Text: text, Act: act, To: to})
}

func (s *Shell) keepFlash(w http.ResponseWriter, f flash) {
	if r := []rune(f.Text); len(r) > 300 {
		f.Text = string(r[:300]) + "…"
	}
	body, err := json.Marshal(f)
	if err != nil {
		return
	}
	http.SetCookie(w, &http.Cookie{Name: flashCookie, Value: base64.RawURLEncoding.EncodeToString(body), Path: "/", MaxAge: 60,
		HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode})
}

// Done says that an act succeeded and leads on: Flash and Redirect in one.
func (s *Shell) Done(w http.ResponseWriter, r *http.Request, to, text string) error {
	s.Flash(w, ui.Success, text)
	Redirect(w, r, to)
	return nil
}

// takeFlash reads the message and forgets it.
func (s *Shell) takeFlash(w http.ResponseWriter, r *http.Request) *flash {
	value := cookie(r, flashCookie)
	if value == "" {
		return nil
	}
	http.SetCookie(w, &http.Cookie{Name: flashCookie, Path: "/", MaxAge: -1, HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode})
	body, err := base64.RawURLEncoding.DecodeString(value)
	if err != nil {
		return nil
	}
	var f flash
	if json.Unmarshal(body, &f) != nil || f.Text == "" {
		return nil
	}
	if f.To = Local(f.To, ""); f.To == "" {
		f.Act = ""
	}
	return &f
}
