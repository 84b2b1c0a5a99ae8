package mail_test

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"encoding/base64"
	"mime/quotedprintable"

	"github.com/emersion/go-smtp"
)

// server is a mail server in this process. It refuses recipients by its answers, each
// used up once, and keeps what it accepted.
type server struct {
	mu      sync.Mutex
	answers []*smtp.SMTPError
	got     []received
}

// received is a message taken apart.
type received struct {
	To, Subject, From string
	MessageID         string
	Parts             map[string]string // by content type, or by the name of a file
}

// serve starts one on a port of its own and gives its URL.
func serve(t *testing.T) (*server, string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{}
	back := smtp.NewServer(s)
	back.Domain, back.ReadTimeout, back.WriteTimeout = "localhost", 10*time.Second, 10*time.Second
	ended := make(chan bool)
	go func() { defer close(ended); back.Serve(listener) }()
	t.Cleanup(func() { back.Close(); <-ended })
	return s, "smtp://" + listener.Addr().String()
}

// answer lets the server refuse the next recipients.
func (s *server) answer(codes ...int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, code := range codes {
		s.answers = append(s.answers, &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "Nobody here"})
	}
}

// take gives what came in since the last time.
func (s *server) take() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.got
	s.got = nil
	return out
}

// NewSession begins a talk.
func (s *server) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{s: s}, nil }

type session struct {
	s  *server
	to string
}

func (*session) Mail(string, *smtp.MailOptions) error { return nil }
func (*session) Reset()                               {}
func (*session) Logout() error                        { return nil }

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.s.mu.Lock()
	defer s.s.mu.Unlock()
	s.to = to
	if len(s.s.answers) > 0 {
		refusal := s.s.answers[0]
		s.s.answers = s.s.answers[1:]
		return refusal
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	got, err := parse(s.to, string(raw))
	s.s.mu.Lock()
	defer s.s.mu.Unlock()
	if err != nil {
		got.Parts = map[string]string{"unreadable": err.Error()}
	}
	s.s.got = append(s.s.got, got)
	return nil
}

func parse(to, raw string) (received, error) {
	got := received{To: to, Parts: map[string]string{}}
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		return got, err
	}
	var words mime.WordDecoder
	subject, err1 := words.DecodeHeader(m.Header.Get("Subject"))
	from, err2 := words.DecodeHeader(m.Header.Get("From"))
	got.Subject, got.From, got.MessageID = subject, from, m.Header.Get("Message-ID")
	return got, errors.Join(err1, err2, got.part(m.Header.Get("Content-Type"), "", m.Header.Get("Content-Transfer-Encoding"), m.Body))
}

func (got received) part(kind, name, encoding string, body io.Reader) error {
	media, params, err := mime.ParseMediaType(kind)
	if err != nil {
		return err
	}
	if strings.HasPrefix(media, "multipart/") {
		for r := multipart.NewReader(body, params["boundary"]); ; {
			p, err := r.NextRawPart()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			if err := got.part(p.Header.Get("Content-Type"), p.FileName(), p.Header.Get("Content-Transfer-Encoding"), p); err != nil {
				return err
			}
		}
	}
	switch encoding {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	data, err := io.ReadAll(body)
	if name != "" {
		var words mime.WordDecoder
		if media, err = words.DecodeHeader(name); err != nil {
			return err
		}
	}
	got.Parts[media] = strings.ReplaceAll(string(data), "\r\n", "\n")
	return err
}
