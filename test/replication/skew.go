package replication

import (
	"regexp"
	"strconv"
)

// aTime is a word of 13 digits: a Unix time in milliseconds, as effects have them.
var aTime = regexp.MustCompile(`\$13\r\n(\d{13})\r\n`)

// moveTimes adds to all times in a piece of a master's stream. The stream stays as long as it is.
func moveTimes(b []byte, addMs int64) []byte {
	return aTime.ReplaceAllFunc(b, func(word []byte) []byte {
		ms, err := strconv.ParseInt(string(word[5:18]), 10, 64)
		if err != nil {
			return word
		}
		return append(strconv.AppendInt([]byte("$13\r\n"), ms+addMs, 10), '\r', '\n')
	})
}
