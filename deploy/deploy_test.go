// Package deploy_test holds that what is shipped can be used: the example and
// the starter collection load, the unit is as closed as it claims, nginx and
// Caddy keep strangers from the operator's pages, promtool accepts its files.
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
	"sync"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

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

// inCI skips a test that takes long or runs another program: a bare go test
// stays quick, .ci/run sets CI and runs everything.
func inCI(t *testing.T) {
	t.Helper()
	if os.Getenv("CI") == "" && os.Getenv("STADTFEED_NIGHTLY") == "" {
		t.Skip("takes long; CI=true runs it, as .ci/run does")
	}
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
	service := strings.ReplaceAll(read(t, "systemd/stadtfeed.service"), "/usr/bin/stadtfeed", "/bin/true")
	version, err := exec.CommandContext(t.Context(), analyze, "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	var major int
	if n, _ := fmt.Sscanf(string(version), "systemd %d", &major); n == 1 && major < 253 {
		service = strings.Replace(service, "Type=notify-reload\n", "", 1)
		write(t, dir, "stadtfeed.service.d/debian12.conf", read(t, "systemd/debian12.conf"))
	}
	write(t, dir, "stadtfeed.service", service)
	write(t, dir, "stadtfeed.socket", read(t, "systemd/stadtfeed.socket"))
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
	testProxy(t, func(dir, address, backend string) []string {
		site := strings.NewReplacer("127.0.0.1:8080", backend, "listen 80;", "listen "+address+";").Replace(read(t, "proxy/nginx.conf"))
		conf := fmt.Sprintf("daemon off;\nmaster_process off;\npid %[1]s/pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\nclient_body_temp_path %[1]s/body;\nproxy_temp_path %[1]s/proxy;\nfastcgi_temp_path %[1]s/f;\nuwsgi_temp_path %[1]s/u;\nscgi_temp_path %[1]s/s;\n%[2]s\n}\n", dir, site)
		return []string{nginx, "-e", "stderr", "-p", dir, "-c", write(t, dir, "nginx.conf", conf)}
	})
}

// TestBehindCaddy runs the shipped Caddyfile in a real Caddy, without the
// certificate, for which it would ask the internet.
func TestBehindCaddy(t *testing.T) {
	caddy := need(t, "caddy", "caddy")
	testProxy(t, func(dir, address, backend string) []string {
		_, port, _ := net.SplitHostPort(address)
		site := strings.NewReplacer("127.0.0.1:8080", backend, "feeds.example.org {", "http://feeds.example.org:"+port+" {\n\tbind 127.0.0.1").Replace(read(t, "proxy/Caddyfile"))
		conf := fmt.Sprintf("{\n\tadmin off\n\tauto_https off\n\tstorage file_system %s\n}\n%s", dir, site)
		return []string{caddy, "run", "--adapter", "caddyfile", "--config", write(t, dir, "Caddyfile", conf)}
	})
}

// testProxy holds that a proxy hands on what readers ask for, and keeps the
// operator's pages from strangers. The command of the proxy is made from a
// folder for its files, the address that it shall open and that of Stadtfeed.
func testProxy(t *testing.T, command func(dir, address, backend string) []string) {
	t.Helper()
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		fmt.Fprintf(w, "%s for %s", r.URL.Path, strings.Split(r.Host, ":")[0])
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
	args := command(dir, address, backend.Listener.Addr().String())
	var log bytes.Buffer
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "HOME="+dir)
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop := sync.OnceFunc(func() { cmd.Process.Kill(); cmd.Wait() })
	defer stop()

	ask := func(from, path string) (status int, tag, body string) {
		dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
		client := &http.Client{Transport: &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true}}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = "feeds.example.org"
		resp, err := client.Do(req)
		if err != nil {
			return 0, "", err.Error()
		}
		defer resp.Body.Close()
		text, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, resp.Header.Get("ETag"), string(text)
	}
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if status, _, _ := ask("127.0.0.1", "/"); status != 0 {
			break
		}
	}
	wrong := false
	for _, c := range []struct {
		from, path string
		status     int
	}{
		{"127.0.0.1", "/all.rss", 200},
		{"127.0.0.2", "/all.rss", 200},
		{"127.0.0.1", "/metrics", 200},
		{"127.0.0.2", "/metrics", 403},
		{"127.0.0.1", "/status", 200},
		{"127.0.0.2", "/status", 403},
		{"127.0.0.2", "/status.json", 403},
	} {
		status, tag, body := ask(c.from, c.path)
		if status != c.status || status == 200 && (tag != `"1"` || !strings.HasPrefix(body, c.path+" for ")) || c.path == "/all.rss" && body != "/all.rss for feeds.example.org" {
			wrong = true
			t.Errorf("%s asks for %s: %d, ETag %s, %q; want %d", c.from, c.path, status, tag, body, c.status)
		}
	}
	if stop(); wrong {
		t.Log(log.String())
	}
}

