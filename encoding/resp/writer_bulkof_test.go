package resp

import (
	"errors"
	"testing"
)

func TestBulkOf(t *testing.T) {
	w := Writer{Buf: []byte("+OK\r\n")}
	failed := errors.New("failed")
	if err := w.BulkOf(5, func([]byte) error { return failed }); err != failed || string(w.Buf) != "+OK\r\n" {
		t.Errorf("%q, %v", w.Buf, err)
	}
	err := w.BulkOf(3, func(dst []byte) error {
		if copy(dst, "abcdef") != 3 {
			return failed
		}
		return nil
	})
	if err != nil || string(w.Buf) != "+OK\r\n$3\r\nabc\r\n" {
		t.Errorf("%q, %v", w.Buf, err)
	}
}
