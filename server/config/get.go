package config

import "strings"

// Pair is a directive's name and the text of its value.
type Pair struct {
	Name, Value string
}

// Get answers CONFIG GET: the directives whose name or alias matches one of patterns, each once, in the table's
// order. A pattern without *, ? or [ is a name: it finds hidden directives too and is answered as it was spelled.
// match is glob matching as KEYS does it; it sees lower case only. Secrets are answered in clear, as Redis does.
func (c *Config) Get(match func(pattern, name string) bool, patterns ...string) []Pair {
	c.mu.Lock()
	defer c.mu.Unlock()
	var pairs []Pair
	seen := make(map[string]bool)
	add := func(name string, r *row) {
		if key := strings.ToLower(name); !seen[key] {
			seen[key] = true
			pairs = append(pairs, Pair{name, r.cell.text()})
		}
	}
	for _, pattern := range patterns {
		if !strings.ContainsAny(pattern, "[*?") {
			if r := c.visible(pattern); r != nil {
				add(pattern, r)
			}
			continue
		}
		pattern = strings.ToLower(pattern)
		for _, r := range c.rows {
			for _, name := range r.names() {
				if match(pattern, name) {
					add(name, r)
				}
			}
		}
	}
	return pairs
}

// Text returns the value of one directive as CONFIG GET shows it, for INFO and the like: also of those that have no
// field. It takes no lock. It panics if there is no such directive.
func (c *Config) Text(directive string) string { return c.byName[directive].cell.text() }

// names are the names under which a pattern finds the row.
func (r *row) names() []string {
	switch {
	case r.class == FileOnly || r.is(hidden) || r.is(stated):
		return nil
	case r.alias != "":
		return []string{r.name, r.alias}
	}
	return []string{r.name}
}
