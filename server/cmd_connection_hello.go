package server

func init() {
	bind("hello", hello)
}

// HELLO [protover [AUTH username password] [SETNAME clientname]]
//
// As in Redis each option takes effect before the next one is looked at.
func hello(c *Call) error {
	proto, err := helloProto(c.Args)
	if err != nil {
		return err
	}
	for rest := c.Args[min(2, len(c.Args)):]; len(rest) > 0; {
		if rest, err = c.helloOption(rest); err != nil {
			return err
		}
	}
	if c.Client.lockedOut() {
		return errHelloNoAuth
	}
	if proto != 0 {
		c.Reply.Proto = proto
		c.Client.shared.proto.Store(int32(proto))
	}
	c.describeServer()
	return nil
}

// helloProto is the version asked for, 0 if none is.
func helloProto(args [][]byte) (int, error) {
	if len(args) == 1 {
		return 0, nil
	}
	n, err := intArg(args[1])
	if err != nil {
		return 0, errProtoNotInteger
	}
	if n != 2 && n != 3 {
		return 0, errNoProto
	}
	return int(n), nil
}

// helloOption carries out the option at the front of args and returns what
// follows it.
func (c *Call) helloOption(args [][]byte) ([][]byte, error) {
	switch {
	case isWord(args[0], "auth") && len(args) > 2:
		return args[3:], c.login(args[1], args[2])
	case isWord(args[0], "setname") && len(args) > 1:
		return args[2:], c.Client.setName(args[1])
	default:
		return nil, helloSyntax(args[0])
	}
}

func (c *Call) describeServer() {
	c.Reply.Map(7)
	c.pair("server", "redis")
	c.pair("version", RedisVersion)
	c.intPair("proto", int64(c.Reply.Proto))
	c.intPair("id", c.Client.id)
	c.pair("mode", "standalone")
	c.pair("role", "master")
	c.Reply.BulkString("modules")
	c.Reply.Array(0)
}

// pair adds a key and its value to a map.
func (c *Call) pair(key, value string) {
	c.Reply.BulkString(key)
	c.Reply.BulkString(value)
}

func (c *Call) intPair(key string, value int64) {
	c.Reply.BulkString(key)
	c.Reply.Int(value)
}
