// Package deploy_test holds that what is shipped can be used: the example and
// the starter collection load, the unit is as closed as it claims, nginx and
// promtool accept their files.
package deploy_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/config"
)

func TestExampleLoads(t *testing.T) {
	c, err := config.Load("stadtfeed.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Sources) < 3 || len(c.Feeds) == 0 || c.Contact == "" {
		t.Errorf("example has %d sources, %d feeds, contact %q; it should show them all", len(c.Sources), len(c.Feeds), c.Contact)
	}
}

func TestCollectionLoads(t *testing.T) {
	here, err := filepath.Abs("sources")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "stadtfeed.yaml")
	text := fmt.Sprintf("contact: https://feeds.example.org/about\ninclude: %s/*.yaml\n", here)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	hosts := map[string]bool{}
	for _, s := range c.Sources {
		hosts[s.Host()] = true
	}
	if len(hosts) < 24 {
		t.Errorf("collection has %d hosts, want at least 24", len(hosts))
	}
}

// need finds a program of the system, or skips the test.
func need(t *testing.T, program, pkg string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skipf("%s is not installed (Debian: apt-get install %s)", program, pkg)
	}
	return path
}

func TestUnitIsClosed(t *testing.T) {
	analyze := need(t, "systemd-analyze", "systemd")
	out, err := exec.CommandContext(t.Context(), analyze, "security", "--offline=true", "--threshold=15", "--no-pager", "systemd/stadtfeed.service").CombinedOutput()
	if err != nil {
		t.Fatalf("exposure is above 1.5: %v\n%s", err, out)
	}
	t.Log(regexp.MustCompile(`Overall exposure.*`).FindString(string(out)))
}

// TestUnitIsValid looks at the unit and its socket as an installed system
// would, with a program in place and, before systemd 253, with debian12.conf.
func TestUnitIsValid(t *testing.T) {
	analyze := need(t, "systemd-analyze", "systemd")
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	service := strings.ReplaceAll(read(t, "systemd/stadtfeed.service"), "/usr/bin/stadtfeed", "/bin/true")
	version, err := exec.CommandContext(t.Context(), analyze, "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	var major int
	if n, _ := fmt.Sscanf(string(version), "systemd %d", &major); n == 1 && major < 253 {
		service = strings.Replace(service, "Type=notify-reload\n", "", 1)
		write("stadtfeed.service.d/debian12.conf", read(t, "systemd/debian12.conf"))
	}
	write("stadtfeed.service", service)
	write("stadtfeed.socket", read(t, "systemd/stadtfeed.socket"))
	cmd := exec.CommandContext(t.Context(), analyze, "verify", "--man=no", filepath.Join(dir, "stadtfeed.service"), filepath.Join(dir, "stadtfeed.socket"))
	out, err := cmd.CombinedOutput()
	if err != nil || bytes.Contains(out, []byte("stadtfeed")) {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestBehindNginx runs the shipped site file in a real nginx.
func TestBehindNginx(t *testing.T) {
	nginx := need(t, "nginx", "nginx-light")
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		fmt.Fprintf(w, "%s for %s", r.URL.Path, r.Host)
	}))
	defer backend.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	site := strings.NewReplacer("127.0.0.1:8080", backend.Listener.Addr().String(), "listen 80;", "listen "+address+";").Replace(read(t, "proxy/nginx.conf"))
	conf := fmt.Sprintf("daemon off;\nmaster_process off;\npid %[1]s/pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\nclient_body_temp_path %[1]s/body;\nproxy_temp_path %[1]s/proxy;\nfastcgi_temp_path %[1]s/f;\nuwsgi_temp_path %[1]s/u;\nscgi_temp_path %[1]s/s;\n%[2]s\n}\n", dir, site)
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(conf), 0o644); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	cmd := exec.CommandContext(t.Context(), nginx, "-e", "stderr", "-p", dir, "-c", file)
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { cmd.Process.Kill(); cmd.Wait() }()
	var body string
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/all.rss", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = "feeds.example.org"
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			continue
		}
		text, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if body = string(text); resp.Header.Get("ETag") == `"1"` {
			break
		}
	}
	if body != "/all.rss for feeds.example.org" {
		t.Errorf("through nginx: %q\n%s", body, &log)
	}
}

// TestPrometheusFiles lets promtool check and test what is shipped for it.
func TestPrometheusFiles(t *testing.T) {
	promtool := need(t, "promtool", "prometheus")
	for _, args := range [][]string{
		{"check", "config", "prometheus.yaml"},
		{"check", "rules", "alerts.yaml"},
		{"test", "rules", "alerts_test.yaml"},
	} {
		cmd := exec.CommandContext(t.Context(), promtool, args...)
		cmd.Dir = "prometheus"
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
}

// TestMetricsAreDocumented holds that rules, dashboard and reference speak of
// the same metrics.
func TestMetricsAreDocumented(t *testing.T) {
	name := regexp.MustCompile(`stadtfeed_(?:source|crawler|http)_[a-z_]+`)
	documented := map[string]bool{}
	for _, metric := range name.FindAllString(read(t, "../docs/reference/metrics.md"), -1) {
		documented[metric] = true
	}
	for _, file := range []string{"prometheus/alerts.yaml", "prometheus/dashboard.json"} {
		for _, metric := range name.FindAllString(read(t, file), -1) {
			if metric = strings.TrimSuffix(strings.TrimSuffix(metric, "_bucket"), "_count"); !documented[metric] {
				t.Errorf("%s uses %s, which docs/reference/metrics.md does not know", file, metric)
			}
		}
	}
}
