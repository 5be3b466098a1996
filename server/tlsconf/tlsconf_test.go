package tlsconf

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestVersions(t *testing.T) {
	for _, c := range []struct {
		text      string
		low, high uint16
	}{
		{"", tls.VersionTLS12, tls.VersionTLS13},
		{" TLSv1.3 tlsv1.2 ", tls.VersionTLS12, tls.VersionTLS13},
		{"TLSv1.3", tls.VersionTLS13, tls.VersionTLS13},
		{"TLSv1 TLSv1.1 TLSv1.2", tls.VersionTLS10, tls.VersionTLS12},
		{"TLSv1.1 TLSv1.3", 0, 0},
		{"TLSv1.4", 0, 0},
		{"TLSv1.2,TLSv1.3", 0, 0},
	} {
		low, high, err := Versions(c.text)
		if low != c.low || high != c.high || (err != nil) != (c.low == 0) {
			t.Errorf("%q: %x to %x, %v", c.text, low, high, err)
		}
	}
}

// TestCipherSuites compares with what OpenSSL makes of the same lists, as far as crypto/tls has the suites.
func TestCipherSuites(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("there is no openssl to compare with")
	}
	for _, list := range []string{
		"DEFAULT", "DEFAULT:!MEDIUM", "ALL:!aNULL:!eNULL", "HIGH:!aNULL:!MD5", "ECDHE+AESGCM", "ECDHE+AESGCM:ECDHE+CHACHA20:!aRSA",
		"ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384", "EECDH:!SHA1:!AES128", "kRSA:-AES256", "AES128-SHA", "RSA+AES",
		"ALL:-ECDHE:ECDHE+SHA384", "AES256 AES128+SHA256", "aECDSA:+AESGCM", "ECDHE:!TLSv1.2", "DHE-RSA-AES256-GCM-SHA384:AES256-SHA",
		"TLSv1.2:!kRSA:@STRENGTH", "CHACHA20", "SHA384:!AES256:AES128-SHA256",
	} {
		out, err := exec.Command(openssl, "ciphers", list).Output()
		if err != nil {
			t.Fatalf("openssl ciphers %s: %v", list, err)
		}
		var want []string
		for _, name := range strings.Split(strings.TrimSpace(string(out)), ":") {
			if slices.ContainsFunc(suites, func(s suite) bool { return s.name == name }) {
				want = append(want, name)
			}
		}
		slices.Sort(want)
		ids, err := CipherSuites(list)
		if got := names(ids); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v\n got %q\nwant %q", list, err, got, want)
		}
	}
}

func names(ids []uint16) (list []string) {
	for _, s := range suites {
		if slices.Contains(ids, s.id) {
			list = append(list, s.name)
		}
	}
	slices.Sort(list)
	return list
}

func TestWrongCipherLists(t *testing.T) {
	for _, list := range []string{"nosuch", "AES128-SHA:NOSUCH-SUITE", "AES128-SHA:!AES", "RC4", "ECDHE+RC4", "!ALL", ":AES128-SHAX:"} {
		if ids, err := CipherSuites(list); err == nil {
			t.Errorf("%s: %q", list, names(ids))
		}
	}
	if ids, err := CipherSuites(""); ids != nil || err != nil {
		t.Errorf("nothing: %v, %v", ids, err)
	}
}

// TestEncryptedKeys reads keys that openssl has encrypted in all its ways.
func TestEncryptedKeys(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("there is no openssl to write keys")
	}
	dir := t.TempDir()
	plain, cert := filepath.Join(dir, "plain.key"), filepath.Join(dir, "a.crt")
	makePair(t, plain, cert)
	for _, args := range []string{
		"pkcs8 -topk8", "pkcs8 -topk8 -v2 aes128", "pkcs8 -topk8 -v2 aes-192-cbc -v2prf hmacWithSHA1", "pkcs8 -topk8 -v2 des3",
		"pkcs8 -topk8 -v2 aes256 -v2prf hmacWithSHA512 -iter 5000", "ec -aes256", "ec -des3",
	} {
		key := filepath.Join(dir, "encrypted.key")
		words := append(strings.Fields(args), "-in", plain, "-out", key, "-passout", "pass:secret word")
		if out, err := exec.Command(openssl, words...).CombinedOutput(); err != nil {
			t.Fatalf("openssl %s: %v\n%s", args, err, out)
		}
		if _, err := LoadKeyPair(cert, key, "secret word"); err != nil {
			t.Errorf("%s: %v", args, err)
		}
		for _, wrong := range []string{"", "another"} {
			if _, err := LoadKeyPair(cert, key, wrong); err == nil || !strings.Contains(err.Error(), key) {
				t.Errorf("%s: with passphrase %q: %v", args, wrong, err)
			}
		}
	}
	if _, err := LoadKeyPair(cert, plain, "not needed"); err != nil {
		t.Error(err)
	}
}

func makePair(t *testing.T, keyFile, certFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	check(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	check(t, err)
	check(t, os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600))
	check(t, os.WriteFile(certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}), 0o600))
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// FuzzDecrypt: a damaged key is an error, and never more than that.
func FuzzDecrypt(f *testing.F) {
	f.Add([]byte("0\x82"))
	f.Fuzz(func(t *testing.T, der []byte) {
		var k encryptedKey
		if parse(der, &k) == nil && len(der) < 1000 {
			_, _ = decryptPKCS8(der, "secret")
		}
	})
}
