// Package secret seals what must be shown again or sent on (service keys, mail
// passwords) and hashes what must only be recognised (tokens). Ciphertexts name the
// key they were made with and are bound to their place by additional data, so a
// sealed value moved to another row or tenant does not open. It stores nothing.
package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"musubi/internal/fault"
)

const (
	keyIDSize  = 4  // bytes of a ciphertext that name its key
	minSecret  = 24 // characters of a master secret
	hashDomain = "musubi hash v1"
	sealDomain = "musubi seal v1"
)

// Box seals and opens. It is safe for concurrent use.
type Box struct {
	seals []seal // the first one seals, all open
	hash  []byte
}

type seal struct {
	id   [keyIDSize]byte
	aead cipher.AEAD
}

// New makes a box from master secrets of at least 24 characters. The first seals;
// the others, from before a rotation, only open. Hashes are made with the last, the
// oldest, so that a rotation does not forget every token.
func New(masters ...string) (*Box, error) {
	if len(masters) == 0 {
		return nil, errors.New("no secret is given")
	}
	b := &Box{}
	for _, m := range masters {
		if len(m) < minSecret {
			return nil, errors.New("a secret must have at least 24 characters")
		}
		key, err := hkdf.Key(sha256.New, []byte(m), nil, sealDomain, 32)
		if err != nil {
			return nil, err
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return nil, err
		}
		s := seal{aead: aead}
		sum := sha256.Sum256(append([]byte("id:"), key...))
		copy(s.id[:], sum[:])
		b.seals = append(b.seals, s)
	}
	var err error
	b.hash, err = hkdf.Key(sha256.New, []byte(masters[len(masters)-1]), nil, hashDomain, 32)
	return b, err
}

// Load makes the box from a comma-separated list of secrets or, when that is empty,
// from the file beside a SQLite database, made on first use and readable by its
// owner alone. Without either, as with PostgreSQL, it fails: nodes must share it.
func Load(list, file string) (*Box, error) {
	if list = strings.TrimSpace(list); list != "" {
		var masters []string
		for _, m := range strings.Split(list, ",") {
			if m = strings.TrimSpace(m); m != "" {
				masters = append(masters, m)
			}
		}
		return New(masters...)
	}
	if file == "" {
		return nil, errors.New("MUSUBI_SECRET is required with PostgreSQL: set it to at least 24 random characters, the same on every node")
	}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return create(file)
	}
	if err != nil {
		return nil, err
	}
	return New(strings.TrimSpace(string(text)))
}

// create writes a new secret so that a crash leaves either none or a whole one.
func create(file string) (*Box, error) {
	made := NewToken()
	tmp, err := os.CreateTemp(filepath.Dir(file), ".secret-*") // made with mode 0600
	if err != nil {
		return nil, err
	}
	_, err = tmp.WriteString(made + "\n")
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err == nil {
		// Not a rename: of two programs started at once the second must take the first
		// one's secret, for that one may have sealed with it already.
		err = os.Link(tmp.Name(), file)
	}
	err = errors.Join(err, os.Remove(tmp.Name()))
	if errors.Is(err, fs.ErrExist) {
		return Load("", file)
	}
	if err != nil {
		return nil, err
	}
	return New(made)
}

// Seal encrypts plain for the place that aad names, for example "keys:<portal>:<row>".
func (b *Box) Seal(plain []byte, aad string) ([]byte, error) {
	s := b.seals[0]
	nonce := make([]byte, s.aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, fault.Internal(err)
	}
	out := append(append([]byte{}, s.id[:]...), nonce...)
	return s.aead.Seal(out, nonce, plain, []byte(aad)), nil
}

// Open decrypts what Seal made for the same aad. A value from elsewhere, or sealed
// with a secret that is no longer given, is an internal fault.
func (b *Box) Open(sealed []byte, aad string) ([]byte, error) {
	for _, s := range b.seals {
		head := keyIDSize + s.aead.NonceSize()
		if len(sealed) < head || [keyIDSize]byte(sealed[:keyIDSize]) != s.id {
			continue
		}
		plain, err := s.aead.Open(nil, sealed[keyIDSize:head], sealed[head:], []byte(aad))
		if err != nil {
			return nil, fault.Internalf("a sealed value does not belong where it stands")
		}
		return plain, nil
	}
	return nil, fault.Internalf("a sealed value was made with a secret that is not given any more")
}

// HashKey gives the keyed hash of data for a purpose, 32 bytes: what to look a
// secret up by. Without the master secret it cannot be computed from a guess.
func (b *Box) HashKey(purpose string, data []byte) []byte {
	m := hmac.New(sha256.New, b.hash)
	m.Write([]byte(purpose))
	m.Write([]byte{0})
	m.Write(data)
	return m.Sum(nil)
}

// NewToken gives 256 random bits as 43 characters that are safe in an address.
func NewToken() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails, see crypto/rand
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Equal compares in constant time.
func Equal(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }
