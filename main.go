// Tresen is a desktop inbox for the WhatsApp Cloud API: the counter of a shop,
// on the shop's own computer. This file is the only one that knows both Wails
// and the window's files, and wires them to the app.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/logger"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	"github.com/wailsapp/wails/v2/pkg/options/windows"
	wailsruntime "github.com/wailsapp/wails/v2/pkg/runtime"

	"tresen/app"
	"tresen/frontend"
	"tresen/internal/desktop"
	"tresen/internal/logging"
	"tresen/internal/vault"
)

// version is set at build time (-ldflags "-X main.version=…").
var version = "0.1.0-dev"

// contentPolicy lets the window load its own files and nothing else. ws: is
// needed by test builds only; a production window has nobody to connect to.
const contentPolicy = "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self'; " +
	"script-src 'self'; connect-src 'self' ws:; font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func main() {
	if err := run(); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "tresen:", err)
		os.Exit(1)
	}
}

type flags struct {
	demo bool
	data string
	// forgetPINs is the way back in when PIN and recovery code are both lost.
	forgetPINs bool
}

// parseFlags reads our own flags and leaves Wails' development flags alone.
func parseFlags(args []string) (flags, error) {
	var f flags
	set := flag.NewFlagSet("tresen", flag.ContinueOnError)
	set.BoolVar(&f.demo, "demo", false, "open the play shop: a simulator instead of Meta, invented customers")
	set.StringVar(&f.data, "data", "", "data folder (default: the system's place for application data)")
	set.BoolVar(&f.forgetPINs, "forget-pins", false, "take all PINs away, if those and the recovery code are lost; the log and the window say that it was done")
	showVersion := set.Bool("version", false, "print the version and end")
	for _, name := range []string{"devserver", "assetdir", "loglevel", "frontenddevserverurl"} {
		set.String(name, "", "development builds only (Wails)")
	}
	if err := set.Parse(args); err != nil {
		return f, err
	}
	if *showVersion {
		fmt.Println("Tresen", version)
		os.Exit(0)
	}
	return f, nil
}

func run() error {
	f, err := parseFlags(os.Args[1:])
	if err != nil {
		return err
	}
	if err := desktop.DisableCoreDumps(); err != nil {
		slog.Warn("core dumps stay enabled", "err", err)
	}
	cfg, err := config(f)
	if err != nil {
		return err
	}
	slog.SetDefault(logging.New(slog.LevelInfo, os.Stderr))
	return openWindow(cfg)
}

func config(f flags) (app.Config, error) {
	cfg := app.Config{Version: version, Demo: f.demo, Keychain: vault.SystemKeychain("Tresen"), ScanDirs: webviewDirs()}
	cfg.ForgetPINs = f.forgetPINs
	var err error
	if cfg.DataDir, err = desktop.DataFolder(); err != nil {
		return cfg, err
	}
	if cfg.DemoDir, err = desktop.DemoFolder(); err != nil {
		return cfg, err
	}
	if f.data == "" {
		return cfg, nil
	}
	dir, err := filepath.Abs(f.data)
	if err != nil {
		return cfg, fmt.Errorf("data folder: %w", err)
	}
	if f.demo {
		cfg.DemoDir = dir
		return cfg, nil
	}
	cfg.DataDir = dir
	return cfg, nil
}

// folderName is a short name of a folder that says nothing about where it is.
func folderName(dir string) string {
	sum := sha256.Sum256([]byte(dir))
	return hex.EncodeToString(sum[:4])
}

// webviewDirs are the folders the webview keeps for this program. Nothing of
// the shop should ever be in them; an erasure looks.
func webviewDirs() []string {
	var dirs []string
	name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	if cache, err := os.UserCacheDir(); err == nil {
		dirs = append(dirs, filepath.Join(cache, name))
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return dirs
	}
	switch runtime.GOOS {
	case "linux":
		share := os.Getenv("XDG_DATA_HOME")
		if share == "" {
			share = filepath.Join(home, ".local", "share")
		}
		dirs = append(dirs, filepath.Join(share, name))
	case "darwin":
		dirs = append(dirs, filepath.Join(home, "Library", "WebKit", name))
	case "windows":
		if roaming, err := os.UserConfigDir(); err == nil {
			dirs = append(dirs, filepath.Join(roaming, name+".exe"))
		}
	}
	return dirs
}

