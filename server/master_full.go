package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/types"
)

// A full sync is an RDB file made from a snapshot, while the log is kept from
// the snapshot's offset on. Nothing but the disk bounds how long that may take:
// what is written meanwhile waits in the log.

// rdbFilter is what a file leaves out.
type rdbFilter struct{ noData, noFunctions bool }

// sendAll sends the file, and lets the replica go online.
func (p *replica) sendAll() error {
	s := p.client.srv
	snapshot, err := p.snapshot()
	if err != nil {
		return err
	}
	err = p.sendSnapshot(snapshot)
	if err := errors.Join(err, snapshot.Close()); err != nil {
		return err
	}
	if p.onlyRDB {
		s.logf("RDB transfer completed, rdb only replica (%s) should be disconnected asap", p.name())
		return nil
	}
	if p.takesMarked { // it finds the end of the file only if nothing is behind it
		select {
		case <-p.begun:
		case <-p.ctx.Done():
			return p.ctx.Err()
		}
	}
	p.goOnline()
	s.logf("Synchronization with replica %s succeeded", p.name())
	return nil
}

// snapshot opens one, and pins the log at its offset.
func (p *replica) snapshot() (*persistence.Snapshot, error) {
	store := p.client.srv.store
	pin, err := store.Log().Pin(store.LogEnd())
	if err != nil {
		return nil, err
	}
	p.pin.Store(pin)
	snapshot, err := store.Snapshot("full sync")
	if err != nil {
		return nil, fmt.Errorf("a snapshot for it: %w", err)
	}
	p.at = snapshot.Offset()
	pin.Move(p.at)
	return snapshot, nil
}

func (p *replica) sendSnapshot(n *persistence.Snapshot) error {
	id := p.client.srv.store.History().ID
	p.work = p.client.srv.pacer.begin(p.ctx.Done())
	p.state.Store(int32(replicaReceives))
	if !p.mute {
		if _, err := fmt.Fprintf(&p.out, "+FULLRESYNC %s %d\r\n", id, p.at); err != nil {
			return err
		}
	}
	send := p.sendCounted
	if p.takesMarked {
		send = p.sendMarked
	}
	if err := send(n, id); err != nil {
		return err
	}
	if err := p.out.send(); err != nil {
		return err
	}
	return p.out.land()
}

// sendMarked sends the file as it is made. Its end is a mark that its beginning
// tells.
func (p *replica) sendMarked(n *persistence.Snapshot, id string) error {
	mark := persistence.NewReplicationID()
	if _, err := fmt.Fprintf(&p.out, "$EOF:%s\r\n", mark); err != nil {
		return err
	}
	if err := p.writeFile(pacedWriter{p.work, &p.out}, n, id); err != nil {
		return err
	}
	_, err := io.WriteString(&p.out, mark)
	return err
}

// sendCounted makes a file on disk first, since its length comes before it.
func (p *replica) sendCounted(n *persistence.Snapshot, id string) (err error) {
	f, err := os.CreateTemp(p.client.srv.cfg.Dir.Get(), "full-sync-*.rdb")
	if err != nil {
		return fmt.Errorf("a file for it: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := os.Remove(f.Name()); err != nil { // it lives as long as it is open
		return err
	}
	if err := p.writeFile(pacedWriter{p.work, contextWriter{p.ctx, f}}, n, id); err != nil {
		return err
	}
	length, err := f.Seek(0, io.SeekCurrent)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(&p.out, "$%d\r\n", length); err != nil {
		return err
	}
	_, err = io.CopyBuffer(pacedWriter{p.work, &p.out}, struct{ io.Reader }{f}, make([]byte, pieceBytes))
	return err
}

// contextWriter ends with a context.
type contextWriter struct {
	ctx context.Context
	w   io.Writer
}

func (w contextWriter) Write(b []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.w.Write(b)
}

// writeFile writes the RDB file. The database that the stream has selected at
// its offset goes with it.
func (p *replica) writeFile(w io.Writer, n *persistence.Snapshot, id string) error {
	s := p.client.srv
	out := rdb.NewWriter(w, s.rdbOptions())
	info := rdb.Info{
		RedisVersion: RedisVersion, CreatedSec: s.clock.ms() / 1000, UsedMemory: s.usedMemory(),
		Replication: &rdb.ReplicationInfo{StreamDB: int(n.Meta.Selected), ID: id, Offset: p.at},
	}
	if err := out.Info(info); err != nil {
		return err
	}
	// Keys whose time has come are sent too: their DEL follows.
	o := types.SaveOptions{NoFunctions: p.filter.noFunctions, NoKeys: p.filter.noData, Rest: p.work.rest}
	if err := types.Save(s.store, n, out, o); err != nil {
		return err
	}
	return out.Close()
}
