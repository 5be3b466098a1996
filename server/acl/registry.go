package acl

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Registry is all users.
type Registry struct {
	Log Log

	mu       sync.Mutex
	accounts map[string]*Account
	def      *Account
	// OpenChannels tells that new users may use all channels.
	OpenChannels func() bool
}

// MaxUsers bounds how many there are.
const MaxUsers = 1 << 16

// ErrTooMany: there are MaxUsers.
var ErrTooMany = errors.New("there are too many users")

// NewRegistry has the default user, who may do everything.
func NewRegistry(openChannels func() bool) *Registry {
	r := &Registry{accounts: map[string]*Account{}, OpenChannels: openChannels}
	r.def = r.put(newDefault())
	return r
}

// Default is the account of connections that have not logged in.
func (r *Registry) Default() *Account { return r.def }

// put needs the lock.
func (r *Registry) put(u *User) *Account {
	a := r.accounts[u.Name]
	if a == nil {
		a = &Account{}
		r.accounts[u.Name] = a
	}
	a.user.Store(u)
	return a
}

// Find is the account of a name, nil if there is none.
func (r *Registry) Find(name string) *Account {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.accounts[name]
}

// Login finds the account of a name and a password, nil if they do not fit or
// the user is off.
func (r *Registry) Login(name string, password []byte) *Account {
	a := r.Find(name)
	if a == nil {
		return nil
	}
	if u := a.User(); !u.Enabled || !u.accepts(password) {
		return nil
	}
	return a
}

// Names are sorted.
func (r *Registry) Names() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.accounts))
}

// Users are sorted by name.
func (r *Registry) Users() []*User {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []*User
	for _, name := range slices.Sorted(maps.Keys(r.accounts)) {
		out = append(out, r.accounts[name].User())
	}
	return out
}

// Set makes a user or changes it: all of the rules or none.
func (r *Registry) Set(name string, rules []string) (*Account, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	open := r.OpenChannels()
	var old *User
	if a := r.accounts[name]; a != nil {
		old = a.User()
	} else {
		if len(r.accounts) >= MaxUsers {
			return nil, ErrTooMany
		}
		old = newUser(name)
		old.root().allChannels = open
	}
	u, err := old.changed(rules, open)
	if err != nil {
		return nil, err
	}
	return r.put(u), nil
}

// Delete takes users away, and returns the accounts that were there. The default
// one stays.
func (r *Registry) Delete(names []string) []*Account {
	r.mu.Lock()
	defer r.mu.Unlock()
	var gone []*Account
	for _, name := range names {
		if a := r.accounts[name]; a != nil && a != r.def {
			a.user.Store(newUser(name)) // until its connections are closed it may do nothing
			delete(r.accounts, name)
			gone = append(gone, a)
		}
	}
	return gone
}

// SetDefaultPassword makes it the one password of the default user; empty lets
// everyone in.
func (r *Registry) SetDefaultPassword(password string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	u := r.def.User().clone()
	u.NoPass, u.hashes = password == "", nil
	if password != "" {
		u.hashes = []string{Hash(password)}
	}
	r.def.user.Store(u)
}

// Parse reads users, a line each. Errors name the lines.
func Parse(in io.Reader, openChannels bool) ([]*User, error) {
	var users []*User
	var errs []error
	seen := map[string]bool{}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for no := 1; lines.Scan(); no++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" || text[0] == '#' {
			continue
		}
		u, err := ParseUser(strings.Fields(text), openChannels)
		if err == nil && seen[u.Name] {
			err = fmt.Errorf("user '%s' is there twice", u.Name)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("line %d: %w", no, err))
			continue
		}
		seen[u.Name] = true
		users = append(users, u)
	}
	errs = append(errs, lines.Err())
	return users, errors.Join(errs...)
}

// ParseUser reads the words of a user's line.
func ParseUser(words []string, openChannels bool) (*User, error) {
	if len(words) < 2 || words[0] != "user" {
		return nil, errors.New("should start with user keyword")
	}
	u := newUser(words[1])
	u.root().allChannels = openChannels
	return u.changed(words[2:], openChannels)
}

// Replace makes users all that there are. The default one stays if they have
// none of its own. It returns the accounts that are no more.
func (r *Registry) Replace(users []*User) []*Account {
	r.mu.Lock()
	defer r.mu.Unlock()
	old := r.accounts
	r.accounts = map[string]*Account{Default: r.def}
	hasDefault := false
	for _, u := range users {
		if a := old[u.Name]; a != nil {
			r.accounts[u.Name] = a
		}
		r.put(u)
		hasDefault = hasDefault || u.Name == Default
	}
	if !hasDefault {
		r.put(newDefault())
	}
	var gone []*Account
	for name, a := range old {
		if r.accounts[name] == nil {
			a.user.Store(newUser(name))
			gone = append(gone, a)
		}
	}
	return gone
}
