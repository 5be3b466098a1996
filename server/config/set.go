package config

import (
	"errors"
	"slices"
	"strings"
)

// Set does CONFIG SET: it changes all directives of pairs, or none. local tells whether the client is one that `local`
// means in the enable-... directives. The error is an *UnknownError or a *SetError, and then nothing has changed.
//
// Everything is checked first, names before values, each in the order given, which decides what an error is about. Then
// all values are stored, then the hooks run of those that differ from before (see OnChange).
func (c *Config) Set(pairs []Pair, local bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	rows, err := c.settable(pairs, local)
	if err != nil {
		return err
	}
	stores, err := stageAll(rows, pairs)
	if err != nil {
		return err
	}
	restore := backupAll(rows)
	before := texts(rows)
	for _, store := range stores {
		store()
	}
	changed := changedRows(rows, before, texts(rows))
	for i, r := range changed {
		if err := r.apply(); err != nil {
			restore()
			return &SetError{r.name, err.Error(), applyAll(changed[:i+1])}
		}
	}
	return nil
}

// settable finds the rows of pairs, or says which may not be set.
func (c *Config) settable(pairs []Pair, local bool) ([]*row, error) {
	rows := make([]*row, len(pairs))
	for i, p := range pairs {
		r := c.visible(p.Name)
		if r == nil {
			return nil, &UnknownError{p.Name}
		}
		if why := c.unsettable(r, local); why != "" {
			return nil, &SetError{Name: p.Name, Reason: why}
		}
		// As in Redis a directive and its alias may both be given; the last one wins.
		if slices.ContainsFunc(pairs[:i], func(q Pair) bool { return strings.EqualFold(q.Name, p.Name) }) {
			return nil, &SetError{Name: p.Name, Reason: "duplicate parameter"}
		}
		rows[i] = r
	}
	return rows, nil
}

func (c *Config) unsettable(r *row, local bool) (why string) {
	switch {
	case r.is(immutable), r.is(hooked) && len(r.hooks) == 0:
		return "can't set immutable config"
	case r.is(protected) && !c.ProtectedSets.Get().Allows(local):
		return "can't set protected config"
	}
	return ""
}

// stageAll checks all values and returns the functions that store them.
func stageAll(rows []*row, pairs []Pair) ([]func(), error) {
	stores := make([]func(), len(rows))
	for i, r := range rows {
		store, err := r.stageSet(pairs[i].Value)
		if err != nil {
			return nil, &SetError{Name: strings.ToLower(pairs[i].Name), Reason: err.Error()}
		}
		stores[i] = store
	}
	return stores, nil
}

// stageSet checks a value of CONFIG SET.
func (r *row) stageSet(value string) (store func(), err error) {
	store, err = r.cell.stage(r.split(value), r.keeps(false))
	if err == nil && r.why != "" && !strings.EqualFold(value, r.only) {
		err = errors.New(r.why)
	}
	return store, err
}

func backupAll(rows []*row) (restore func()) {
	restores := make([]func(), len(rows))
	for i, r := range rows {
		restores[i] = r.cell.backup()
	}
	return func() {
		for _, restore := range restores {
			restore()
		}
	}
}

func texts(rows []*row) []string {
	list := make([]string, len(rows))
	for i, r := range rows {
		list[i] = r.cell.text()
	}
	return list
}

// changedRows returns the rows whose text differs, each once.
func changedRows(rows []*row, before, after []string) []*row {
	var changed []*row
	for i, r := range rows {
		if before[i] != after[i] && !slices.Contains(changed, r) {
			changed = append(changed, r)
		}
	}
	return changed
}

// apply runs the row's hooks until one fails.
func (r *row) apply() error {
	for _, hook := range r.hooks {
		if err := hook(); err != nil {
			return err
		}
	}
	return nil
}

// applyAll applies rows whose old values were put back: as many as possible, whatever fails.
func applyAll(rows []*row) error {
	var errs []error
	for _, r := range rows {
		errs = append(errs, r.apply())
	}
	return errors.Join(errs...)
}
