package tlsconf

import (
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
)

var versions = []struct {
	name string
	id   uint16
}{{"TLSv1", tls.VersionTLS10}, {"TLSv1.1", tls.VersionTLS11}, {"TLSv1.2", tls.VersionTLS12}, {"TLSv1.3", tls.VersionTLS13}}

var errGap = errors.New("tls-protocols: versions between the lowest and the highest cannot be left out")

// Versions reads names of versions, in any case and separated by blanks: the lowest and the highest of them. Empty is
// TLS 1.2 and 1.3. Names that are unknown, and gaps, are errors.
func Versions(text string) (low, high uint16, err error) {
	if strings.TrimSpace(text) == "" {
		return tls.VersionTLS12, tls.VersionTLS13, nil
	}
	found := map[uint16]bool{}
	for _, word := range strings.Fields(text) {
		id := versionOf(word)
		if id == 0 {
			return 0, 0, fmt.Errorf("tls-protocols: %q is none of TLSv1, TLSv1.1, TLSv1.2 and TLSv1.3", word)
		}
		found[id] = true
		if low == 0 {
			low = id
		}
		low, high = min(low, id), max(high, id)
	}
	if len(found) != int(high-low)+1 {
		return 0, 0, errGap
	}
	return low, high, nil
}

func versionOf(name string) uint16 {
	for _, v := range versions {
		if strings.EqualFold(v.name, name) {
			return v.id
		}
	}
	return 0
}
