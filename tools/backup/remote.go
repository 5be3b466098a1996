package backup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/persistence"
)

// Caller is a connection to a server: Do sends a command and returns its reply; one that is an error is its error.
type Caller interface {
	Do(args ...string) (resp.Value, error)
}

// serverSource is a store that a server serves. What the server keeps for it ends with the connection.
type serverSource struct{ conn Caller }

// OfServer is the source that the server at the other end of a connection is. The caller closes that.
func OfServer(c Caller) Source { return &serverSource{conn: c} }

func (s *serverSource) call(ctx context.Context, args ...string) (resp.Value, error) {
	if err := ctx.Err(); err != nil {
		return resp.Value{}, err
	}
	v, err := s.conn.Do(append([]string{"CAIRN", "BACKUP"}, args...)...)
	if err != nil {
		return v, fmt.Errorf("CAIRN BACKUP %s: %w", args[0], errors.Join(ctx.Err(), err))
	}
	return v, nil
}

func (s *serverSource) Begin(ctx context.Context) (*persistence.BackupInfo, error) {
	info := &persistence.BackupInfo{}
	return info, s.callJSON(ctx, info, "BEGIN")
}

func (s *serverSource) callJSON(ctx context.Context, v any, args ...string) error {
	reply, err := s.call(ctx, args...)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(reply.Str, v); err != nil {
		return fmt.Errorf("CAIRN BACKUP %s: %w", args[0], err)
	}
	return nil
}

func (s *serverSource) ReadTable(ctx context.Context, f persistence.BackupTableFile, w io.Writer) error {
	for position := int64(0); ; {
		v, err := s.call(ctx, "READ", f.Name, strconv.FormatInt(position, 10), strconv.Itoa(pieceBytes))
		if err != nil {
			return err
		}
		if _, err := w.Write(v.Str); err != nil {
			return err
		}
		if position += int64(len(v.Str)); len(v.Str) < pieceBytes {
			return wholeTable(f, position)
		}
	}
}

func (s *serverSource) StartLog(ctx context.Context, from int64) (*persistence.BackupLog, error) {
	upto := &persistence.BackupLog{}
	return upto, s.callJSON(ctx, upto, "LOG", strconv.FormatInt(from, 10))
}

func (s *serverSource) ReadLog(ctx context.Context) ([]byte, error) {
	v, err := s.call(ctx, "LOG")
	return v.Str, err
}

func (s *serverSource) End(ctx context.Context, name string) error {
	_, err := s.call(ctx, "END", name)
	return err
}

func (s *serverSource) Close() error { return nil }
