package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"

	"github.com/klauspost/compress/zstd"
)

// Object refers to a content in a repository.
type Object struct {
	Sum         string `json:"sha256"` // of the content
	SizeBytes   int64  `json:"size"`   // of the content
	StoredBytes int64  `json:"stored"` // as it lies there
}

const objectsPrefix = "objects/"

func (o Object) name() string { return objectsPrefix + o.Sum[:2] + "/" + o.Sum }

// isSum tells a checksum, before it is made a name.
func isSum(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == sha256.Size && hex.EncodeToString(b) == s
}

// An object ends in a frame that zstd skips (RFC 8878, 3.1.2), which holds the checksum of the bytes before it: so any
// damage is found, also where the decoder would not mind.
const (
	skippableMagic = 0x184D2A50
	trailerBytes   = 4 + 4 + sha256.Size
)

func appendTrailer(dst, sum []byte) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, skippableMagic)
	dst = binary.LittleEndian.AppendUint32(dst, sha256.Size)
	return append(dst, sum...)
}

// objectWriter writes a content as an object.
type objectWriter struct {
	plain, stored hash.Hash
	zstd          *zstd.Encoder
	size          int64
	out           *countingWriter
}

func newObjectWriter(w io.Writer) (*objectWriter, error) {
	o := &objectWriter{plain: sha256.New(), stored: sha256.New(), out: &countingWriter{w: w}}
	var err error
	// The fastest level: tables are compressed already, and the server works on the same machine, often.
	o.zstd, err = zstd.NewWriter(io.MultiWriter(o.out, o.stored), zstd.WithEncoderLevel(zstd.SpeedFastest),
		zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20))
	return o, err
}

func (o *objectWriter) Write(b []byte) (int, error) {
	o.plain.Write(b)
	o.size += int64(len(b))
	return o.zstd.Write(b)
}

// finish completes the object.
func (o *objectWriter) finish() (Object, error) {
	if err := o.zstd.Close(); err != nil {
		return Object{}, err
	}
	if _, err := o.out.Write(appendTrailer(nil, o.stored.Sum(nil))); err != nil {
		return Object{}, err
	}
	return Object{Sum: hex.EncodeToString(o.plain.Sum(nil)), SizeBytes: o.size, StoredBytes: o.out.n}, nil
}

type countingWriter struct {
	w io.Writer
	n int64
}

func (c *countingWriter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}

// DamageError says what is wrong with a file of a repository.
type DamageError struct {
	Path string
	What string
}

const missing = "missing"

func (e *DamageError) Error() string { return e.Path + ": " + e.What }

// read copies an object's content to w. A *DamageError says that it is not whole, or not there.
func (r *Repository) read(ctx context.Context, o Object, w io.Writer) error {
	damage := func(what string) error { return &DamageError{r.place.Path(o.name()), what} }
	f, err := r.place.Open(ctx, o.name())
	if errors.Is(err, fs.ErrNotExist) {
		return damage(missing)
	}
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	in := &tailedReader{r: f, sum: sha256.New()}
	z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8<<20))
	if err != nil {
		return err
	}
	defer z.Close()
	plain := sha256.New()
	out := &sinkWriter{w: w}
	size, err := io.Copy(io.MultiWriter(plain, out), z)
	switch {
	case out.err != nil:
		return out.err
	case in.err != nil:
		return in.err
	case err != nil:
		return damage("damaged: " + err.Error())
	}
	if _, err := io.Copy(io.Discard, in); err != nil { // what the decoder did not ask for
		return err
	}
	switch {
	case !bytes.Equal(in.tail, appendTrailer(nil, in.sum.Sum(nil))):
		return damage("damaged: its checksum is not that of its bytes")
	case hex.EncodeToString(plain.Sum(nil)) != o.Sum:
		return damage("damaged: its content has not the checksum that it is named by")
	case o.SizeBytes >= 0 && (size != o.SizeBytes || in.n+trailerBytes != o.StoredBytes):
		return damage(fmt.Sprintf("damaged: %d bytes of content in %d, not %d in %d", size, in.n+trailerBytes, o.SizeBytes, o.StoredBytes))
	}
	return nil
}

// tailedReader reads all but the trailer, which is left in tail.
type tailedReader struct {
	r    io.Reader
	sum  hash.Hash
	n    int64
	tail []byte
	buf  []byte
	err  error // of r
}

func (t *tailedReader) Read(dst []byte) (int, error) {
	if t.buf == nil {
		t.buf = make([]byte, 128<<10)
	}
	for {
		if free := len(t.tail) - trailerBytes; free > 0 {
			n := copy(dst, t.tail[:free])
			t.sum.Write(t.tail[:n])
			t.n += int64(n)
			t.tail = t.tail[n:]
			return n, nil
		}
		n, err := t.r.Read(t.buf)
		t.tail = append(t.tail[:len(t.tail):len(t.tail)], t.buf[:n]...)
		if n == 0 && err != nil {
			if err != io.EOF {
				t.err = err
			}
			return 0, err
		}
	}
}

// sinkWriter remembers the error of a writer, to tell it from a reader's.
type sinkWriter struct {
	w   io.Writer
	err error
}

func (s *sinkWriter) Write(b []byte) (int, error) {
	n, err := s.w.Write(b)
	if err != nil {
		s.err = err
	}
	return n, err
}
