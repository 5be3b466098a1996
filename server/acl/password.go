package acl

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
)

// Hash is a password as it is kept: the hexadecimal digits of its SHA-256.
func Hash(password string) string {
	sum := sha256.Sum256([]byte(password))
	return hex.EncodeToString(sum[:])
}

func isHash(text string) bool {
	if len(text) != 2*sha256.Size {
		return false
	}
	for i := range len(text) {
		if c := text[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// accepts tells whether a password is one of the user's. Its time does not tell
// how much of it is right.
func (u *User) accepts(password []byte) bool {
	if u.NoPass {
		return true
	}
	hash := []byte(Hash(string(password)))
	right := 0
	for _, known := range u.hashes {
		right |= subtle.ConstantTimeCompare(hash, []byte(known))
	}
	return right == 1
}

// Generate draws a password of so many bits, written in hexadecimal digits.
func Generate(bits int) string {
	digits := (bits + 3) / 4
	b := make([]byte, (digits+1)/2)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)[:digits]
}
