package server

import (
	"github.com/cairndb/cairn/server/acl"
	"github.com/cairndb/cairn/server/command"
)

// account is who the client is logged in as. What runs commands of the log is
// nobody in particular, and so the default user.
func (c *Client) account() *acl.Account {
	if a := c.shared.account.Load(); a != nil {
		return a
	}
	return c.srv.users.Default()
}

// loginAs makes the client another user.
func (c *Client) loginAs(a *acl.Account) {
	c.shared.account.Store(a)
	c.authenticated = true
}

// beDefault makes the client what a new connection is: the default user, who has
// to log in if it has a password.
func (c *Client) beDefault() {
	a := c.srv.users.Default()
	c.shared.account.Store(a)
	u := a.User()
	c.authenticated = u.NoPass && u.Enabled
}

// lockedOut tells that a client has to log in first. Taking the default user's
// password away lets everyone in.
func (c *Client) lockedOut() bool {
	if c.authenticated {
		return false
	}
	u := c.srv.users.Default().User()
	return !u.NoPass || !u.Enabled
}

// denied tells what keeps the client's user from a call.
func (c *Client) denied(spec *command.Spec, args [][]byte) acl.Denial {
	u := c.account().User()
	if u.Unrestricted() {
		return acl.Denial{}
	}
	return u.Check(spec, args)
}

// permit checks a client's call.
func (c *Client) permit(spec *command.Spec, args [][]byte) error {
	context := "toplevel"
	if c.multi != nil {
		context = "multi"
	}
	return c.permitIn(context, &noPermissionTexts, spec, args)
}

// permitQueued checks a call of a transaction once more: rights may have changed
// since it was queued.
func (c *Client) permitQueued(q queued) error {
	return c.permitIn("multi", &queuedTexts, q.spec, q.args)
}

// permitScript checks a call of a script.
func (c *Client) permitScript(spec *command.Spec, args [][]byte) error {
	return c.permitIn("lua", &scriptTexts, spec, args)
}

// permitIn checks a call in a context of ACL LOG's, which notes what is refused.
func (c *Client) permitIn(context string, texts *denialTexts, spec *command.Spec, args [][]byte) error {
	d := c.denied(spec, args)
	if d.Verdict == acl.Allowed {
		return nil
	}
	c.noteDenial(d, context)
	return replyError(texts.of(d))
}

func (c *Client) noteDenial(d acl.Denial, context string) {
	reason := map[acl.Verdict]string{acl.NoCommand: "command", acl.NoKey: "key", acl.NoChannel: "channel"}[d.Verdict]
	c.noteRefusal(acl.Entry{Reason: reason, Context: context, Object: d.Object, User: c.account().User().Name})
}

// noteLogin notes a login that failed. Of its words no more than a prefix.
func (c *Client) noteLogin(command, user []byte) {
	const most = 1 << 10
	user = user[:min(most, len(user))]
	c.noteRefusal(acl.Entry{Reason: "auth", Context: "toplevel", Object: string(command), User: string(user)})
}

func (c *Client) noteRefusal(e acl.Entry) {
	e.AtMs, e.Client = c.srv.clock.ms(), c.describe()
	c.srv.users.Log.Add(e, int(c.srv.cfg.ACLLogMaxLen.Get()))
}
