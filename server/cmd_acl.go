package server

import (
	"github.com/cairndb/cairn/server/acl"
	"github.com/cairndb/cairn/server/command"
)

func init() {
	bind("acl|cat", aclCat)
	bind("acl|dryrun", aclDryRun)
	bind("acl|genpass", aclGenPass)
	bind("acl|whoami", aclWhoAmI)
	bind("acl|users", aclUsers)
	bind("acl|list", aclList)
	bind("acl|help", help(aclHelp))
}

// ACL CAT [category]
func aclCat(c *Call) error {
	var names []string
	switch len(c.Args) {
	case 2:
		names = command.CategoryNames()
	case 3:
		category := command.CategoryByName(c.Args[2])
		if category == 0 {
			return unknownCategory(c.Args[2])
		}
		command.Walk(func(s *command.Spec) {
			if s.Categories&category != 0 && (len(s.Sub) > 0 || bindings[s.ID].handle != nil) {
				names = append(names, s.FullName())
			}
		})
	default:
		return badSubcommand(c.Args)
	}
	c.strings(names)
	return nil
}

// strings replies with an array of them.
func (c *Call) strings(list []string) {
	c.Reply.Array(len(list))
	for _, s := range list {
		c.Reply.BulkString(s)
	}
}

// ACL DRYRUN username command [arg ...]
func aclDryRun(c *Call) error {
	a := c.Server.users.Find(string(c.Args[2]))
	if a == nil {
		return userNotFound(c.Args[2])
	}
	args := c.Args[3:]
	spec := c.Server.lookup(args)
	if spec == nil || len(spec.Sub) > 0 && len(args) > 1 || bindings[spec.ID].handle == nil && len(spec.Sub) == 0 {
		return commandNotFound(args[0])
	}
	if !spec.CheckArity(len(args)) {
		return wrongArity(spec)
	}
	d := a.User().Check(spec, args)
	if d.Verdict == acl.Allowed {
		c.Reply.OK()
		return nil
	}
	c.Reply.BulkString(dryRunTexts.of(d))
	return nil
}

// ACL GENPASS [bits]
func aclGenPass(c *Call) error {
	bits := int64(256)
	switch len(c.Args) {
	case 2:
	case 3:
		n, err := intArg(c.Args[2])
		if err != nil {
			return err
		}
		if n < 1 || n > 4096 {
			return errGenPass
		}
		bits = n
	default:
		return badSubcommand(c.Args)
	}
	c.Reply.BulkString(acl.Generate(int(bits)))
	return nil
}

// ACL WHOAMI
func aclWhoAmI(c *Call) error {
	c.Reply.BulkString(c.Client.account().User().Name)
	return nil
}

// ACL USERS
func aclUsers(c *Call) error {
	c.strings(c.Server.users.Names())
	return nil
}

// ACL LIST
func aclList(c *Call) error {
	users := c.Server.users.Users()
	c.Reply.Array(len(users))
	for _, u := range users {
		c.Reply.BulkString(u.String())
	}
	return nil
}

const aclHelp = `
CAT [<category>]
    List all commands that belong to <category>, or all command categories
    when no category is specified.
DELUSER <username> [<username> ...]
    Delete a list of users.
DRYRUN <username> <command> [<arg> ...]
    Returns whether the user can execute the given command without executing the command.
GETUSER <username>
    Get the user's details.
GENPASS [<bits>]
    Generate a secure 256-bit user password. The optional ` + "`bits`" + ` argument can
    be used to specify a different size.
LIST
    Show users details in config file format.
LOAD
    Reload users from the ACL file.
LOG [<count> | RESET]
    Show the ACL log entries.
SAVE
    Save the current config to the ACL file.
SETUSER <username> <attribute> [<attribute> ...]
    Create or modify a user with the specified attributes.
USERS
    List all the registered usernames.
WHOAMI
    Return the current connection username.
`
