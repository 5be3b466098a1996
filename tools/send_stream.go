package tools

import (
	"strconv"

	"github.com/cairndb/cairn/encoding/rdb"
)

// A stream in pieces goes by the commands to which Redis rewrites one in an AOF (aof.c, rewriteStreamObject). An entry
// that is pending but has been deleted is pending no more then.

func idText(id rdb.StreamID) []byte { return []byte(id.String()) }

func numberText(n int64) []byte { return strconv.AppendInt(nil, n, 10) }

// entries sends the entries that are held.
func (p *pieces) entries(h *held) error {
	for i, e := range h.entries {
		p.words = append(p.words[:0], []byte("XADD"), p.name(), idText(e.id))
		p.words = append(p.words, h.pairs(i)...)
		if err := p.send(p.words...); err != nil {
			return err
		}
	}
	return nil
}

// streamEnd sends what a stream has besides entries.
func (p *pieces) streamEnd() error {
	h := &p.s.held
	words := [][]byte{[]byte("XSETID"), p.name(), idText(h.info.LastID)}
	if !p.s.old {
		words = append(words, []byte("ENTRIESADDED"), strconv.AppendUint(nil, h.info.EntriesAdded, 10),
			[]byte("MAXDELETEDID"), idText(h.info.MaxDeletedID))
	}
	if err := p.send(words...); err != nil {
		return err
	}
	for i := range h.groups {
		if err := p.group(&h.groups[i]); err != nil {
			return err
		}
	}
	return nil
}

func (p *pieces) group(g *rdb.Group) error {
	words := [][]byte{[]byte("XGROUP"), []byte("CREATE"), p.name(), g.Name, idText(g.LastID)}
	if !p.s.old {
		words = append(words, []byte("ENTRIESREAD"), numberText(g.EntriesRead))
	}
	if err := p.send(words...); err != nil {
		return err
	}
	for _, c := range g.Consumers {
		if p.s.old {
			break // it makes those that have something pending
		}
		if err := p.send([]byte("XGROUP"), []byte("CREATECONSUMER"), p.name(), g.Name, c.Name); err != nil {
			return err
		}
	}
	for _, e := range g.Pending {
		err := p.send([]byte("XCLAIM"), p.name(), g.Name, g.Consumers[e.Consumer].Name, wordZero, idText(e.ID),
			[]byte("TIME"), numberText(e.DeliveredAtMs), []byte("RETRYCOUNT"), strconv.AppendUint(nil, e.Deliveries, 10),
			[]byte("FORCE"), []byte("JUSTID"))
		if err != nil {
			return err
		}
	}
	return nil
}
