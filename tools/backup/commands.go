package backup

import (
	"fmt"
	"strings"

	"github.com/cairndb/cairn/encoding/resp"
)

// wholeCommands is how many of the first limit bytes of some commands are whole ones. A transaction is whole with its
// EXEC.
func wholeCommands(b []byte, limit int64) (whole int64, err error) {
	var p resp.Parser
	limits := resp.Limits{MaxBulkLen: 1 << 40}
	inside := false
	for at := int64(0); at < int64(len(b)); {
		args, n, err := p.Next(b[at:], limits)
		if err != nil || n == 0 || len(args) == 0 {
			return 0, fmt.Errorf("not a command after %d bytes: %w", at, err)
		}
		if at += int64(n); at > limit {
			break
		}
		switch {
		case strings.EqualFold(string(args[0]), "MULTI"):
			inside = true
		case strings.EqualFold(string(args[0]), "EXEC"):
			inside = false
		}
		if !inside {
			whole = at
		}
	}
	return whole, nil
}
