package mail

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Options say how letters leave.
type Options struct {
	// SMTP is smtp://user:password@host:port, or smtps:// for TLS from the first byte;
	// empty keeps letters in the outbox. STARTTLS is used where the server offers it,
	// and required before a password goes out to another machine.
	SMTP string
	// From is the sender, as in "Musubi <musubi@example.com>"; empty is musubi at the
	// host of the base URL.
	From string
	// BaseURL begins every link, without a slash at its end.
	BaseURL string
}

// connectWait bounds one step of the talk with the server.
const connectWait = 15 * time.Second

// Check finds what is wrong with the options, in words for the operator.
func (o Options) Check() error {
	if o.SMTP == "" {
		return nil
	}
	_, err := o.client()
	_, from := o.from()
	return errors.Join(err, from)
}

func (o Options) base() *url.URL {
	u, err := url.Parse(o.BaseURL)
	if err != nil {
		return &url.URL{}
	}
	return u
}

func (o Options) from() (*mail.Address, error) {
	if o.From == "" {
		return &mail.Address{Name: "Musubi", Address: "musubi@" + cmp.Or(o.base().Hostname(), "localhost")}, nil
	}
	at, err := mail.ParseAddress(o.From)
	if err != nil {
		return nil, fmt.Errorf("the sender of mail %q: %w", o.From, err)
	}
	return at, nil
}

// client makes a client that has not connected yet.
func (o Options) client() (*gomail.Client, error) {
	u, err := url.Parse(o.SMTP)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("the mail server must be smtp://user:password@host:port or smtps://…") // not the value: it holds a password
	}
	set := []gomail.Option{gomail.WithTimeout(connectWait), gomail.WithoutNoop()}
	user, secret := u.User.Username(), ""
	if u.User != nil {
		secret, _ = u.User.Password()
	}
	port := 587
	switch {
	case u.Scheme == "smtps":
		port = 465
		set = append(set, gomail.WithSSL())
	case user != "" && !loopback(u.Hostname()):
		set = append(set, gomail.WithTLSPolicy(gomail.TLSMandatory))
	default:
		set = append(set, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	}
	if u.Port() != "" {
		if port, err = strconv.Atoi(u.Port()); err != nil {
			return nil, errors.New("the port of the mail server is not a number")
		}
	}
	if user != "" {
		set = append(set, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(user), gomail.WithPassword(secret))
	}
	if host := o.base().Hostname(); host != "" {
		set = append(set, gomail.WithHELO(host))
	}
	return gomail.NewClient(u.Hostname(), append(set, gomail.WithPort(port))...)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// send hands the letter to the server.
func (o Options) send(ctx context.Context, m outgoing) error {
	client, err := o.client()
	if err != nil {
		return err
	}
	letter, err := o.compose(ctx, m)
	if err != nil {
		return err
	}
	if err := client.DialWithContext(ctx); err != nil {
		return err
	}
	err = client.Send(letter)
	if quit := client.Close(); quit != nil && err == nil {
		return nil // it was accepted before: sending it again would make two
	}
	return err
}

// compose makes the message as it goes over the wire.
func (o Options) compose(ctx context.Context, m outgoing) (*gomail.Msg, error) {
	from, err := o.from()
	if err != nil {
		return nil, err
	}
	msg := gomail.NewMsg(gomail.WithEncoding(gomail.EncodingB64))
	msg.FromMailAddress(from)
	if err := msg.AddToFormat(m.To.Name, m.To.Email); err != nil {
		return nil, unsendable{err}
	}
	msg.Subject(m.subject)
	msg.SetDateWithValue(m.CreatedAt)
	msg.SetMessageIDWithValue(fmt.Sprintf("musubi.%d.%d@%s", m.tenant, m.ID, cmp.Or(o.base().Hostname(), "localhost")))
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	msg.SetGenHeader(gomail.HeaderContentLang, m.Locale)
	msg.SetBodyString(gomail.TypeTextPlain, m.text())
	var page bytes.Buffer
	if err := letterPage(m).Render(ctx, &page); err != nil {
		return nil, err
	}
	msg.AddAlternativeString(gomail.TypeTextHTML, page.String())
	for _, f := range m.files {
		kind := gomail.ContentType(cmp.Or(f.Type, "application/octet-stream"))
		if err := msg.AttachReader(f.Name, bytes.NewReader(f.Data), gomail.WithFileContentType(kind)); err != nil {
			return nil, unsendable{err}
		}
	}
	return msg, nil
}