// openLog sends the technical log, freed of personal data, to the data folder
// as well as to stderr.
func openLog(cfg app.Config) (closeLog func()) {
	dir := cfg.DataDir
	if cfg.Demo {
		dir = cfg.DemoDir
	}
	err := desktop.Prepare(dir)
	if err != nil {
		slog.Warn("no log file", "err", err)
		return func() {}
	}
	file, err := logging.Open(dir)
	if err != nil {
		slog.Warn("no log file", "err", err)
		return func() {}
	}
	slog.SetDefault(logging.New(slog.LevelInfo, os.Stderr, file))
	return sync.OnceFunc(func() {
		slog.SetDefault(logging.New(slog.LevelInfo, os.Stderr))
		file.Close()
	})
}

func openWindow(cfg app.Config) error {
	dist, err := frontend.Dist()
	if err != nil {
		return fmt.Errorf("find the window's files: %w", err)
	}
	var window atomic.Pointer[context.Context] // Wails' context, once there is a window
	cfg.Emit = func(name app.EventName, payload any) {
		if ctx := window.Load(); ctx != nil {
			wailsruntime.EventsEmit(*ctx, string(name), payload)
		}
	}
	cfg.OpenURL = func(url string) {
		if ctx := window.Load(); ctx != nil {
			wailsruntime.BrowserOpenURL(*ctx, url)
		}
	}
	cfg.SaveFile = func(suggestedName, pattern string) (string, error) {
		ctx := window.Load()
		if ctx == nil {
			return "", nil
		}
		// End-to-end tests have nobody to ask.
		if dir := os.Getenv("TRESEN_E2E_FILES"); dir != "" && os.Getenv("TRESEN_E2E") != "" {
			return filepath.Join(dir, suggestedName), nil
		}
		return wailsruntime.SaveFileDialog(*ctx, wailsruntime.SaveDialogOptions{
			DefaultFilename: suggestedName, CanCreateDirectories: true,
			Filters: []wailsruntime.FileFilter{{DisplayName: pattern, Pattern: pattern}},
		})
	}
	cfg.OpenFile = desktop.OpenFile
	cfg.Quit = func() {
		if ctx := window.Load(); ctx != nil {
			wailsruntime.Quit(*ctx)
		}
	}
	closeLog := func() {}
	cfg.CloseLog = func() { closeLog() }
	cfg.Raise = func() {
		if ctx := window.Load(); ctx != nil {
			wailsruntime.WindowUnminimise(*ctx)
			wailsruntime.Show(*ctx)
		}
	}
	cfg.OpenNotifier = func(clicked func(tag string)) (app.Notifier, error) {
		n, err := desktop.OpenNotifier("Tresen", clicked)
		if err == nil {
			return n, nil
		}
		ctx := window.Load()
		if ctx == nil || runtime.GOOS == "linux" {
			return nil, err
		}
		return openWindowNotifier(*ctx, clicked)
	}
	cfg.MarkForeign = func(path string) {
		if err := desktop.MarkForeign(path); err != nil {
			slog.Warn("file from outside is not marked as such", "err", err)
		}
	}
	cfg.PickFiles = func() ([]string, error) {
		ctx := window.Load()
		if ctx == nil {
			return nil, nil
		}
		if path := os.Getenv("TRESEN_E2E_PICK"); path != "" && os.Getenv("TRESEN_E2E") != "" {
			return []string{path}, nil
		}
		return wailsruntime.OpenMultipleFilesDialog(*ctx, wailsruntime.OpenDialogOptions{})
	}
	cfg.PickFolder = func() (string, error) {
		ctx := window.Load()
		if ctx == nil {
			return "", nil
		}
		return wailsruntime.OpenDirectoryDialog(*ctx, wailsruntime.OpenDialogOptions{CanCreateDirectories: true})
	}
	a := app.New(cfg)
	a.FinishWipes()
	defer func() { closeLog() }()
	width, height := a.WindowSize()
	if width == 0 {
		width, height = 1240, 800
	}
	if os.Getenv("WEBKIT_DISABLE_DMABUF_RENDERER") == "" {
		os.Setenv("WEBKIT_DISABLE_DMABUF_RENDERER", "1") // blank windows with some drivers (wails issues 2977, 4985)
	}
	return wails.Run(&options.App{
		Title: "Tresen", Width: width, Height: height, MinWidth: 360, MinHeight: 480,
		BackgroundColour: options.NewRGB(250, 247, 242),
		AssetServer:      &assetserver.Options{Assets: dist, Handler: http.HandlerFunc(a.ServePreview), Middleware: middleware(a.ServeMedia)},
		OnStartup: func(ctx context.Context) {
			window.Store(&ctx)
			closeLog = openLog(cfg)
			go a.Start()
		},
		OnBeforeClose: func(ctx context.Context) bool {
			a.SaveWindowSize(wailsruntime.WindowGetSize(ctx))
			return false
		},
		OnShutdown:         func(context.Context) { window.Store(nil); a.Stop() },
		Bind:               a.Bound(),
		EnumBind:           []any{app.EventNames, app.NameSources},
		ErrorFormatter:     app.FormatError,
		Logger:             quietLogger{},
		LogLevel:           logger.ERROR,
		LogLevelProduction: logger.ERROR,
		SingleInstanceLock: &options.SingleInstanceLock{
			UniqueId:               "tresen-" + folderName(cfg.DataDir+cfg.DemoDir+fmt.Sprint(cfg.Demo)),
			OnSecondInstanceLaunch: func(options.SecondInstanceData) { cfg.Raise() },
		},
		Linux:   &linux.Options{ProgramName: "tresen", WebviewGpuPolicy: linux.WebviewGpuPolicyNever},
		Windows: &windows.Options{DisablePinchZoom: true},
	})
}

