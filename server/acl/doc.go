// Package acl knows users: who may log in, run which commands, on which keys
// and channels. It follows Redis 7.0's rules and texts.
//
// # How it flows
//
// A Registry holds an Account for each name. An account points to a User, which
// never changes: whoever changes a user's rules makes a new one from the old
// one and the words of ACL SETUSER (rules.go), and puts it in the old one's
// place. So a connection keeps a pointer to its account, sees every change at
// once, and looks rules up without a lock.
//
//	user, selector   what is known of a user
//	rules            words to users
//	describe         users to words
//	check            may this call run?
//	registry         all users; those of files and of the configuration
//	log              what was refused: ACL LOG
//	password         hashes, and drawing new ones
//
// # What must always hold
//
//   - The default user exists.
//   - A User that was published does not change.
//   - What describe says, rules reads as the same user.
package acl
