package server

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/cairndb/cairn/server/acl"
	"github.com/cairndb/cairn/server/config"
)

// openUsers makes the users that the configuration names, or the ACL file.
func (s *Server) openUsers() error {
	s.users.SetDefaultPassword(s.cfg.RequirePass.Get())
	if s.cfg.ACLFile.Get() != "" {
		if len(s.cfg.Users.Get()) > 0 {
			return errors.New("users stand in the configuration and aclfile is set, too: keep them in one place")
		}
		_, err := s.loadUsers()
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("aclfile: %w", err)
		}
		return err
	}
	for _, line := range s.cfg.Users.Get() {
		words := strings.Fields(line)
		if len(words) == 0 {
			return errors.New("user: no name")
		}
		if _, err := s.users.Set(words[0], words[1:]); err != nil {
			return fmt.Errorf("user %s: %w", words[0], err)
		}
	}
	return nil
}

func (s *Server) openChannels() bool { return s.cfg.NewChannels.Get() == config.AllChannels }

// loadUsers reads the ACL file, all of it or nothing, and returns the users that
// are no more.
func (s *Server) loadUsers() ([]*acl.Account, error) {
	path := s.cfg.ACLFile.Get()
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	users, err := acl.Parse(bytes.NewReader(text), s.openChannels())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s.users.Replace(users), nil
}

// saveUsers replaces the ACL file: a crash leaves the old one or the new one.
func (s *Server) saveUsers() error {
	var text strings.Builder
	for _, u := range s.users.Users() {
		fmt.Fprintln(&text, u)
	}
	return config.ReplaceFile(s.cfg.ACLFile.Get(), text.String())
}

// usersChanged lets CONFIG REWRITE write the users that there are now, unless an
// ACL file has them.
func (s *Server) usersChanged() {
	if s.cfg.ACLFile.Get() != "" {
		return
	}
	var lines []string
	for _, u := range s.users.Users() {
		lines = append(lines, strings.TrimPrefix(u.String(), "user "))
	}
	s.cfg.Users.Set(lines)
}

// passwordChanged makes requirepass the default user's password.
func (s *Server) passwordChanged() error {
	s.users.SetDefaultPassword(s.cfg.RequirePass.Get())
	return nil
}

// logOut closes the connections of users that are no more.
func (c *Call) logOut(gone []*acl.Account) {
	if len(gone) == 0 {
		return
	}
	of := map[*acl.Account]bool{}
	for _, a := range gone {
		of[a] = true
	}
	c.kill(func(cl *Client) bool { return of[cl.account()] && !cl.isMaster() })
}

// silence closes the connections of a user that listen to what it may not hear
// any more.
func (c *Call) silence(a *acl.Account) {
	for _, cl := range c.Server.listClients() {
		switch {
		case cl.account() != a:
		case cl == c.Client:
			cl.closeAfterReply = cl.closeAfterReply || !cl.mayListen()
		default:
			cl.loop.post(func() {
				if !cl.mayListen() {
					cl.close()
				}
			})
		}
	}
}

// mayListen tells whether all that a client has subscribed to is its user's to
// hear.
func (c *Client) mayListen() bool {
	if c.subs == nil {
		return true
	}
	u := c.account().User()
	for kind, topics := range c.subs {
		for name := range topics {
			if !u.MayHear(name, topicKind(kind) == patternTopic) {
				return false
			}
		}
	}
	return true
}
