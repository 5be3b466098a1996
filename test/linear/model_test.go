package linear

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/anishathalye/porcupine"
)

// command is one command on one of the two keys of a pair.
type command struct {
	name string
	key  int
	arg  string
}

// request is what happens at one time: a command, or a transaction.
type request struct {
	pair     int
	commands []command
	multi    bool

	// The transaction was sent after WATCH and GET of its first command's key,
	// which had this value.
	watched bool
	seen    value
}

// response is what the client got. A reply is its type byte and its text.
type response struct {
	unknown bool // the connection broke
	aborted bool // EXEC found that the watched key had changed
	replies []string
}

// value is what a key holds.
type value struct {
	exists bool
	text   string
}

const null = "null"

// reply is that of GET.
func (v value) reply() string {
	if !v.exists {
		return null
	}
	return "$" + v.text
}

// pair is the state of two keys. It is a value: steps make new ones.
type pair [2]value

func (p pair) perform(r request) (after pair, replies []string) {
	for _, c := range r.commands {
		replies = append(replies, p[c.key].run(c))
	}
	return p, replies
}

func (v *value) run(c command) (reply string) {
	switch c.name {
	case "GET":
		return v.reply()
	case "SET":
		*v = value{true, c.arg}
		return "+OK"
	case "APPEND":
		*v = value{true, v.text + c.arg}
		return fmt.Sprintf(":%d", len(v.text))
	case "DEL":
		existed := v.exists
		*v = value{}
		if existed {
			return ":1"
		}
		return ":0"
	case "INCR":
		return v.increment()
	}
	panic("no such command: " + c.name)
}

func (v *value) increment() (reply string) {
	n, err := int64(0), error(nil)
	if v.exists {
		n, err = strconv.ParseInt(v.text, 10, 64)
	}
	switch {
	case err != nil:
		return "-ERR value is not an integer or out of range"
	case n == math.MaxInt64:
		return "-ERR increment or decrement would overflow"
	}
	*v = value{true, strconv.FormatInt(n+1, 10)}
	return ":" + strconv.FormatInt(n+1, 10)
}

// step returns the states that a request may lead to, if it got this response:
// none if it cannot have got it.
func step(state, input, output any) []any {
	before, req, resp := state.(pair), input.(request), output.(response)
	after, replies := before.perform(req)
	unchanged := !req.watched || before[req.commands[0].key] == req.seen
	switch {
	case resp.unknown && unchanged:
		return []any{before, after}
	case resp.unknown, resp.aborted && req.watched:
		return []any{before}
	case !resp.aborted && unchanged && slices.Equal(replies, resp.replies):
		return []any{after}
	}
	return nil
}

// byPair parts a history.
func byPair(history []porcupine.Operation) [][]porcupine.Operation {
	var parts [][]porcupine.Operation
	for _, op := range history {
		no := op.Input.(request).pair
		for len(parts) <= no {
			parts = append(parts, nil)
		}
		parts[no] = append(parts[no], op)
	}
	return parts
}

func describe(input, output any) string {
	return fmt.Sprintf("%v: %v", input, output)
}

// model starts with no keys.
func model() porcupine.Model {
	m := porcupine.NondeterministicModel{
		Partition:         byPair,
		Init:              func() []any { return []any{pair{}} },
		Step:              step,
		DescribeOperation: describe,
	}
	return m.ToModel()
}
