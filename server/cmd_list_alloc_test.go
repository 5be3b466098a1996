package server

import "testing"

// Pushing to and popping from the ends of lists, short and long, costs the
// garbage collector nothing, and neither does reading them. Now and then a leaf
// is cut in two: that is for many commands.
func TestHotListCommandsDoNotAllocate(t *testing.T) {
	checkAllocations(t, [][]string{
		{"RPUSH", "long", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s"},
		{"LPUSH", "short", "a"},
		{"RPUSH", "short", "b", "c"},
		{"LPOP", "short"},
		{"LPUSH", "long", "element"},
		{"RPUSH", "long", "element"},
		{"LPOP", "long"},
		{"RPOP", "long"},
		{"LLEN", "long"},
		{"LINDEX", "long", "10000"},
		{"LRANGE", "long", "5000", "5100"},
		{"LSET", "long", "8000", "x"},
		{"LPUSHX", "long", "element"},
		{"RPUSHX", "absent", "element"},
		{"LPOP", "absent"},
		{"LMOVE", "long", "short", "LEFT", "RIGHT"},
		{"LPOS", "long", "nosuch", "MAXLEN", "100"},
	})
}
