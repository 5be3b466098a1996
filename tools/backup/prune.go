package backup

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// PruneOptions of Prune. A backup is kept that any of the two wants; the newest one always is.
type PruneOptions struct {
	Keep     int           // the newest ones; 0: none for that
	KeepFor  time.Duration // those younger than that; 0: none for that
	DryRun   bool          // only tell
	Now      time.Time
	Removing func(text string) // hears of each backup that goes
}

// Pruned is what a prune has come to.
type Pruned struct {
	Kept, Removed int
	Files         int // removed besides backups' own
	Bytes         int64
	Spans         []Span // that can be restored now
}

// partialFor is how long what an interrupted backup has copied waits for the next one.
const partialFor = 7 * 24 * time.Hour

// Prune removes backups, and everything that none of the others needs. It takes the backups away first: ended in
// between, it leaves files that the next one removes.
func Prune(ctx context.Context, repo *Repository, o PruneOptions) (_ *Pruned, err error) {
	if o.Keep <= 0 && o.KeepFor <= 0 {
		return nil, errors.New("how many backups are to be kept, or for how many days?")
	}
	if err := repo.open(ctx); err != nil {
		return nil, err
	}
	ctx, unlock, err := repo.place.Lock(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(withCause(ctx, err), unlock()) }()
	list, damaged, err := repo.manifests(ctx, backupsPrefix)
	if err != nil {
		return nil, err
	}
	if len(damaged) > 0 {
		return nil, errors.Join(errors.New("nothing is removed, because it is not known what these backups need: remove "+
			"their files if they are given up"), damages(damaged))
	}
	p := &pruner{repo: repo, o: o}
	if err := p.backups(ctx, list); err != nil {
		return nil, err
	}
	if err := p.objects(ctx); err != nil {
		return nil, err
	}
	if n := len(p.kept); n > 0 {
		p.result.Spans = lineOf(histories(p.kept), p.kept[n-1].History.ID).spans(p.kept)
	}
	return &p.result, nil
}

type pruner struct {
	repo   *Repository
	o      PruneOptions
	kept   []*Manifest
	result Pruned
}

// backups removes those that are not wanted, the oldest first, so that what remains is one stretch of time at any moment.
func (p *pruner) backups(ctx context.Context, list []*Manifest) error {
	for i, m := range list {
		young := p.o.KeepFor > 0 && p.o.Now.Sub(m.Taken()) < p.o.KeepFor
		if last := i == len(list)-1; last || young || len(list)-i <= p.o.Keep {
			p.kept = append(p.kept, m)
			p.result.Kept++
			continue
		}
		p.result.Removed++
		if p.o.Removing != nil {
			p.o.Removing(fmt.Sprintf("backup %s, taken at %s", m.ID, showMs(m.TakenMs)))
		}
		if err := p.remove(ctx, backupsPrefix+m.ID+jsonSuffix); err != nil {
			return err
		}
	}
	return nil
}

func (p *pruner) remove(ctx context.Context, name string) error {
	if p.o.DryRun {
		return nil
	}
	return p.repo.place.Remove(ctx, name)
}

// objects removes those that nothing needs.
func (p *pruner) objects(ctx context.Context) error {
	needs, err := p.needs(ctx)
	if err != nil {
		return err
	}
	entries, err := p.repo.place.List(ctx, objectsPrefix)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if sum := sumOf(e.Name); sum == "" || needs[sum] {
			continue
		}
		p.result.Files++
		p.result.Bytes += e.SizeBytes
		if err := p.remove(ctx, e.Name); err != nil {
			return err
		}
	}
	return nil
}

// needs are the checksums that kept backups need, and those of interrupted ones that may be taken up again.
func (p *pruner) needs(ctx context.Context) (map[string]bool, error) {
	needs := map[string]bool{}
	family := families(histories(p.kept))
	for _, m := range p.kept {
		for _, t := range m.Tables {
			needs[t.Object.Sum] = true
		}
		for _, piece := range m.Log {
			if needed(p.kept, family, piece) {
				needs[piece.Sum] = true
			}
		}
	}
	entries, err := p.repo.place.List(ctx, partialPrefix)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if err := p.partial(ctx, e, needs); err != nil {
			return nil, err
		}
	}
	return needs, nil
}

func (p *pruner) partial(ctx context.Context, e Entry, needs map[string]bool) error {
	m, err := p.repo.manifest(ctx, e.Name)
	var d *DamageError
	switch {
	case errors.As(err, &d), err == nil && p.o.Now.Sub(m.Taken()) > partialFor:
		p.result.Files++
		p.result.Bytes += e.SizeBytes
		return p.remove(ctx, e.Name)
	case err != nil:
		return err
	}
	for _, t := range m.Tables {
		needs[t.Object.Sum] = true
	}
	return nil
}

// Days is a number of days as a duration.
func Days(n float64) time.Duration { return time.Duration(n * 24 * float64(time.Hour)) }
