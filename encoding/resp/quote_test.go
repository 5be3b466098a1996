package resp

import (
	"bytes"
	"testing"
)

// What is quoted reads as one word of an inline request again.
func TestQuotedReadsBack(t *testing.T) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	for _, s := range [][]byte{all, {}, []byte("plain"), []byte(`"q" \ 'x'`)} {
		line := append(AppendQuoted([]byte("echo "), s), "\r\n"...)
		var p Parser
		args, n, err := p.Next(line, Limits{})
		if err != nil || n != len(line) || len(args) != 2 || !bytes.Equal(args[1], s) {
			t.Errorf("%q reads as %q, %v", line, args, err)
		}
	}
	if got, want := string(AppendQuoted(nil, "a\x00\r\n\t\a\b\x7f\xffé")), `"a\x00\r\n\t\a\b\x7f\xff\xc3\xa9"`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
