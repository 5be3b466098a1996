package tlsconf

import (
	"crypto/tls"
	"fmt"
	"slices"
	"strings"
)

// suite is a cipher suite of TLS 1.0 to 1.2. tags are the words of a cipher list that mean it besides its name.
type suite struct {
	id   uint16
	name string // OpenSSL's
	tags []string
}

// The words that the suites of a kind have in common, as ciphers(1) of OpenSSL has them.
var (
	ecdheECDSA = []string{"ECDHE", "EECDH", "KECDHE", "KEECDH", "ECDSA", "AECDSA"}
	ecdheRSA   = []string{"ECDHE", "EECDH", "KECDHE", "KEECDH", "ARSA"}
	plainRSA   = []string{"RSA", "KRSA", "ARSA"}
	strong     = []string{"ALL", "DEFAULT", "HIGH"}
	gcm128     = []string{"AES", "AES128", "AESGCM", "TLSV1.2"}
	gcm256     = []string{"AES", "AES256", "AESGCM", "TLSV1.2"}
	chacha     = []string{"CHACHA20", "TLSV1.2"}
	cbc128     = []string{"AES", "AES128", "SHA", "SHA1", "TLSV1", "SSLV3"}
	cbc256     = []string{"AES", "AES256", "SHA", "SHA1", "TLSV1", "SSLV3"}
	cbcNew     = []string{"AES", "AES128", "SHA256", "TLSV1.2"}
)

func of(id uint16, name string, tags ...[]string) suite {
	return suite{id, name, append(slices.Concat(tags...), strong...)}
}

// suites are those of crypto/tls that are fit for use, the best first.
var suites = []suite{
	of(tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, "ECDHE-ECDSA-AES256-GCM-SHA384", ecdheECDSA, gcm256),
	of(tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, "ECDHE-RSA-AES256-GCM-SHA384", ecdheRSA, gcm256),
	of(tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, "ECDHE-ECDSA-CHACHA20-POLY1305", ecdheECDSA, chacha),
	of(tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, "ECDHE-RSA-CHACHA20-POLY1305", ecdheRSA, chacha),
	of(tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, "ECDHE-ECDSA-AES128-GCM-SHA256", ecdheECDSA, gcm128),
	of(tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, "ECDHE-RSA-AES128-GCM-SHA256", ecdheRSA, gcm128),
	of(tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, "ECDHE-ECDSA-AES128-SHA256", ecdheECDSA, cbcNew),
	of(tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, "ECDHE-RSA-AES128-SHA256", ecdheRSA, cbcNew),
	of(tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, "ECDHE-ECDSA-AES256-SHA", ecdheECDSA, cbc256),
	of(tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, "ECDHE-RSA-AES256-SHA", ecdheRSA, cbc256),
	of(tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, "ECDHE-ECDSA-AES128-SHA", ecdheECDSA, cbc128),
	of(tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, "ECDHE-RSA-AES128-SHA", ecdheRSA, cbc128),
	of(tls.TLS_RSA_WITH_AES_256_GCM_SHA384, "AES256-GCM-SHA384", plainRSA, gcm256),
	of(tls.TLS_RSA_WITH_AES_128_GCM_SHA256, "AES128-GCM-SHA256", plainRSA, gcm128),
	of(tls.TLS_RSA_WITH_AES_128_CBC_SHA256, "AES128-SHA256", plainRSA, cbcNew),
	of(tls.TLS_RSA_WITH_AES_256_CBC_SHA, "AES256-SHA", plainRSA, cbc256),
	of(tls.TLS_RSA_WITH_AES_128_CBC_SHA, "AES128-SHA", plainRSA, cbc128),
}

// notHere are words for what none of the suites is, by themselves or in the name of one: they may be excluded, and
// add nothing.
var notHere = []string{
	"ANULL", "ENULL", "NULL", "ADH", "AECDH", "DH", "DHE", "EDH", "KDHE", "KEDH", "EXP", "EXPORT", "EXPORT40", "EXPORT56", "LOW",
	"MEDIUM", "COMPLEMENTOFDEFAULT", "COMPLEMENTOFALL", "MD5", "SHA384", "RC2", "RC4", "DES", "3DES", "IDEA", "SEED", "CAMELLIA",
	"CAMELLIA128", "CAMELLIA256", "ARIA", "ARIA128", "ARIA256", "AESCCM", "AESCCM8", "PSK", "KPSK", "APSK", "ECDHEPSK", "DHEPSK",
	"RSAPSK", "SRP", "KSRP", "ASRP", "DSS", "ADSS", "GOST94", "GOST", "KGOST", "AGOST", "KRB5",
}

// CipherSuites reads a cipher list of OpenSSL (ciphers(1)): names of suites and words for kinds of them, with + for
// what must hold together, ! and - to take out, and + in front to put last. The order is of no account: crypto/tls
// has its own. Empty is nil, the choice of crypto/tls. A word that means no suite, and a list that leaves none, are
// errors.
func CipherSuites(text string) ([]uint16, error) {
	items := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(":, ;", r) })
	if len(items) == 0 {
		return nil, nil
	}
	in, never := map[uint16]bool{}, map[uint16]bool{}
	for _, item := range items {
		if strings.EqualFold(item, "@STRENGTH") {
			continue
		}
		word := strings.TrimLeft(item, "!-+")
		list, err := meant(word)
		if err != nil {
			return nil, err
		}
		for _, id := range list {
			switch item[0] {
			case '!':
				never[id] = true
			case '-':
				delete(in, id)
			case '+':
			default:
				in[id] = true
			}
		}
	}
	var chosen []uint16
	for _, s := range suites {
		if in[s.id] && !never[s.id] {
			chosen = append(chosen, s.id)
		}
	}
	if chosen == nil {
		return nil, fmt.Errorf("tls-ciphers: no suite is left of %q", text)
	}
	return chosen, nil
}

// meant are the suites that words joined by + mean.
func meant(item string) (list []uint16, err error) {
	words := strings.Split(strings.ToUpper(item), "+")
	for _, w := range words {
		if !slices.ContainsFunc(suites, func(s suite) bool { return s.is(w) }) && !isElsewhere(w) {
			return nil, fmt.Errorf("tls-ciphers: %q is no cipher suite that is known here", item)
		}
	}
	for _, s := range suites {
		if !slices.ContainsFunc(words, func(w string) bool { return !s.is(w) }) {
			list = append(list, s.id)
		}
	}
	return list, nil
}

func (s suite) is(word string) bool { return s.name == word || slices.Contains(s.tags, word) }

// isElsewhere tells of a word that it means suites of OpenSSL that crypto/tls does not have.
func isElsewhere(word string) bool {
	return slices.ContainsFunc(strings.Split(word, "-"), func(part string) bool { return slices.Contains(notHere, part) })
}
