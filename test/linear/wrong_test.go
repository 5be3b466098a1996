package linear

import (
	"testing"

	"github.com/anishathalye/porcupine"
)

// at is an operation on the first pair.
func at(call, end int64, r request, replies ...string) porcupine.Operation {
	return porcupine.Operation{Input: r, Call: call, Return: end, Output: response{replies: replies}}
}

func one(name string, key int, arg string) request {
	return request{commands: []command{{name, key, arg}}}
}

func many(commands ...command) request { return request{multi: true, commands: commands} }

// lost is an operation whose reply never came.
func lost(call, killed int64, r request) porcupine.Operation {
	return porcupine.Operation{Input: r, Call: call, Return: killed, Output: response{unknown: true}}
}

// Small histories, right ones and wrong ones.
func TestJudge(t *testing.T) {
	get, setOne, setTwo, incr := one("GET", 0, ""), one("SET", 0, "1"), one("SET", 0, "2"), one("INCR", 0, "")
	setBoth := many(command{"SET", 0, "1"}, command{"SET", 1, "1"})
	getBoth := many(command{"GET", 0, ""}, command{"GET", 1, ""})
	swap := many(command{"SET", 0, "2"})
	swap.watched, swap.seen = true, value{true, "1"}
	for _, c := range []struct {
		name    string
		want    porcupine.CheckResult
		history []porcupine.Operation
	}{
		{"in turn", porcupine.Ok, ops(at(0, 1, setOne, "+OK"), at(2, 3, setTwo, "+OK"), at(4, 5, get, "$2"))},
		{"at once", porcupine.Ok, ops(at(0, 9, setOne, "+OK"), at(0, 9, setTwo, "+OK"), at(10, 11, get, "$1"))},
		{"stale", porcupine.Illegal, ops(at(0, 1, setOne, "+OK"), at(2, 3, setTwo, "+OK"), at(4, 5, get, "$1"))},
		{"from the future", porcupine.Illegal, ops(at(0, 1, get, "$1"), at(2, 3, setOne, "+OK"))},
		{"back again", porcupine.Illegal, ops(at(0, 9, setOne, "+OK"), at(1, 2, get, "$1"), at(3, 4, get, null))},
		{"lost update", porcupine.Illegal, ops(at(0, 9, incr, ":1"), at(0, 9, incr, ":1"))},
		{"whole", porcupine.Ok, ops(at(0, 9, setBoth, "+OK", "+OK"), at(1, 2, getBoth, null, null))},
		{"torn", porcupine.Illegal, ops(at(0, 9, setBoth, "+OK", "+OK"), at(1, 2, getBoth, "$1", null))},
		{"swapped", porcupine.Ok, ops(at(0, 1, setOne, "+OK"), at(2, 3, swap, "+OK"), at(4, 5, get, "$2"))},
		{"swapped blindly", porcupine.Illegal, ops(at(0, 1, setOne, "+OK"), at(2, 3, incr, ":2"), at(4, 5, swap, "+OK"))},
		{"lost when killed", porcupine.Illegal, ops(at(0, 1, setOne, "+OK"), at(20, 21, get, null))},
		{"perhaps not", porcupine.Ok, ops(lost(0, 10, setOne), at(20, 21, get, null), at(22, 23, get, null))},
		{"perhaps", porcupine.Ok, ops(lost(0, 10, setOne), at(20, 21, get, "$1"))},
		{"after its death", porcupine.Illegal, ops(lost(0, 10, setOne), at(20, 21, get, null), at(22, 23, get, "$1"))},
		{"half", porcupine.Illegal, ops(lost(0, 10, setBoth), at(20, 21, getBoth, "$1", null))},
	} {
		if got := judge(c.history); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func ops(o ...porcupine.Operation) []porcupine.Operation { return o }
