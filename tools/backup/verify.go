package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/cairndb/cairn/encoding"
)

// VerifyOptions of Verify.
type VerifyOptions struct {
	Progress func(total int64) (done func(int64), end func())
	// Problem hears of each file that is damaged or missing, in words.
	Problem func(text string)
}

// Verified is what a verification has come to.
type Verified struct {
	Backups  int
	Removed  int // backups that were there when it began
	Files    int
	Bytes    int64 // as stored
	Unused   int   // objects that no backup needs
	Problems int
	Spans    []Span // of the newest backup's line
}

// verifier looks at everything in a repository.
type verifier struct {
	repo   *Repository
	o      VerifyOptions
	result Verified
	list   []*Manifest
	uses   map[string]*use // by checksum
	there  map[string]bool // objects that were read, by checksum
	read   int64
	done   func(int64)
}

// use is what an object is for.
type use struct {
	object Object
	by     []string
	piece  *Piece // nil: a table
	needed bool
}

// Verify reads all of a repository. What is damaged or missing is no error, but a problem.
func Verify(ctx context.Context, repo *Repository, o VerifyOptions) (*Verified, error) {
	v := &verifier{repo: repo, o: o, uses: map[string]*use{}, there: map[string]bool{}}
	entries, err := repo.place.List(ctx, "")
	if err != nil {
		return nil, err
	}
	if len(entries) == 0 {
		return nil, repo.open(ctx)
	}
	if err := v.lists(ctx); err != nil {
		return nil, err
	}
	if err := v.objects(ctx, entries); err != nil {
		return nil, err
	}
	if err := v.forgetRemoved(ctx); err != nil {
		return nil, err
	}
	v.missing()
	v.complete()
	return &v.result, nil
}

func (v *verifier) problem(format string, args ...any) {
	v.result.Problems++
	v.o.Problem(fmt.Sprintf(format, args...))
}

// lists reads the files that say what there should be.
func (v *verifier) lists(ctx context.Context) error {
	var d *DamageError
	if err := v.repo.readInfo(ctx); errors.As(err, &d) {
		v.problem("%v", d)
	} else if err != nil {
		return err
	}
	var damaged, partial []*DamageError
	var err error
	if v.list, damaged, err = v.repo.manifests(ctx, backupsPrefix); err != nil {
		return err
	}
	if _, partial, err = v.repo.manifests(ctx, partialPrefix); err != nil {
		return err
	}
	for _, d := range damaged {
		v.problem("%v: this backup is lost, and moments that only its log reaches", d)
	}
	for _, d := range partial {
		v.problem("%v: it is of an interrupted backup; remove it, and the next backup copies what it has copied again", d)
	}
	v.collect()
	return nil
}

// forgetRemoved leaves backups out of account that were removed meanwhile, with what they alone needed. Nothing keeps a
// prune away: reading all takes long, and who does it may have no right to write.
func (v *verifier) forgetRemoved(ctx context.Context) error {
	gone, err := v.repo.removed(ctx, v.list)
	if err != nil {
		return err
	}
	v.list = slices.DeleteFunc(v.list, func(m *Manifest) bool { return slices.Contains(gone, m) })
	v.result.Backups, v.result.Removed = len(v.list), len(gone)
	clear(v.uses)
	v.collect()
	return nil
}

// collect lists what backups use.
func (v *verifier) collect() {
	family := families(histories(v.list))
	for _, m := range v.list {
		for _, t := range m.Tables {
			u := v.use(t.Object)
			u.needed = true
			u.by = append(u.by, fmt.Sprintf("table %s of backup %s", t.File.Name, m.ID))
		}
		for i := range m.Log {
			p := &m.Log[i]
			u := v.use(p.Object)
			if u.piece = p; needed(v.list, family, *p) {
				u.needed = true
			}
			if text := fmt.Sprintf("the log from offset %d to %d, written from %s to %s", p.Start, p.End, showMs(p.FirstMs),
				showMs(p.LastMs)); !slices.Contains(u.by, text) {
				u.by = append(u.by, text)
			}
		}
	}
}

func (v *verifier) use(o Object) *use {
	u := v.uses[o.Sum]
	if u == nil {
		u = &use{object: o}
		v.uses[o.Sum] = u
	}
	return u
}

