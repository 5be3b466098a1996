package rdb

import "github.com/cairndb/cairn/encoding"

// Facts are what can be said of a value once it has been read.
type Facts struct {
	Elements int64 // of a list, set, sorted set or hash; entries of a stream
	Longest  int   // bytes of the longest element: member, field or field's value
	Integers bool  // a set has nothing but integers, as encoding.ParseInt reads them
	Packed   bool  // see Value.Packed
	Expiring int64 // fields with expire times of their own
}

// Verify reads a value to its end and finds everything wrong that there is to find, also an element that comes twice
// in a collection that is not packed. For each element of those it needs 16 to 32 bytes meanwhile.
func (v *Value) Verify() (Facts, error) {
	c := verifier{v: v, whole: v.whole()}
	c.facts = Facts{Integers: v.Type == encoding.TypeSet, Packed: v.Packed()}
	v.seen.reset(int(min(v.n, fewDuplicates)))
	switch v.Type {
	case encoding.TypeString:
		v.Bytes()
	case encoding.TypeList:
		for b := range v.Elements() {
			c.element(b)
		}
	case encoding.TypeSet:
		for b := range v.Elements() {
			c.name(b)
			c.integer(b)
		}
	case encoding.TypeZSet:
		for member := range v.Scored() {
			c.name(member)
		}
	case encoding.TypeHash:
		for f := range v.Fields() {
			c.field(f)
		}
	case encoding.TypeStream:
		for range v.Groups() {
		}
		c.facts.Elements = v.stream.info.Length
	}
	if v.err == nil && c.twice != nil {
		v.end(c.twice)
	}
	return c.facts, v.err
}

// Packed tells whether the value is a listpack, ziplist or intset, which Redis keeps packed however long its elements
// are.
func (v *Value) Packed() bool { return v.whole() && v.code != codeHashZipmap }

// whole tells whether the value was written as one string, or as a few.
func (v *Value) whole() bool {
	switch v.code {
	case codeString, codeList, codeSet, codeZSet, codeZSet2, codeHash, codeHashTTLPreGA, codeHashTTL:
		return false
	}
	return true
}

type verifier struct {
	v     *Value
	whole bool
	facts Facts
	twice error
}

func (c *verifier) element(b []byte) {
	c.facts.Elements++
	c.facts.Longest = max(c.facts.Longest, len(b))
}

// name is an element that may come only once. What is packed has been checked.
func (c *verifier) name(b []byte) {
	c.element(b)
	if !c.whole && c.twice == nil && !c.v.seen.add(b) {
		c.twice = malformed("an element comes twice: %s", quoteKey(b))
	}
}

func (c *verifier) integer(b []byte) {
	if c.facts.Integers {
		_, c.facts.Integers = encoding.ParseInt(b)
	}
}

func (c *verifier) field(f Field) {
	c.name(f.Name)
	c.facts.Longest = max(c.facts.Longest, len(f.Value))
	if f.ExpireAtMs != 0 {
		c.facts.Expiring++
	}
}
