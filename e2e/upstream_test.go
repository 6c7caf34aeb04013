package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestUpstream takes programs of Eventlet's own source distribution through
// the steps. Their text is not changed: a driver below upstream/ talks to them.
func TestUpstream(t *testing.T) {
	eventlet, bare := pythons(t)
	sdist := eventletSdist.Unpack(t, eventlet)
	env := site(t)
	dirs, err := filepath.Glob("upstream/*/expect.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(dirs) == 0 {
		t.Fatal("no programs")
	}
	for _, d := range dirs {
		from := filepath.Dir(d)
		t.Run(filepath.Base(from), func(t *testing.T) {
			t.Parallel()
			// as a program of our own would be, with the project out of the
			// distribution
			dir := filepath.Join(t.TempDir(), filepath.Base(from))
			if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
				t.Fatal(err)
			}
			spec, err := ReadSpec(dir)
			if err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(filepath.Join(sdist, "examples", spec.Main))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Mkdir(filepath.Join(dir, "project"), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "project", spec.Main), text, 0o644); err != nil {
				t.Fatal(err)
			}
			if spec.Env == nil {
				spec.Env = map[string]string{}
			}
			for k, v := range env {
				spec.Env[k] = v
			}
			if spec.Main == "echoserver.py" {
				alone(t, "6000")
			}
			steps(t, dir, spec, eventlet, bare)
		})
	}
}

// site makes what the drivers need to answer for the whole web: a certificate
// for its hosts. It returns the variables that name it.
func site(t *testing.T) map[string]string {
	t.Helper()
	upstream, err := filepath.Abs("upstream")
	if err != nil {
		t.Fatal(err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "tests of offlet"},
		DNSNames:              []string{"www.google.com", "www.python.org"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"OFFLET_UPSTREAM": upstream}
	for name, block := range map[string]*pem.Block{
		"OFFLET_SITE_CERT": {Type: "CERTIFICATE", Bytes: cert},
		"OFFLET_SITE_KEY":  {Type: "PRIVATE KEY", Bytes: private},
	} {
		env[name] = filepath.Join(t.TempDir(), name+".pem")
		if err := os.WriteFile(env[name], pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return env
}

// alone sees to it that of all the tests on this machine only this one uses a
// fixed port.
func alone(t *testing.T, port string) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(os.TempDir(), "offlet-test-port-"+port), os.O_CREATE|os.O_RDWR, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	// closing the file gives the lock back
	t.Cleanup(func() { f.Close() })
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
}
