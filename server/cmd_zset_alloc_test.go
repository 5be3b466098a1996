package server

import (
	"strconv"
	"testing"
)

// Small sets and large ones cost the garbage collector nothing, but where a leaf
// is cut in two.
func TestHotSortedSetCommandsDoNotAllocate(t *testing.T) {
	var many [][]string
	for from := 0; from < 3000; from += 500 {
		add := []string{"ZADD", "large"}
		for i := from; i < from+500; i++ {
			add = append(add, strconv.Itoa(i), "member:"+strconv.Itoa(i))
		}
		many = append(many, add)
	}
	checkAllocations(t, append(many, [][]string{
		{"ZADD", "small", "1", "a", "2", "b", "3", "c"},
		{"ZADD", "small", "1.5", "a"},
		{"ZADD", "small", "XX", "CH", "2", "a"},
		{"ZINCRBY", "small", "1", "b"},
		{"ZSCORE", "small", "b"},
		{"ZRANK", "small", "c"},
		{"ZREVRANK", "small", "c"},
		{"ZCARD", "small"},
		{"ZRANGE", "small", "0", "-1"},
		{"ZRANGE", "small", "0", "-1", "WITHSCORES"},
		{"ZRANGEBYSCORE", "small", "1", "(3"},
		{"ZCOUNT", "small", "1", "3"},
		{"ZREM", "small", "absent"},
		{"ZADD", "large", "5", "member:5"},
		{"ZINCRBY", "large", "1", "member:100"},
		{"ZINCRBY", "large", "0.5", "member:2000"},
		{"ZSCORE", "large", "member:100"},
		{"ZSCORE", "large", "absent"},
		{"ZRANK", "large", "member:100"},
		{"ZRANGE", "large", "1000", "1010"},
		{"ZRANGE", "large", "1000", "1010", "WITHSCORES"},
		{"ZRANGEBYSCORE", "large", "100", "+inf", "LIMIT", "0", "10"},
		{"ZCOUNT", "large", "(100", "200"},
		{"ZPOPMIN", "large"},
		{"ZPOPMAX", "large"},
		{"ZPOPMIN", "absent"},
	}...))
}
