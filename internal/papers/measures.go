package papers

import (
	"fmt"

	"tresen/internal/print"
)

// measures is the sheet of technical and organisational measures, from the
// state things are really in.
func (w *writer) measures() (string, []print.Block) {
	title := w.t("Technische und organisatorische Maßnahmen", "Technical and organisational measures")
	return title, []print.Block{
		print.Text{Text: fmt.Sprintf(w.t("Maßnahmen nach %s, gelesen aus dem tatsächlichen Zustand dieses Rechners.", "Measures under %s, read from the actual state of this computer."), w.norm("security"))},
		print.Section{Text: w.t("Vertraulichkeit", "Confidentiality")},
		print.Entries{Rows: [][2]string{
			{w.t("Inhalte", "Contents"), w.t("Namen, Nummern, Nachrichten, Notizen und Dateien sind einzeln versiegelt (XChaCha20-Poly1305), mit einem eigenen Schlüssel je Person.", "names, numbers, messages, notes and files are each sealed (XChaCha20-Poly1305), with a key of its own for every person.")},
			{w.t("Hauptschlüssel", "Master key"), w.keys()},
			{w.t("Ganzer Datenträger", "Whole disk"), w.disk()},
			{w.t("Sperre der Anwendung", "Lock of the program"), w.lock()},
			{w.t("Rechte am Tresen", "Rights at the desk"), w.tri(w.f.Protection.Roles, w.t("nach Rollen getrennt", "separated by role"), w.t("alle am Rechner haben dieselben Rechte", "everybody at the computer has the same rights"), w.t("nicht bekannt", "not known"))},
			{w.t("Transport", "Transport"), w.t("nur über TLS; die Echtheit jeder Zustellung wird hier geprüft", "TLS only; every delivery is proved genuine here")},
		}},
		print.Section{Text: w.t("Verfügbarkeit", "Availability")},
		print.Entries{Rows: [][2]string{
			{w.t("Sicherungen", "Backups"), w.backups()},
			{w.t("Probe der Wiederherstellung", "Test of restoring"), w.tested()},
			{w.t("Zustellung", "Delivery"), w.t("bestätigt wird erst, wenn die Nachricht auf der Platte liegt", "acknowledged only once the message is on the disk")},
		}},
		print.Section{Text: w.t("Löschen und Rechenschaft", "Deletion and accountability")},
		print.Entries{Rows: [][2]string{
			{w.t("Löschen", "Deletion"), w.t("Schlüssel vernichtet, Zeilen überschrieben, Datenbank verdichtet, Dateien nach Resten durchsucht", "key destroyed, rows overwritten, database compacted, files searched for remains")},
			{w.t("Letzter Lauf der Löschregeln", "Last run of the rules"), w.lastRun()},
			{w.t("Letzte Suche nach Resten", "Last search for remains"), w.selfTest()},
			{w.t("Protokoll", "Log"), w.log()},
		}},
		print.Section{Text: w.t("Pflege", "Upkeep")},
		print.Entries{Rows: [][2]string{{w.t("Version von Tresen", "Version of Tresen"), w.version()}}},
	}
}

// measureLines is the same in short, for the record.
func (w *writer) measureLines() []string {
	return []string{
		w.t("Inhalte einzeln versiegelt, Schlüssel je Person", "contents sealed one by one, a key for every person") + "; " + w.keys(),
		w.t("Datenträger: ", "disk: ") + w.disk(),
		w.t("Sperre der Anwendung: ", "lock of the program: ") + w.lock(),
		w.t("Sicherungen: ", "backups: ") + w.backups(),
		w.t("Wiederherstellung geprobt: ", "restoring tested: ") + w.tested(),
		w.t("Löschen durch Vernichten des Schlüssels, Überschreiben und Nachsuchen", "deletion by destroying the key, overwriting and searching again"),
		w.t("Protokoll ohne Inhalte und ohne Personen, jede Zeile mit der vorigen verkettet", "log without contents or persons, every line chained to the one before"),
	}
}

func (w *writer) keys() string {
	switch w.f.Protection.Keys {
	case "keychain":
		return w.t("im Schlüsselbund des Betriebssystems, nirgends sonst", "in the operating system's keychain, nowhere else")
	case "passphrase":
		return w.t("aus einer Passphrase (Argon2id), nicht gespeichert", "from a passphrase (Argon2id), not stored")
	}
	return w.gap("keys", WhereSettings)
}

func (w *writer) disk() string {
	return w.tri(w.f.Protection.Disk,
		w.t("verschlüsselt (vom System so gemeldet)", "encrypted (as the system reports)"),
		w.t("keine Verschlüsselung gefunden; empfohlen", "no encryption found; recommended"),
		w.t("nicht feststellbar; bitte in den Einstellungen des Betriebssystems nachsehen", "cannot be told; please look in the operating system's settings"))
}

func (w *writer) lock() string {
	yes := fmt.Sprintf(w.t("nach %s ohne Eingabe", "after %s without input"), count(w.f.Protection.LockMinutes, w.t("Minute", "minute"), w.t("Minuten", "minutes")))
	return w.tri(w.f.Protection.Lock, yes, w.t("ausgeschaltet", "switched off"), w.t("nicht bekannt", "not known"))
}

func (w *writer) backups() string {
	b := w.f.Backup
	if !b.Chosen {
		w.gap("backup", WhereBackup)
		return w.t("noch kein Ort gewählt", "no place chosen yet")
	}
	out := fmt.Sprintf(w.t("versiegelt, höchstens %d Stände, höchstens %s alt", "sealed, at most %d generations, at most %s old"), b.Generations, w.days(b.MaxAgeDays))
	switch {
	case !b.Reachable:
		return out + w.t("; der Ort ist zur Zeit nicht erreichbar", "; the place cannot be reached now")
	case !b.Newest.IsZero():
		return out + fmt.Sprintf(w.t("; die letzte vom %s", "; the last of %s"), w.date(b.Newest))
	}
	return out + w.t("; noch keine angelegt", "; none made yet")
}

func (w *writer) tested() string {
	if w.f.Backup.Tested.IsZero() {
		return w.t("noch nie", "never yet")
	}
	return w.date(w.f.Backup.Tested)
}

func (w *writer) lastRun() string {
	switch {
	case w.f.Retention.Off:
		return w.t("ausgeschaltet", "switched off")
	case w.f.Retention.Ran.IsZero():
		return w.t("noch keiner verzeichnet", "none recorded yet")
	}
	return w.moment(w.f.Retention.Ran)
}

func (w *writer) selfTest() string {
	if w.f.Log.Tested.IsZero() {
		return w.t("noch nie", "never yet")
	}
	return fmt.Sprintf(w.t("am %s, Reste gefunden: %d", "on %s, remains found: %d"), w.date(w.f.Log.Tested), w.f.Log.Hits)
}

func (w *writer) log() string {
	if w.f.Log.Whole == Unknown {
		return w.t("ohne Inhalte und ohne Personen, verkettet", "without contents or persons, chained")
	}
	entries := count(w.f.Log.Entries, w.t("Eintrag", "entry"), w.t("Einträge", "entries"))
	return entries + ", " + w.tri(w.f.Log.Whole, w.t("Kette unversehrt", "chain unbroken"), w.t("Kette gebrochen", "chain broken"), "")
}

func (w *writer) version() string {
	if w.f.Version == "" {
		return "–"
	}
	return w.f.Version
}
