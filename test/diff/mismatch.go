package diff

import (
	"bytes"
	"fmt"
	"strings"
)

// Mismatch is a line of a script on which the servers differed.
type Mismatch struct {
	Script  string
	Line    int // 0: a check that every script ends with
	Source  string
	Oracle  string
	Subject string
}

func (r *run) note(st Step, oracle, subject string) {
	r.mismatches = append(r.mismatches, Mismatch{
		Script: r.script.Name, Line: st.Line, Source: st.Source, Oracle: oracle, Subject: subject,
	})
}

// String shows the place, the command and both replies.
func (m Mismatch) String() string {
	source := m.Source
	const maxBytes = 500
	if len(source) > maxBytes {
		source = source[:maxBytes] + "..."
	}
	return fmt.Sprintf("%s.txt:%d: %s\n  oracle:  %s\n  subject: %s", m.Script, m.Line, source,
		indent(m.Oracle), indent(m.Subject))
}

func indent(s string) string { return strings.ReplaceAll(s, "\n", "\n           ") }

// firstDifference points into replies that are too long to be shown whole.
func firstDifference(a, b []byte) string {
	const minBytes, around = 400, 16
	if len(a) < minBytes || len(b) < minBytes || bytes.Equal(a, b) {
		return ""
	}
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	show := func(s []byte) []byte { return s[max(0, min(at, len(s))-around):min(len(s), at+around)] }
	return fmt.Sprintf("\nthe raw replies differ first at byte %d: %q, not %q", at, show(b), show(a))
}
