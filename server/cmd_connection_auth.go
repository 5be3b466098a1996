package server

import "crypto/subtle"

func init() {
	bind("auth", auth)
}

// AUTH [username] password
func auth(c *Call) error {
	user, password := defaultUser, c.Args[len(c.Args)-1]
	switch {
	case len(c.Args) > 3:
		return errSyntax
	case len(c.Args) == 3:
		user = c.Args[1]
	case c.Server.cfg.RequirePass.Get() == "":
		return errNoPasswordSet
	}
	if err := c.login(user, password); err != nil {
		return err
	}
	c.Reply.OK()
	return nil
}

var defaultUser = []byte("default")

// login authenticates the connection. A wrong password leaves it as it was.
func (c *Call) login(user, password []byte) error {
	if string(user) != string(defaultUser) || !c.Server.acceptsPassword(password) {
		return errWrongPass
	}
	c.Client.authenticated = true
	return nil
}

// acceptsPassword: without requirepass any will do.
func (s *Server) acceptsPassword(password []byte) bool {
	want := s.cfg.RequirePass.Get()
	return want == "" || subtle.ConstantTimeCompare(password, []byte(want)) == 1
}

// lockedOut tells that a client has to log in first. Taking the password away
// lets everyone in.
func (c *Client) lockedOut() bool {
	return !c.authenticated && c.srv.cfg.RequirePass.Get() != ""
}
