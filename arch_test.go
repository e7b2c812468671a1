package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

// layer says what a package and those below it may import of ours, and why.
// Arrows point one way: main → app → {receive, outbox, privacy, …} → {store,
// search, cloudapi, vault} → inbox. A new package needs a line here; that line
// is the place to argue about it.
type layer struct {
	may []string
	why string
}

var layers = map[string]layer{
	"tresen": {
		may: []string{"app", "frontend", "internal/desktop", "internal/logging", "internal/vault"},
		why: "main.go wires the program by hand and is the only file that sees both Wails and the embedded window",
	},
	"tresen/frontend": {
		why: "it only carries what Vite built",
	},
	"tresen/cmd/tresen-simulator": {
		may: []string{"internal/simulator"},
		why: "other people's Cloud API clients use the simulator alone, so it must not bring the shop's program along",
	},
	"tresen/cmd/tresen-relay": {
		may: []string{"internal/relay"},
		why: "the relay holds sealed envelopes for others; it must not be able to open, store or interpret them",
	},
	"tresen/cmd/tresen-print": {
		may: []string{"internal/print", "internal/qr", "internal/profile", "internal/inbox"},
		why: "it lays out what it is given on the command line; it must not open a shop",
	},
	"tresen/bench": {
		may: []string{
			"internal/inbox", "internal/vault", "internal/store", "internal/search", "internal/cloudapi", "internal/receive",
			"internal/outbox", "internal/shopyear", "internal/privacy", "internal/finder",
		},
		why: "it measures the packages the program is made of, without a window",
	},
	"tresen/app": {
		may: []string{
			"internal/inbox", "internal/vault", "internal/store", "internal/search", "internal/cloudapi", "internal/receive",
			"internal/outbox", "internal/privacy", "internal/automatic", "internal/consent", "internal/retention", "internal/rights", "internal/access", "internal/backup", "internal/register", "internal/tally", "internal/profile", "internal/qr", "internal/print", "internal/relay",
			"internal/simulator", "internal/desktop", "internal/translate", "internal/logging", "internal/finder",
			"internal/setup", "internal/media", "internal/snippet", "internal/voice", "internal/microphone", "internal/template",
			"internal/counter", "internal/sensitive", "internal/notify", "internal/papers",
			"internal/chatexport", "internal/chatimport", "internal/openformat", "internal/osfault",
			"internal/broadcast",
			"internal/certificate", "internal/ledger", "internal/wipe",
		},
		why: "app opens the shop's session and translates for the window; it is the top of everything but main",
	},
	"tresen/internal/receive": {
		may: []string{"internal/inbox", "internal/store", "internal/cloudapi", "internal/vault", "internal/relay"},
		why: "receive turns verified deliveries into stored changes; sending and erasing are others' work",
	},
	"tresen/internal/outbox": {
		may: []string{"internal/inbox", "internal/store", "internal/cloudapi"},
		why: "outbox sends what is queued; it must not know how deliveries come in",
	},
	"tresen/internal/media": {
		may: []string{"internal/inbox", "internal/store", "internal/cloudapi", "internal/exif"},
		why: "media brings files and looks at them; who shows or sends them is above it",
	},
	"tresen/internal/microphone": {
		may: []string{"internal/inbox"},
		why: "it hands over samples; what they are for is above it",
	},
	"tresen/internal/voice": {
		may: []string{"internal/inbox"},
		why: "voice encodes samples; who records and for whom is above it",
	},
	"tresen/internal/privacy": {
		may: []string{"internal/inbox", "internal/store", "internal/vault", "internal/cloudapi", "internal/retention", "internal/consent"},
		why: "privacy erases and exports across store, vault and Meta's contact book",
	},
	"tresen/internal/broadcast": {
		may: []string{"internal/inbox", "internal/store", "internal/outbox", "internal/template"},
		why: "broadcast hands the outbox one person's message after the other; who agreed to what is consent's business",
	},
	"tresen/internal/tally": {
		may: []string{"internal/inbox", "internal/store", "internal/receive"},
		why: "tally counts what happened in a day; it must not keep with whom",
	},
	"tresen/internal/register": {
		may: []string{"internal/inbox", "internal/store", "internal/receive", "internal/qr"},
		why: "register counts by the place a message names; it must not know who wrote it",
	},
	"tresen/internal/chatexport": {
		may: []string{"internal/inbox"},
		why: "chatexport reads a file from outside; whose chat it is and what becomes of it is above it",
	},
	"tresen/internal/chatimport": {
		may: []string{"internal/inbox", "internal/store", "internal/chatexport"},
		why: "chatimport brings an export into a conversation; who asked for it and how it is shown is above it",
	},
	"tresen/internal/openformat": {
		may: []string{"internal/inbox", "internal/store", "internal/vault", "internal/backup", "internal/osfault"},
		why: "openformat writes and reads the shop's tables as they are; what they mean, and who may export, is above it",
	},
	"tresen/internal/backup": {
		may: []string{"internal/inbox", "internal/store", "internal/vault", "internal/osfault"},
		why: "backup copies sealed files and keys; what they mean, and how somebody is erased, is above it",
	},
	"tresen/internal/access": {
		may: []string{"internal/inbox", "internal/store", "internal/consent", "internal/print"},
		why: "access copies what is kept about one person for that person; it deletes nothing and sends nothing",
	},
	"tresen/internal/rights": {
		may: []string{"internal/inbox", "internal/store", "internal/print"},
		why: "rights runs cases and words letters; what messages mean, and who deletes or packs, is above it",
	},
	"tresen/internal/wipe": {
		may: []string{"internal/vault", "internal/desktop", "internal/osfault"},
		why: "wipe removes keys and files by their names; it must not read what is in them",
	},
	"tresen/internal/ledger": {
		may: []string{"internal/print", "internal/retention"},
		why: "ledger words entries of the log, which name nobody; it must not reach anybody's data",
	},
	"tresen/internal/certificate": {
		may: []string{"internal/print", "internal/privacy", "internal/qr", "internal/retention"},
		why: "certificate words facts about an erasure that is over; it must not reach what was erased",
	},
	"tresen/internal/papers": {
		may: []string{"internal/print", "internal/retention"},
		why: "papers writes documents from facts; where the facts come from, and who the customers are, is above it",
	},
	"tresen/internal/retention": {
		may: []string{"internal/inbox"},
		why: "retention says what is over its time, given facts and a clock; who deletes it is above",
	},
	"tresen/internal/automatic": {
		may: []string{"internal/inbox", "internal/retention", "internal/snippet", "internal/profile"},
		why: "automatic says what a message deserves by itself, given settings, facts and a time; who sends and keeps it is above",
	},
	"tresen/internal/consent": {
		may: []string{"internal/inbox", "internal/store"},
		why: "consent keeps declarations and knows the words of the law; it must not know how messages travel",
	},
	"tresen/internal/profile": {
		may: []string{"internal/inbox", "internal/store", "internal/cloudapi", "internal/exif"},
		why: "profile words and checks what the shop shows of itself; it must not see what customers wrote",
	},
	"tresen/internal/setup": {
		may: []string{"internal/inbox", "internal/cloudapi"},
		why: "setup asks the provider and says what its answers mean; what is kept, and where, is above it",
	},
	"tresen/internal/qr": {
		may: []string{"internal/inbox"},
		why: "qr makes links and codes from what it is given",
	},
	"tresen/internal/print": {
		may: []string{"internal/inbox", "internal/qr"},
		why: "print lays out what it is given; it must not look anything up",
	},
	"tresen/internal/relay": {
		why: "the relay can open nothing: it knows neither the shop's store nor Meta's JSON nor its keys",
	},
	"tresen/internal/relay/client": {
		may: []string{"internal/relay", "internal/inbox"},
		why: "the desktop's half of the relay opens envelopes and hands them on; what they mean is not its business",
	},
	"tresen/internal/finder": {
		may: []string{"internal/inbox", "internal/store", "internal/search"},
		why: "finder fills the search index from the store and keeps it true; what is shown of it is the window's business",
	},
	"tresen/internal/translate": {
		may: []string{"internal/inbox"},
		why: "translate sends the text it is given to the host it is given; whose text it is and whether it may leave is not its business",
	},
	"tresen/internal/search": {
		may: []string{"internal/inbox"},
		why: "search is an index in memory; where texts come from is not its business",
	},
	"tresen/internal/snippet": {
		may: []string{"internal/inbox", "internal/search"},
		why: "snippet holds the rules of ready-made answers, found as everything is found; where they are kept is not its business",
	},
	"tresen/internal/template": {
		may: []string{"internal/inbox"},
		why: "template holds Meta's rules about templates; who may get one is consent's business",
	},
	"tresen/internal/store": {
		may: []string{"internal/inbox", "internal/vault", "internal/osfault"},
		why: "store keeps inbox types sealed; who sends or receives them is above it, and it must not know Meta",
	},
	"tresen/internal/cloudapi": {
		may: []string{"internal/inbox"},
		why: "cloudapi translates between Meta's JSON and the shop's vocabulary; it must not know how anything is stored",
	},
	"tresen/internal/vault": {
		may: []string{"internal/inbox", "internal/osfault"},
		why: "vault seals and opens bytes; it must not know which table or screen they belong to",
	},
	"tresen/internal/counter": {
		may: []string{"internal/inbox"},
		why: "counter says who may do what and when the window locks, given a clock; what is called or kept is above it",
	},
	"tresen/internal/notify": {
		why: "notify decides when something is shown and how little it says; where messages come from and who shows it is above",
	},
	"tresen/internal/sensitive": {
		why: "sensitive looks at a text and says what it seems to hold; whose text it is, and what is done about it, is above",
	},
	"tresen/internal/inbox": {
		why: "inbox is the vocabulary and the rules, readable and testable with the standard library alone",
	},
	"tresen/internal/simulator": {
		why: "the simulator stands for Meta: if it shared code with us, both could be wrong in the same way",
	},
	"tresen/internal/desktop": {
		may: []string{"internal/inbox", "internal/osfault"},
		why: "desktop knows the operating system, not the shop",
	},
	"tresen/internal/osfault": {
		why: "osfault takes paths out of errors for everybody, so it knows nobody",
	},
	"tresen/internal/exif": {
		why: "exif reads one tag of a picture and turns it; whose picture it is, is above",
	},
	"tresen/internal/logging": {
		may: []string{"internal/osfault"},
		why: "logging must be usable by everybody, so it knows nobody who does anything with the shop",
	},
	"tresen/internal/shopyear": {
		may: []string{"internal/inbox", "internal/store", "internal/receive", "internal/consent", "internal/rights", "internal/retention", "internal/privacy", "internal/simulator"},
		why: "it lives a year through the program's own ways, for tests and for a look; the program does not know it",
	},
	"tresen/internal/storetest": {
		may: []string{"internal/inbox", "internal/vault", "internal/store"},
		why: "it opens temporary stores for tests",
	},
}

