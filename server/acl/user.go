package acl

import (
	"slices"
	"sync/atomic"
)

// Default is the name of the user that a connection is before it logs in.
const Default = "default"

// User is what a user may do. It does not change once an account shows it.
type User struct {
	Name         string
	Enabled      bool
	NoPass       bool // any password will do
	sanitize     sanitizing
	hashes       []string // of passwords, 64 hexadecimal digits each
	selectors    []*selector
	unrestricted bool // the first selector allows everything
}

// sanitizing is remembered for those who ask; payloads are always checked.
type sanitizing uint8

const (
	sanitizeUnsaid sanitizing = iota
	sanitizeYes
	sanitizeSkip
)

// newUser is a user that may do nothing.
func newUser(name string) *User {
	return &User{Name: name, selectors: []*selector{newSelector()}}
}

// newDefault is the default user as it is before anybody says anything: it may
// do everything.
func newDefault() *User {
	u := newUser(Default)
	u.Enabled, u.NoPass = true, true
	s := u.root()
	s.allowAllCommands()
	s.allKeys, s.allChannels = true, true
	u.seal()
	return u
}

// root is the selector that rules outside of parentheses change.
func (u *User) root() *selector { return u.selectors[0] }

// clone is a user that may be changed.
func (u *User) clone() *User {
	n := *u
	n.hashes = slices.Clone(u.hashes)
	n.selectors = make([]*selector, len(u.selectors))
	for i, s := range u.selectors {
		n.selectors[i] = s.clone()
	}
	return &n
}

// seal prepares a user for being looked at.
func (u *User) seal() { u.unrestricted = u.root().isUnrestricted() }

// Unrestricted tells that no call needs to be checked.
func (u *User) Unrestricted() bool { return u.unrestricted }

// Account is a name that connections are logged in with, and the rules that
// hold for it now.
type Account struct{ user atomic.Pointer[User] }

// User is what holds now.
func (a *Account) User() *User { return a.user.Load() }