// windowNotifier shows notifications where Wails has to: on Windows and macOS,
// where the program's registration or bundle is needed for it.
type windowNotifier struct{ ctx context.Context }

// notificationID is always the same, so that one notification takes the other's place.
const notificationID = "tresen-news"

func openWindowNotifier(ctx context.Context, clicked func(tag string)) (app.Notifier, error) {
	if !wailsruntime.IsNotificationAvailable(ctx) {
		return nil, desktop.ErrNoNotifications
	}
	if err := wailsruntime.InitializeNotifications(ctx); err != nil {
		return nil, desktop.ErrNoNotifications
	}
	if allowed, err := wailsruntime.RequestNotificationAuthorization(ctx); err != nil || !allowed {
		return nil, desktop.ErrNoNotifications
	}
	wailsruntime.OnNotificationResponse(ctx, func(result wailsruntime.NotificationResult) {
		if tag, ok := result.Response.UserInfo["tag"].(string); ok && result.Error == nil {
			clicked(tag)
		}
	})
	return windowNotifier{ctx}, nil
}

func (n windowNotifier) Show(x desktop.Notification) error {
	return wailsruntime.SendNotification(n.ctx, wailsruntime.NotificationOptions{
		ID: notificationID, Title: x.Title, Body: x.Body, Data: map[string]any{"tag": x.Tag},
	})
}

func (n windowNotifier) Close() { wailsruntime.CleanupNotifications(n.ctx) }

// webviewAddr is the constant address Wails gives requests of its own window.
const webviewAddr = "192.0.2.1:1234"

// middleware serves customers' files and sets the content policy for all else.
// In end-to-end tests the real window stays blank, so that only the browser
// under test calls the program.
func middleware(media http.HandlerFunc) assetserver.Middleware {
	blank := os.Getenv("TRESEN_E2E") != ""
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasPrefix(r.URL.Path, app.MediaPath):
				media(w, r)
			case blank && r.RemoteAddr == webviewAddr:
				w.Header().Set("Content-Type", "text/html")
				io.WriteString(w, "<!doctype html><title>Tresen</title>")
			default:
				w.Header().Set("Content-Security-Policy", contentPolicy)
				w.Header().Set("X-Content-Type-Options", "nosniff")
				w.Header().Set("Referrer-Policy", "no-referrer")
				next.ServeHTTP(w, r)
			}
		})
	}
}

// quietLogger keeps Wails' own messages out of every log: on a failed call they
// contain its arguments, which may be a passphrase or what a customer wrote.
type quietLogger struct{}

func (quietLogger) Print(string)   {}
func (quietLogger) Trace(string)   {}
func (quietLogger) Debug(string)   {}
func (quietLogger) Info(string)    {}
func (quietLogger) Warning(string) {}
func (quietLogger) Error(string)   { slog.Warn("wails reported an error; its text is withheld") }
func (quietLogger) Fatal(string)   { slog.Error("wails ended the program; its text is withheld") }