// write puts a file into a folder and tells its path.
func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
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

// TestWorkflowsArePinned holds that every action of a workflow is named by
// commit: a tag can be moved to other code.
func TestWorkflowsArePinned(t *testing.T) {
	files, err := filepath.Glob("../.github/workflows/*.yml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no workflows: %v", err)
	}
	uses := regexp.MustCompile(`uses: *(\S+)`)
	pinned := regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40}$`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, use := range uses.FindAllSubmatch(text, -1) {
			if !pinned.Match(use[1]) {
				t.Errorf("%s uses %s; name the action by its commit", file, use[1])
			}
		}
	}
}

// TestClusterCompose holds that the environment of each daemon in the compose file
// of the cluster is one of a checked configuration, on a database.
func TestClusterCompose(t *testing.T) {
	var compose struct {
		Services map[string]struct{ Environment map[string]string }
	}
	if err := yaml.Load([]byte(read(t, "cluster/compose.yaml")), &compose); err != nil {
		t.Fatal(err)
	}
	for _, role := range []config.Role{config.RoleCrawl, config.RoleFeed} {
		var env []string
		for name, value := range compose.Services[string(role)].Environment {
			_, usual, filled := strings.Cut(strings.TrimSuffix(value, "}"), ":-")
			if !filled {
				usual = value
			}
			env = append(env, name+"="+usual)
		}
		c, err := config.Parse("stadtfeed.yaml", []byte(read(t, "stadtfeed.yaml")), env...)
		if err != nil {
			t.Fatal(err)
		}
		if c.Role != role || !c.Store.Database() || c.StorePasswordFile != "/run/secrets/database" || !c.MigrateSchema {
			t.Errorf("%s is configured as %s on %s with the password in %q", role, c.Role, c.Store, c.StorePasswordFile)
		}
	}
}

// TestComposeAsItIs holds that the compose file, the image's environment and the
// configuration beside them make a server that the host reaches, with its
// archive in the volume.
func TestComposeAsItIs(t *testing.T) {
	var compose struct {
		Services map[string]map[string]any
		Volumes  map[string]any
	}
	if err := yaml.Load([]byte(read(t, "compose.yaml")), &compose); err != nil {
		t.Fatal(err)
	}
	service := compose.Services["stadtfeed"]
	mounts := map[string]string{} // in the image: here
	for _, v := range service["volumes"].([]any) {
		parts := strings.Split(v.(string), ":")
		mounts[parts[1]] = parts[0]
	}
	file := ""
	var env []string
	for _, m := range regexp.MustCompile(`(?m)^ENV (\w+)=(.*)$`).FindAllStringSubmatch(read(t, "Dockerfile"), -1) {
		env = append(env, m[1]+"="+m[2])
		if m[1] == "STADTFEED_CONFIG" {
			file = mounts[m[2]]
		}
	}
	for name, value := range service["environment"].(map[string]any) {
		_, usual, _ := strings.Cut(strings.TrimSuffix(value.(string), "}"), ":-")
		env = append(env, name+"="+usual)
	}
	c, err := config.Parse(file, []byte(read(t, file)), env...)
	if err != nil {
		t.Fatal(err)
	}
	published := service["ports"].([]any)[0].(string)
	port := published[strings.LastIndexByte(published, ':')+1:]
	if got := strings.Join(c.Listen, " "); got != "0.0.0.0:"+port {
		t.Errorf("it listens on %s, want the published port %s of all addresses", got, port)
	}
	if _, ok := mounts[filepath.Dir(c.Store.File())]; !ok {
		t.Errorf("the archive is %s, and the volumes are %v", c.Store, mounts)
	}
	if c.BaseURL != "http://localhost:8080" {
		t.Errorf("base_url is %s, want what the host can open", c.BaseURL)
	}
}
