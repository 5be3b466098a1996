package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// maxJSONBytes bounds a file that was tampered with.
const maxJSONBytes = 1 << 30

// A JSON file is its text and a line with the checksum of that.

func (r *Repository) writeJSON(ctx context.Context, name string, v any) error {
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	sum := sha256.Sum256(append(text, '\n'))
	f, err := r.place.Spool()
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(f, "%s\n%x\n", text, sum); err != nil {
		drop(f)
		return err
	}
	return r.place.Put(ctx, name, f)
}

func (r *Repository) readJSON(ctx context.Context, name string, v any) error {
	f, err := r.place.Open(ctx, name)
	if errors.Is(err, fs.ErrNotExist) {
		return &DamageError{r.place.Path(name), missing}
	}
	if err != nil {
		return err
	}
	b, err := io.ReadAll(io.LimitReader(f, maxJSONBytes))
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	text, ok := checkedText(b)
	if !ok {
		return &DamageError{r.place.Path(name), "damaged: its last line is not the checksum of what is before it"}
	}
	if err := json.Unmarshal(text, v); err != nil {
		return &DamageError{r.place.Path(name), "unreadable: " + err.Error()}
	}
	return nil
}

func checkedText(b []byte) (text []byte, ok bool) {
	const lastLine = 2*sha256.Size + 1
	n := len(b) - lastLine
	if n < 0 {
		return nil, false
	}
	sum := sha256.Sum256(b[:n])
	return b[:n], bytes.Equal(b[n:], append([]byte(hex.EncodeToString(sum[:])), '\n'))
}