// restricted lists packages of the standard library that only some of ours may
// import, because of what can be done with them.
var restricted = map[string]layer{
	"database/sql": {may: []string{"internal/store", "internal/relay"}, why: "only store knows the shop's SQL, and the relay its own"},
	"os/exec":      {may: []string{"internal/desktop", "bench"}, why: "the program starts no other programs, except the system's browser"},
	"net/http": {
		may: []string{"", "app", "internal/cloudapi", "internal/profile", "internal/receive", "internal/relay", "internal/simulator", "internal/translate", "cmd", "bench"},
		why: "the list of places that can talk to a network stays short enough to read",
	},
	"plugin": {why: "the program loads no foreign code"},
}

// modules lists every third-party module we import, who may, and why it is
// here at all. Nothing in it reads an address book, imports contacts or
// reports usage; a module that does has no place in this table.
var modules = map[string]layer{
	"github.com/wailsapp/wails/v2": {may: []string{""}, why: "the window; only main.go knows it, so that everything else runs without one"},
	"modernc.org/sqlite": {
		may: []string{"internal/store", "internal/relay"}, why: "SQLite without a C compiler; only store knows the shop's SQL, and the relay its own",
	},
	"github.com/zalando/go-keyring": {may: []string{"internal/vault"}, why: "the operating system's keychain; only vault handles keys"},
	"golang.org/x/crypto":           {may: []string{"internal/vault", "internal/counter"}, why: "XChaCha20-Poly1305 and Argon2id; only vault seals, counter keeps sums of PINs"},
	"golang.org/x/sys":              {may: []string{"internal/vault", "internal/desktop", "internal/store"}, why: "system calls Go's os package lacks"},
	"filippo.io/age":                {may: []string{"internal/backup"}, why: "the encryption of backups, in a format other programs open too"},
	"github.com/yeka/zip":           {may: []string{"internal/access", "internal/openformat"}, why: "AES-256 in ZIP files, which archive/zip does not have and people's computers open"},
	"golang.org/x/text":             {may: []string{"internal/search", "internal/consent", "internal/print", "app"}, why: "folding and Unicode rules"},
	"golang.org/x/time":             {may: []string{"internal/outbox", "internal/relay"}, why: "rate limits"},
	"golang.org/x/net":              {may: []string{"app", "internal/profile"}, why: "host names in readable form (IDNA), reading the shop's own web page"},
	"golang.org/x/sync":             {may: []string{"app", "internal/receive", "internal/relay"}, why: "groups of goroutines that end together"},
	"golang.org/x/image":            {may: []string{"internal/qr", "internal/print", "internal/profile", "internal/media"}, why: "drawing codes, measuring type, the shop's own picture, small pictures"},
	"github.com/gofrs/flock":        {may: []string{"internal/desktop", "internal/relay"}, why: "one process per data folder"},
	"github.com/google/uuid":        {may: []string{"app", "internal/vault", "internal/store"}, why: "UUIDv7 for the shop's own ids"},
	"github.com/nyaruka/phonenumbers": {
		may: []string{"internal/qr", "internal/profile"}, why: "the shop's own number in its written forms; customers' numbers are never looked up",
	},
	"github.com/godbus/dbus/v5":           {may: []string{"internal/desktop"}, why: "notifications of the Linux desktop, which can be replaced and clicked"},
	"github.com/rickar/cal/v2":            {may: []string{"internal/profile"}, why: "the public holidays of the Länder, on which shops are closed"},
	"github.com/jfreymuth/pulse":          {may: []string{"internal/microphone"}, why: "the microphone on Linux, where the webview may not use it"},
	"github.com/tphakala/go-opus":         {may: []string{"internal/voice"}, why: "voice notes as Ogg/Opus"},
	"github.com/skip2/go-qrcode":          {may: []string{"internal/qr"}, why: "the matrix of a QR code"},
	"github.com/makiuchi-d/gozxing":       {may: []string{"internal/qr", "internal/print"}, why: "reading our own codes back, as a phone would"},
	"github.com/nats-io/nats.go":          {may: []string{"internal/relay"}, why: "a relay of several machines keeps its envelopes in a JetStream cluster"},
	"github.com/caddyserver/certmagic":    {may: []string{"internal/relay", "cmd/tresen-relay"}, why: "the relay's own TLS certificate"},
	"go.uber.org/zap":                     {may: []string{"internal/relay", "cmd/tresen-relay"}, why: "certmagic's logger, kept from saying too much"},
	"github.com/prometheus/client_golang": {may: []string{"internal/relay", "cmd/tresen-relay"}, why: "figures for the relay's operator"},
}

