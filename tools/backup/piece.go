package backup

import (
	"bytes"
	"context"

	"github.com/cairndb/cairn/encoding"
)

// eachRecordOf calls fn for the records of a piece, when it has been found whole.
func (r *Repository) eachRecordOf(ctx context.Context, p Piece, fn func(rec encoding.LogRecord) error) error {
	var content bytes.Buffer
	if err := r.read(ctx, p.Object, &content); err != nil {
		return err
	}
	return eachRecord(content.Bytes(), fn)
}
