package rdb

import (
	"bytes"
	"fmt"
	"strconv"
)

// Versions of the format, by the servers that write them.
const (
	VersionRedis5  = 9  // Redis 5 and 6, KeyDB
	VersionRedis7  = 10 // Redis 7.0
	VersionRedis72 = 11 // Redis 7.2, Valkey 7 and 8
	VersionRedis74 = 12 // Redis 7.4 and 8.0
	VersionValkey9 = 80

	// DefaultVersion is what is written unless something else is asked for.
	DefaultVersion = VersionRedis7
)

const magicBytes = 9

// readable tells whether a file or a DUMP payload of that version can be read.
func readable(version int) bool {
	return version >= 1 && version <= VersionRedis74 || version == VersionValkey9
}

// parseMagic reads the first nine bytes of a file.
func parseMagic(b []byte) (version int, err error) {
	digits, redis := bytes.CutPrefix(b, []byte("REDIS"))
	if !redis {
		var valkey bool
		if digits, valkey = bytes.CutPrefix(b, []byte("VALKEY")); !valkey {
			return 0, malformed("this is no RDB file: it begins with %q", b)
		}
	}
	n, err := strconv.ParseUint(string(digits), 10, 16)
	if err != nil {
		return 0, malformed("this is no RDB file: it begins with %q", b)
	}
	version = int(n)
	if !readable(version) || redis == (version == VersionValkey9) {
		return 0, fmt.Errorf("%w: %q", ErrVersion, b)
	}
	return version, nil
}