// rule finds the entry for a package: its own, or that of the nearest above it.
func rule(importPath string) (name string, l layer, known bool) {
	for name = importPath; ; name = path.Dir(name) {
		if l, known = layers[name]; known && (name != "tresen" || importPath == name) {
			return name, l, true
		}
		if name == "." {
			return "", layer{}, false
		}
	}
}

// among reports whether a package is one of those named, or below one.
func among(named []string, importPath string) bool {
	return slices.ContainsFunc(named, func(name string) bool {
		whole := path.Join("tresen", name)
		return importPath == whole || name != "" && strings.HasPrefix(importPath, whole+"/")
	})
}

var systems = []string{"linux", "windows", "darwin"}

type listedPackage struct {
	ImportPath   string
	Standard     bool
	Imports      []string
	TestImports  []string
	XTestImports []string
	Module       *struct{ Path string }
}

// list runs go list for one operating system.
func list(t *testing.T, goos string, args ...string) []listedPackage {
	t.Helper()
	args = append([]string{"list", "-e", "-json=ImportPath,Standard,Imports,TestImports,XTestImports,Module"}, args...)
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "GOOS="+goos, "CGO_ENABLED=0")
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, problems.String())
	}
	var packages []listedPackage
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listedPackage
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages
		}
		if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

