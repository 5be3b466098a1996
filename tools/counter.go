package tools

import (
	"context"
	"fmt"
	"io"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/rdb"
)

// counter reads an RDB file to its end, and counts what is in it.
type counter struct {
	r        *rdb.Reader
	report   *Report
	progress Progress
	shown    int64
}

func (c *counter) run(ctx context.Context) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		start := c.r.Offset()
		item, err := c.r.Next()
		switch {
		case err == io.EOF:
			return c.end()
		case err != nil:
			return err
		}
		switch it := item.(type) {
		case *rdb.Key:
			elements, err := countElements(&it.Value)
			if err != nil {
				return err
			}
			c.report.add(it.Type, elements, c.r.Offset()-start)
		case *rdb.Function:
			c.report.Libraries++
		}
		if at := c.r.Offset(); c.progress != nil && at-c.shown >= stepBytes {
			c.shown = at
			c.progress(at)
		}
	}
}

// end: nothing may follow a file.
func (c *counter) end() error {
	if n := len(c.r.Rest()); n > 0 {
		return fmt.Errorf("%d bytes follow the end of the file at %d", n, c.r.Offset())
	}
	return nil
}

func countElements(v *rdb.Value) (n int64, err error) {
	switch v.Type {
	case encoding.TypeString:
		n = 1
	case encoding.TypeList, encoding.TypeSet:
		for range v.Elements() {
			n++
		}
	case encoding.TypeZSet:
		for range v.Scored() {
			n++
		}
	case encoding.TypeHash:
		for range v.Fields() {
			n++
		}
	case encoding.TypeStream:
		info, err := v.Stream()
		if err != nil {
			return 0, err
		}
		n = info.Length
		return n, v.Skip()
	}
	return n, v.Err()
}
