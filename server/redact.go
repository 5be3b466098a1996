package server

import "slices"

var redacted = []byte("(redacted)")

// withoutSecrets are a call's arguments as logs and other clients may see them.
func (c *Call) withoutSecrets() [][]byte {
	switch c.Spec.FullName() {
	case "auth":
		return hide(c.Args, 1, 2)
	case "hello":
		return hideAfter(c.Args, "auth", 2)
	case "acl|setuser":
		return hideAfter(c.Args, "setuser", len(c.Args))
	case "config|set":
		return c.hideSettings()
	case "migrate":
		return hideMigrateAuth(c.Args)
	}
	return c.Args
}

func hide(args [][]byte, positions ...int) [][]byte {
	out := slices.Clone(args)
	for _, i := range positions {
		if i < len(out) {
			out[i] = redacted
		}
	}
	return out
}

// hideAfter hides the n arguments that follow a word.
func hideAfter(args [][]byte, word string, n int) [][]byte {
	at := slices.IndexFunc(args, func(a []byte) bool { return isWord(a, word) })
	if at < 0 {
		return args
	}
	out := slices.Clone(args)
	for i := at + 1; i < len(out) && i <= at+n; i++ {
		out[i] = redacted
	}
	return out
}

// hideSettings hides the values of directives that are secrets.
func (c *Call) hideSettings() [][]byte {
	var secret []int
	for i := 2; i+1 < len(c.Args); i += 2 {
		if c.Server.cfg.Sensitive(string(c.Args[i])) {
			secret = append(secret, i+1)
		}
	}
	return hide(c.Args, secret...)
}

// hideMigrateAuth hides name and password of a MIGRATE.
func hideMigrateAuth(args [][]byte) [][]byte {
	if len(args) <= 6 {
		return args
	}
	for i, a := range args[6:] {
		switch {
		case isWord(a, "auth"):
			return hide(args, i+7)
		case isWord(a, "auth2"):
			return hide(args, i+7, i+8)
		case isWord(a, "keys"):
			return args
		}
	}
	return args
}