func ours(importPath string) bool {
	return importPath == "tresen" || strings.HasPrefix(importPath, "tresen/")
}

func TestEveryPackageImportsOnlyWhatItsLayerAllows(t *testing.T) {
	for _, goos := range systems {
		for _, p := range list(t, goos, "./...") {
			name, l, known := rule(p.ImportPath)
			if !known {
				t.Errorf("%s is not in the layers table of arch_test.go: add it with what it may import and why", p.ImportPath)
				continue
			}
			for _, imported := range p.Imports {
				family := name != "tresen" && strings.HasPrefix(imported+"/", name+"/")
				if ours(imported) && !family && !among(l.may, imported) {
					t.Errorf("%s (%s) imports %s; it must not, because %s", p.ImportPath, goos, imported, l.why)
				}
			}
		}
	}
}

func TestLayersPointOneWay(t *testing.T) {
	var visit func(name string, way []string)
	visit = func(name string, way []string) {
		if slices.Contains(way, name) {
			t.Fatalf("the layers table has a circle: %s", strings.Join(append(way, name), " → "))
		}
		for _, next := range layers[name].may {
			visit(path.Join("tresen", next), append(way, name))
		}
	}
	for name := range layers {
		visit(name, nil)
	}
}

func TestRestrictedPackagesHaveFewImporters(t *testing.T) {
	for _, goos := range systems {
		for _, p := range list(t, goos, "./...") {
			for _, imported := range p.Imports {
				l, isRestricted := restricted[imported]
				if isRestricted && !among(l.may, p.ImportPath) {
					t.Errorf("%s (%s) imports %s; it must not, because %s", p.ImportPath, goos, imported, l.why)
				}
			}
		}
	}
}

