package server

import "github.com/cairndb/cairn/server/acl"

func init() {
	bind("acl|setuser", aclSetUser)
	bind("acl|getuser", aclGetUser)
	bind("acl|deluser", aclDelUser)
	bind("acl|load", aclLoad).offLoop()
	bind("acl|save", aclSave).offLoop()
}

// ACL SETUSER username [rule ...]
func aclSetUser(c *Call) error {
	name := string(c.Args[2])
	if hasSpaceOrNUL(name) {
		return errUserName
	}
	rules := make([]string, len(c.Args)-3)
	for i, a := range c.Args[3:] {
		rules[i] = string(a)
	}
	a, err := c.Server.users.Set(name, rules)
	if err != nil {
		return badRule(err)
	}
	c.Server.usersChanged()
	c.silence(a)
	c.Reply.OK()
	return nil
}

func hasSpaceOrNUL(name string) bool {
	for i := range len(name) {
		if b := name[i]; b == 0 || b == ' ' || b >= '\t' && b <= '\r' {
			return true
		}
	}
	return false
}

// ACL DELUSER username [username ...]
func aclDelUser(c *Call) error {
	var names []string
	for _, a := range c.Args[2:] {
		if string(a) == acl.Default {
			return errDefaultStays
		}
		names = append(names, string(a))
	}
	gone := c.Server.users.Delete(names)
	c.Server.usersChanged()
	c.logOut(gone)
	c.Reply.Int(int64(len(gone)))
	return nil
}

// ACL GETUSER username
func aclGetUser(c *Call) error {
	a := c.Server.users.Find(string(c.Args[2]))
	if a == nil {
		c.Reply.Null()
		return nil
	}
	u := a.User()
	rules := u.Rules()
	flags := u.Flags()
	c.Reply.Map(6)
	c.Reply.BulkString("flags")
	c.Reply.Set(len(flags))
	for _, f := range flags {
		c.Reply.BulkString(f)
	}
	c.Reply.BulkString("passwords")
	c.strings(u.Hashes())
	c.rules(rules[0])
	c.Reply.BulkString("selectors")
	c.Reply.Array(len(rules) - 1)
	for _, r := range rules[1:] {
		c.Reply.Map(3)
		c.rules(r)
	}
	return nil
}

func (c *Call) rules(r acl.Rules) {
	c.pair("commands", r.Commands)
	c.pair("keys", r.Keys)
	c.pair("channels", r.Channels)
}

// ACL LOAD
func aclLoad(c *Call) error {
	if c.Server.cfg.ACLFile.Get() == "" {
		return errNoACLFile
	}
	gone, err := c.Server.loadUsers()
	if err != nil {
		return badACLFile(err)
	}
	c.logOut(gone)
	for _, name := range c.Server.users.Names() {
		if a := c.Server.users.Find(name); a != nil {
			c.silence(a)
		}
	}
	c.Reply.OK()
	return nil
}

// ACL SAVE
func aclSave(c *Call) error {
	if c.Server.cfg.ACLFile.Get() == "" {
		return errNoACLFile
	}
	if err := c.Server.saveUsers(); err != nil {
		c.Server.warnf("Saving the users: %v", err)
		return errACLSave
	}
	c.Reply.OK()
	return nil
}
