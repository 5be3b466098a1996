package server

import (
	"fmt"
	"strings"

	"github.com/cairndb/cairn/server/acl"
)

// Errors of users and their rights.
const (
	errUserName     = replyError("ERR Usernames can't contain spaces or null characters")
	errDefaultStays = replyError("ERR The 'default' user cannot be removed")
	errGenPass      = replyError("ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to 4096")
	errNoACLFile    = replyError("ERR This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL SETUSER " +
		"command and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in order to store users in the Redis configuration.")
	errACLSave       = replyError("ERR There was an error trying to save the ACLs. Please check the server logs for more information")
	errSortByDenied  = replyError("ERR BY option of SORT denied due to insufficient ACL permissions.")
	errSortGetDenied = replyError("ERR GET option of SORT denied due to insufficient ACL permissions.")
)

func unknownCategory(name []byte) error {
	return replyError(fmt.Sprintf("ERR Unknown category '%s'", untilZero(name)))
}

func userNotFound(name []byte) error {
	return replyError(fmt.Sprintf("ERR User '%s' not found", untilZero(name)))
}

func commandNotFound(name []byte) error {
	return replyError(fmt.Sprintf("ERR Command '%s' not found", untilZero(name)))
}

func badRule(err error) error { return replyError("ERR " + err.Error()) }

func badACLFile(err error) error { return replyError("ERR " + err.Error()) }

// denialTexts say what keeps a user from a call; %s is what that is about.
type denialTexts struct{ command, key, channel string }

func (t *denialTexts) of(d acl.Denial) string {
	text := t.command
	switch d.Verdict {
	case acl.NoKey:
		text = t.key
	case acl.NoChannel:
		text = t.channel
	}
	return strings.Replace(text, "%s", d.Object, 1)
}

var (
	noPermissionTexts = denialTexts{
		command: "NOPERM this user has no permissions to run the '%s' command",
		key:     "NOPERM this user has no permissions to access one of the keys used as arguments",
		channel: "NOPERM this user has no permissions to access one of the channels used as arguments",
	}
	queuedTexts = denialTexts{
		command: rulesChanged + "no permission to execute the command or subcommand",
		key:     rulesChanged + "no permission to touch the specified keys",
		channel: rulesChanged + "no permission to access one of the channels used as arguments",
	}
	scriptTexts = denialTexts{
		command: scriptUser + "can't run this command or subcommand",
		key:     scriptUser + "can't access at least one of the keys mentioned in the command arguments",
		channel: scriptUser + "can't publish to the channel mentioned in the command",
	}
	dryRunTexts = denialTexts{
		command: "This user has no permissions to run the '%s' command",
		key:     "This user has no permissions to access the '%s' key",
		channel: "This user has no permissions to access the '%s' channel",
	}
)

const (
	rulesChanged = "NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. " +
		"This command is no longer allowed for the following reason: "
	scriptUser = "ERR The user executing the script "
)