func TestThirdPartyModulesAreAgreedUpon(t *testing.T) {
	for _, goos := range systems {
		moduleOf := map[string]string{}
		all := list(t, goos, "-deps", "./...")
		for _, p := range all {
			if p.Module != nil {
				moduleOf[p.ImportPath] = p.Module.Path
			}
		}
		for _, p := range all {
			if !ours(p.ImportPath) {
				continue
			}
			for _, imported := range p.Imports {
				module := moduleOf[imported]
				if module == "" || module == "tresen" {
					continue
				}
				l, agreed := modules[module]
				if !agreed {
					t.Errorf("%s imports %s: add the module to the modules table of arch_test.go and to docs/DEPENDENCIES.md, with the reason", p.ImportPath, module)
				} else if !among(l.may, p.ImportPath) {
					t.Errorf("%s (%s) imports %s; not there, because it is for this: %s", p.ImportPath, goos, module, l.why)
				}
			}
		}
	}
}

// Nothing below main may depend on Wails even through others, in the program or in its tests.
func TestOnlyMainDependsOnWails(t *testing.T) {
	for _, goos := range systems {
		for _, p := range list(t, goos, "-deps", "./app/...", "./internal/...", "./cmd/...") {
			if strings.HasPrefix(p.ImportPath, "github.com/wailsapp/") {
				t.Errorf("something below main depends on %s (%s); find it with: go mod why %[1]s", p.ImportPath, goos)
			}
		}
	}
	for _, p := range list(t, "linux", "./internal/...") {
		for _, imported := range slices.Concat(p.TestImports, p.XTestImports) {
			if imported == "tresen/app" || strings.HasPrefix(imported, "github.com/wailsapp/") {
				t.Errorf("the tests of %s import %s: test what is above from above", p.ImportPath, imported)
			}
		}
	}
}

// inbox is pure: no files, no network, no database, no clock of its own beyond package time.
func TestInboxTouchesNothingOutside(t *testing.T) {
	for _, p := range list(t, "linux", "./internal/inbox") {
		for _, imported := range p.Imports {
			for _, outside := range []string{"os", "net", "database/", "syscall", "io/ioutil", "log"} {
				if imported == outside || strings.HasPrefix(imported, strings.TrimSuffix(outside, "/")+"/") {
					t.Errorf("inbox imports %s: its rules must be readable and testable without the outside world", imported)
				}
			}
		}
	}
}

func TestNoPackageIsADrawerForEverything(t *testing.T) {
	vague := []string{"util", "utils", "common", "helper", "helpers", "manager", "misc", "shared", "base", "core", "types", "models"}
	for _, p := range list(t, "linux", "./...") {
		if slices.Contains(vague, path.Base(p.ImportPath)) {
			t.Errorf("%s: a package is named for what it provides", p.ImportPath)
		}
	}
}
