package server

import "testing"

// The commands that clients send most cost the garbage collector nothing.
func TestHotStringCommandsDoNotAllocate(t *testing.T) {
	checkAllocations(t, [][]string{
		{"SET", "key", "value"},
		{"SET", "key", "value", "PX", "100000"},
		{"GET", "key"},
		{"GET", "absent"},
		{"MSET", "a", "1", "b", "2", "c", "3"},
		{"MGET", "a", "b", "c", "absent"},
		{"INCR", "a"},
		{"INCRBY", "a", "12345"},
		{"SETEX", "key", "1000", "value"},
		{"SETNX", "key", "value"},
		{"STRLEN", "key"},
		{"GETRANGE", "key", "0", "2"},
		{"SETRANGE", "key", "2", "xyz"},
		{"SETBIT", "bits", "100", "1"},
		{"GETBIT", "bits", "100"},
		{"BITCOUNT", "bits"},
		{"PFADD", "hll", "a", "b", "c"},
		{"PFCOUNT", "hll"},
		{"INCRBYFLOAT", "float", "1.5"},
		{"BITFIELD", "bits", "INCRBY", "u8", "0", "1"},
	})
}
