package tlsconf

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"hash"
	"os"
)

// LoadKeyPair reads a certificate, with those that signed it, and its private key, which may be encrypted with a
// passphrase: as PKCS #8 with PBES2 (RFC 8018), which is what OpenSSL writes, or in the old form of PEM.
func LoadKeyPair(certFile, keyFile, passphrase string) (tls.Certificate, error) {
	cert, err := os.ReadFile(certFile)
	if err != nil {
		return tls.Certificate{}, err
	}
	key, err := os.ReadFile(keyFile)
	if err != nil {
		return tls.Certificate{}, err
	}
	if key, err = decryptKeys(key, passphrase); err != nil {
		return tls.Certificate{}, fmt.Errorf("%s: %w", keyFile, err)
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return pair, fmt.Errorf("%s, %s: %w", certFile, keyFile, err)
	}
	return pair, nil
}

var (
	errPassphrase   = errors.New("the private key is encrypted: the passphrase is wrong")
	errNoPassphrase = errors.New("the private key is encrypted, and there is no passphrase")
)

// decryptKeys decrypts what is encrypted in a PEM file.
func decryptKeys(text []byte, passphrase string) (plain []byte, err error) {
	for {
		block, rest := pem.Decode(text)
		if block == nil {
			return append(plain, text...), nil
		}
		if block, err = decrypt(block, passphrase); err != nil {
			return nil, err
		}
		plain, text = append(plain, pem.EncodeToMemory(block)...), rest
	}
}

func decrypt(block *pem.Block, passphrase string) (*pem.Block, error) {
	//lint:ignore SA1019 it is weak, but such keys exist, and are no weaker without their passphrase
	old := x509.IsEncryptedPEMBlock(block)
	if !old && block.Type != "ENCRYPTED PRIVATE KEY" {
		return block, nil
	}
	if passphrase == "" {
		return nil, errNoPassphrase
	}
	if old {
		//lint:ignore SA1019 see above
		der, err := x509.DecryptPEMBlock(block, []byte(passphrase))
		if err != nil {
			return nil, errPassphrase
		}
		return &pem.Block{Type: block.Type, Bytes: der}, nil
	}
	der, err := decryptPKCS8(block.Bytes, passphrase)
	if err != nil {
		return nil, err
	}
	return &pem.Block{Type: "PRIVATE KEY", Bytes: der}, nil
}

// The structures of RFC 5958, section 3, and RFC 8018, appendix A.

type encryptedKey struct {
	Algorithm pkix.AlgorithmIdentifier
	Data      []byte
}

type pbes2 struct {
	Derivation, Encryption pkix.AlgorithmIdentifier
}

type pbkdf2Parameters struct {
	Salt       []byte
	Iterations int
	KeyBytes   int                      `asn1:"optional"`
	Function   pkix.AlgorithmIdentifier `asn1:"optional"`
}

var (
	oidPBES2  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	oidPBKDF2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}

	keyHashes = map[string]func() hash.Hash{
		"":                    sha1.New, // hmacWithSHA1 is the default
		"1.2.840.113549.2.7":  sha1.New,
		"1.2.840.113549.2.9":  sha256.New,
		"1.2.840.113549.2.10": sha512.New384,
		"1.2.840.113549.2.11": sha512.New,
	}
	keyCiphers = map[string]struct {
		keyBytes int
		make     func(key []byte) (cipher.Block, error)
	}{
		"2.16.840.1.101.3.4.1.2":  {16, aes.NewCipher},
		"2.16.840.1.101.3.4.1.22": {24, aes.NewCipher},
		"2.16.840.1.101.3.4.1.42": {32, aes.NewCipher},
		"1.2.840.113549.3.7":      {24, des.NewTripleDESCipher},
	}
)

// maxIterations bounds what a key file may ask for: some seconds.
const maxIterations = 10_000_000

func decryptPKCS8(der []byte, passphrase string) ([]byte, error) {
	var k encryptedKey
	var scheme pbes2
	var p pbkdf2Parameters
	var iv []byte
	if err := parse(der, &k); err != nil {
		return nil, err
	}
	if !k.Algorithm.Algorithm.Equal(oidPBES2) {
		return nil, fmt.Errorf("the private key is encrypted by a scheme that is not known here (%v); convert it with openssl pkcs8 -topk8",
			k.Algorithm.Algorithm)
	}
	if err := parse(k.Algorithm.Parameters.FullBytes, &scheme); err != nil {
		return nil, err
	}
	if !scheme.Derivation.Algorithm.Equal(oidPBKDF2) {
		return nil, fmt.Errorf("the private key's passphrase is used in a way that is not known here (%v)", scheme.Derivation.Algorithm)
	}
	if err := errors.Join(parse(scheme.Derivation.Parameters.FullBytes, &p), parse(scheme.Encryption.Parameters.FullBytes, &iv)); err != nil {
		return nil, err
	}
	newHash := keyHashes[p.Function.Algorithm.String()]
	with, known := keyCiphers[scheme.Encryption.Algorithm.String()]
	if newHash == nil || !known || p.Iterations < 1 || p.Iterations > maxIterations {
		return nil, fmt.Errorf("the private key is encrypted in a way that is not known here (%v, %v, %d iterations)",
			p.Function.Algorithm, scheme.Encryption.Algorithm, p.Iterations)
	}
	key, err := pbkdf2.Key(newHash, passphrase, p.Salt, p.Iterations, with.keyBytes)
	if err != nil {
		return nil, err
	}
	return decryptCBC(with.make, key, iv, k.Data)
}

func parse(der []byte, into any) error {
	rest, err := asn1.Unmarshal(der, into)
	if err != nil || len(rest) > 0 {
		return errors.New("the private key is damaged")
	}
	return nil
}

func decryptCBC(newCipher func([]byte) (cipher.Block, error), key, iv, data []byte) ([]byte, error) {
	block, err := newCipher(key)
	if err != nil {
		return nil, err
	}
	size := block.BlockSize()
	if len(iv) != size || len(data) == 0 || len(data)%size != 0 {
		return nil, errors.New("the private key is damaged")
	}
	plain := make([]byte, len(data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, data)
	pad := int(plain[len(plain)-1])
	if pad < 1 || pad > size {
		return nil, errPassphrase
	}
	for _, b := range plain[len(plain)-pad:] {
		if int(b) != pad {
			return nil, errPassphrase
		}
	}
	return plain[:len(plain)-pad], nil
}
