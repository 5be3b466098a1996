package server

import "strings"

// protocolSamples has a reply of each type of the protocol, for tests of
// clients.
var protocolSamples = map[string]func(*Call){
	"string":   func(c *Call) { c.Reply.BulkString("Hello World") },
	"integer":  func(c *Call) { c.Reply.Int(12345) },
	"double":   func(c *Call) { c.Reply.Double(3.141) },
	"bignum":   func(c *Call) { c.Reply.BigNumber("1234567999999999999999999999999999999") },
	"null":     func(c *Call) { c.Reply.Null() },
	"array":    func(c *Call) { c.Reply.Array(3); c.countTo(3) },
	"set":      func(c *Call) { c.Reply.Set(3); c.countTo(3) },
	"map":      (*Call).sampleMap,
	"attrib":   (*Call).sampleAttribute,
	"push":     (*Call).samplePush,
	"verbatim": func(c *Call) { c.Reply.Verbatim("txt", "This is a verbatim\nstring") },
	"true":     func(c *Call) { c.Reply.Bool(true) },
	"false":    func(c *Call) { c.Reply.Bool(false) },
}

// DEBUG PROTOCOL type
func debugProtocol(c *Call) error {
	name := strings.ToLower(string(c.Args[2]))
	sample := protocolSamples[name]
	if sample == nil {
		return errProtocolType
	}
	if name == "push" && c.Reply.Proto < 3 {
		return errNotInRESP2
	}
	sample(c)
	return nil
}

func (c *Call) countTo(n int64) {
	for i := range n {
		c.Reply.Int(i)
	}
}

func (c *Call) sampleMap() {
	c.Reply.Map(3)
	for i := range int64(3) {
		c.Reply.Int(i)
		c.Reply.Bool(i == 1)
	}
}

func (c *Call) sampleAttribute() {
	if c.Reply.Proto == 3 { // there are no attributes in RESP2
		c.Reply.Raw([]byte("|1\r\n"))
		c.Reply.BulkString("key-popularity")
		c.Reply.Array(2)
		c.Reply.BulkString("key:123")
		c.Reply.Int(90)
	}
	c.Reply.BulkString("Some real reply following the attribute")
}

func (c *Call) samplePush() {
	c.Reply.Push(2)
	c.Reply.BulkString("server-cpu-usage")
	c.Reply.Int(42)
	c.Reply.BulkString("Some real reply following the push reply")
}
