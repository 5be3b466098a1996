package inspect

import "bytes"

const (
	prefixParts   = 2 // of a name, as far as its colons go
	maxPrefixes   = 1 << 16
	shownPrefixes = 30
	maxPrefix     = 64 // bytes
)

// prefixes counts keys by the beginnings of their names. When it is full, the prefixes that have come up least are
// forgotten: a prefix that matters comes up often.
type prefixes struct {
	m       map[string]*Tally
	dropped Tally // keys of prefixes that were forgotten
}

// prefixOf is a name up to the colon that ends its last counted part, or nothing.
func prefixOf(name []byte) []byte {
	end := 0
	for range prefixParts {
		i := bytes.IndexByte(name[end:], ':')
		if i < 0 {
			break
		}
		end += i + 1
	}
	return name[:min(end, maxPrefix)]
}

func (p *prefixes) add(k *key) {
	if p.m == nil {
		p.m = map[string]*Tally{}
	}
	prefix := prefixOf(k.name)
	t := p.m[string(prefix)]
	if t == nil {
		if len(p.m) >= maxPrefixes {
			p.forget()
		}
		t = &Tally{Name: string(prefix)}
		p.m[t.Name] = t
	}
	t.add(k)
}

// forget drops at least half.
func (p *prefixes) forget() {
	for least := int64(1); len(p.m) > maxPrefixes/2; least *= 2 {
		for name, t := range p.m {
			if t.Keys <= least {
				p.dropped.Keys, p.dropped.Elements, p.dropped.Bytes =
					p.dropped.Keys+t.Keys, p.dropped.Elements+t.Elements, p.dropped.Bytes+t.Bytes
				delete(p.m, name)
			}
		}
	}
}

func (p *prefixes) list() (list []Tally) {
	for _, t := range p.m {
		list = append(list, *t)
	}
	sortTallies(list)
	rest := p.dropped
	rest.Name = "(others)"
	for i := shownPrefixes; i < len(list); i++ {
		rest.Keys, rest.Elements, rest.Bytes = rest.Keys+list[i].Keys, rest.Elements+list[i].Elements, rest.Bytes+list[i].Bytes
	}
	list = list[:min(len(list), shownPrefixes)]
	for i := range list {
		if list[i].Name == "" {
			list[i].Name = "(no colon)"
		} else {
			list[i].Name += "*"
		}
	}
	if rest.Keys > 0 {
		list = append(list, rest)
	}
	return list
}
