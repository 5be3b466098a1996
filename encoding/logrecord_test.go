package encoding

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"io"
	"testing"
)

func TestLogRecord(t *testing.T) {
	want := LogRecord{Start: 258, TimeMs: 1_700_000_000_123, DB: -1, Payload: []byte("*1\r\n$4\r\nPING\r\n")}
	b := AppendLogRecord(nil, want)
	const golden = "0e00000002010000000000007b68e5cf8b010000ffffffff" // then the checksum and the payload
	if got := hex.EncodeToString(b[:24]); got != golden {
		t.Errorf("header %s, not %s", got, golden)
	}
	b = AppendLogRecord(b, LogRecord{Start: want.End(), DB: 3})
	br := bufio.NewReader(bytes.NewReader(b))
	got, buf, err := ReadLogRecord(br, nil)
	if err != nil || got.Start != want.Start || got.TimeMs != want.TimeMs || got.DB != -1 || !bytes.Equal(got.Payload, want.Payload) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, buf, err = ReadLogRecord(br, buf); err != nil || got.DB != 3 || len(got.Payload) != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	if _, _, err = ReadLogRecord(br, buf); err != io.EOF {
		t.Error(err)
	}
}

// No damage passes, and no length that is a lie costs memory.
func TestLogRecordDamage(t *testing.T) {
	whole := AppendLogRecord(nil, LogRecord{Start: 1, TimeMs: 2, DB: 0, Payload: []byte("payload")})
	for bit := range len(whole) * 8 {
		b := bytes.Clone(whole)
		b[bit/8] ^= 1 << (bit % 8)
		if _, buf, err := ReadLogRecord(bufio.NewReader(bytes.NewReader(b)), nil); err == nil || cap(buf) > 2*logRecordStep {
			t.Fatalf("bit %d: %v, %d bytes", bit, err, cap(buf))
		}
	}
	for n := 1; n < len(whole); n++ {
		if _, _, err := ReadLogRecord(bufio.NewReader(bytes.NewReader(whole[:n])), nil); err == nil || err == io.EOF {
			t.Fatalf("cut at %d: %v", n, err)
		}
	}
}
