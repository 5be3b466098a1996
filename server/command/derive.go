package command

// derive completes a row of a group, and its subcommands, from what is written
// in it. next is the first free ID; the new one is returned.
//
// A row that names no category gets its group's, a subcommand its container's
// before that. A pure container (no flags, because it cannot run) gets none
// from its group: a category decides about calls, and only the subcommands can
// be called.
func (s *Spec) derive(g group, next int) int {
	s.complete(g.name, s.Name, next)
	if s.Categories != 0 {
		g.category = s.Categories
	}
	for i, sub := range s.Sub {
		sub.Parent = s
		sub.complete(g.name, s.Name+"|"+sub.Name, next+1+i)
		sub.deriveCategories(g.category)
	}
	if pureContainer := len(s.Sub) > 0 && s.Flags == 0; pureContainer {
		g.category = 0
	}
	s.deriveCategories(g.category)
	return next + 1 + len(s.Sub)
}

func (s *Spec) complete(group, fullName string, id int) {
	s.Group, s.fullName, s.ID = group, fullName, id
	s.deriveRange()
	s.isPlain = s.FirstKey > 0 && s.HasKeys() && !s.Flags.Has(MovableKeys)
}

func (s *Spec) deriveCategories(inherited Categories) {
	if s.Categories == 0 {
		s.Categories = inherited
	}
	s.Categories = s.Categories.impliedBy(s.Flags)
}

// deriveRange joins the key specifications into one plain range, as Redis 7
// does for clients that know nothing else. Specifications that don't fit into
// the range are skipped, and MovableKeys says that keys were missed.
func (s *Spec) deriveRange() {
	if len(s.Keys) == 1 && s.Keys[0].isPlain() {
		s.setRange(&s.Keys[0])
		return
	}
	last := 0 // absolute, or negative as in Spec.LastKey
	for i := range s.Keys {
		k := &s.Keys[i]
		adjoins := last == 0 || last == k.Begin.Index-1
		if !k.isPlain() || k.Find.Step != 1 || !adjoins {
			s.Flags |= MovableKeys
			continue
		}
		if k.Flags&Incomplete != 0 {
			s.Flags |= MovableKeys
		}
		if s.FirstKey == 0 {
			s.FirstKey, s.Step = k.Begin.Index, 1
		}
		last = k.lastKey()
		s.LastKey = last
	}
}

func (s *Spec) setRange(k *KeySpec) {
	s.FirstKey, s.LastKey, s.Step = k.Begin.Index, k.lastKey(), k.Find.Step
	if k.Flags&Incomplete != 0 {
		s.Flags |= MovableKeys
	}
}

// lastKey is the position of the last key of a plain specification, absolute,
// or as it is when it counts from the end.
func (k *KeySpec) lastKey() int {
	if k.Find.LastKey < 0 {
		return k.Find.LastKey
	}
	return k.Begin.Index + k.Find.LastKey
}
