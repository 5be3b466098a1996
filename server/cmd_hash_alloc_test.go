package server

import (
	"strconv"
	"strings"
	"testing"
)

func TestHotHashCommandsDoNotAllocate(t *testing.T) {
	long := strings.Repeat("x", 100) // makes a hash table
	checkAllocations(t, [][]string{
		{"HSET", "hash", "field", "value"},
		{"HSET", "hash", "field", "value", "other", "value"},
		{"HSETNX", "hash", "field", "value"},
		{"HGET", "hash", "field"},
		{"HMGET", "hash", "field", "other", "absent"},
		{"HGETALL", "hash"},
		{"HEXISTS", "hash", "field"},
		{"HINCRBY", "hash", "number", "1"},
		{"HINCRBYFLOAT", "hash", "float", "0.5"},
		{"HDEL", "hash", "absent"},
		{"HRANDFIELD", "hash"},
		{"HSET", "table", "field", long},
		{"HSET", "table", "field", "value", "other", "value"},
		{"HGET", "table", "field"},
		{"HGETALL", "table"},
		{"HDEL", "table", "absent"},
	})
}

func TestHotSetCommandsDoNotAllocate(t *testing.T) {
	many := []string{"SADD", "many"}
	for i := range 2000 {
		many = append(many, "member:"+strconv.Itoa(i))
	}
	checkAllocations(t, [][]string{
		{"SADD", "ints", "1", "2", "3"},
		{"SISMEMBER", "ints", "2"},
		{"SMEMBERS", "ints"},
		{"SADD", "set", "a", "b", "c"},
		{"SISMEMBER", "set", "b"},
		{"SMISMEMBER", "set", "b", "x"},
		{"SMEMBERS", "set"},
		{"SRANDMEMBER", "set"},
		{"SREM", "set", "absent"},
		many,
		{"SPOP", "many"},
		{"SPOP", "absent"},
	})
}