// String tells what the object is for, shortened if it is for much.
func (u *use) String() string {
	const most = 3
	if n := len(u.by); n > most {
		return strings.Join(u.by[:most], ", ") + fmt.Sprintf(" and %d others", n-most)
	}
	return strings.Join(u.by, ", ")
}

// objects reads all files that lie there.
func (v *verifier) objects(ctx context.Context, entries []Entry) error {
	total := int64(0)
	for _, e := range entries {
		total += e.SizeBytes
	}
	v.done = func(int64) {}
	if v.o.Progress != nil {
		done, end := v.o.Progress(total)
		v.done = done
		defer end()
	}
	for _, e := range entries {
		v.result.Files++
		v.result.Bytes += e.SizeBytes
		if err := v.file(ctx, e); err != nil {
			return err
		}
		v.read += e.SizeBytes
		v.done(v.read)
	}
	return nil
}

func (v *verifier) file(ctx context.Context, e Entry) error {
	sum := sumOf(e.Name)
	switch {
	case sum != "":
		return v.object(ctx, sum)
	case strings.HasPrefix(e.Name, backupsPrefix) && path.Ext(e.Name) == jsonSuffix,
		strings.HasPrefix(e.Name, partialPrefix) && path.Ext(e.Name) == jsonSuffix, isHousekeeping(e.Name), e.Name == repositoryFile:
		return nil // looked at already
	default:
		v.problem("%s: no file of a repository of backups", v.repo.place.Path(e.Name))
		return nil
	}
}

func (v *verifier) object(ctx context.Context, sum string) error {
	u := v.uses[sum]
	if u == nil {
		v.result.Unused++
		return v.damageOf(sum, v.repo.read(ctx, Object{Sum: sum, SizeBytes: -1}, io.Discard), "nothing that a backup needs")
	}
	if !u.needed {
		v.result.Unused++
	}
	if u.piece == nil {
		return v.damageOf(sum, v.repo.read(ctx, u.object, io.Discard), u.String())
	}
	at := u.piece.Start
	err := v.repo.eachRecordOf(ctx, *u.piece, func(rec encoding.LogRecord) error {
		if rec.Start != at {
			return &DamageError{v.repo.place.Path(u.object.name()), fmt.Sprintf("goes on at offset %d instead of %d", rec.Start, at)}
		}
		at = rec.End()
		return nil
	})
	if err == nil && at != u.piece.End {
		err = &DamageError{v.repo.place.Path(u.object.name()), fmt.Sprintf("ends at offset %d instead of %d", at, u.piece.End)}
	}
	return v.damageOf(sum, err, u.String())
}

// damageOf tells of damage; other errors end the verification. What has gone since it was listed is looked for in the end.
func (v *verifier) damageOf(sum string, err error, of string) error {
	var d *DamageError
	switch {
	case errors.As(err, &d) && d.What == missing:
		return nil
	case errors.As(err, &d):
		v.problem("%v. It holds %s", d, of)
	case err != nil:
		return err
	}
	v.there[sum] = true
	return nil
}

// missing tells of what is not there.
func (v *verifier) missing() {
	for _, sum := range slices.Sorted(maps.Keys(v.uses)) {
		if !v.there[sum] && v.uses[sum].needed {
			v.problem("%s: missing. It held %v", v.repo.place.Path(v.uses[sum].object.name()), v.uses[sum])
		}
	}
}

// complete tells of backups whose log does not reach their end.
func (v *verifier) complete() {
	all := histories(v.list)
	for _, m := range v.list {
		if _, end := lineOf(all, m.History.ID).cover(v.list, m.Offset); end < m.End {
			v.problem("backup %s: its log is listed up to offset %d only, instead of %d", m.ID, end, m.End)
		}
	}
	if n := len(v.list); n > 0 {
		v.result.Spans = lineOf(all, v.list[n-1].History.ID).spans(v.list)
	}
}

// isHousekeeping tells names that say nothing about backups.
func isHousekeeping(name string) bool {
	return name == "LOCK" || strings.HasPrefix(name, spoolDir+"/") || strings.HasPrefix(name, "locks/")
}
