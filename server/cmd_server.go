package server

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

func init() {
	bind("time", serverTime)
	bind("lastsave", lastSave)
	bind("lolwut", lolwut)
}

// TIME
func serverTime(c *Call) error {
	now := time.Now()
	c.Reply.Array(2)
	c.Reply.BulkString(strconv.FormatInt(now.Unix(), 10))
	c.Reply.BulkString(strconv.Itoa(now.Nanosecond() / 1000))
	return nil
}

// LASTSAVE
func lastSave(c *Call) error {
	c.Reply.Int(c.Server.lastSave().Unix())
	return nil
}

// LOLWUT [VERSION version]
func lolwut(c *Call) error {
	if len(c.Args) > 2 && isWord(c.Args[1], "version") {
		if _, err := intArg(c.Args[2]); err != nil {
			return err
		}
	}
	c.Reply.Verbatim("txt", drawCairn(3+rand.IntN(5))+fmt.Sprintf("\nCairn ver. %s, Redis ver. %s\n", Version, RedisVersion))
	return nil
}

// drawCairn stacks stones, each wider than the one above it and none quite in
// the middle.
func drawCairn(stones int) string {
	const width = 64
	lines := make([]string, 0, stones)
	size, center := 3+rand.IntN(3), width/2
	for range stones {
		left := max(0, center-size/2+rand.IntN(3)-1)
		lines = append(lines, strings.Repeat(" ", left)+"("+strings.Repeat("_", size)+")")
		size = min(width-4, size+2+rand.IntN(5))
	}
	return strings.Join(lines, "\n") + "\n"
}
