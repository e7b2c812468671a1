package store

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
)

// Only gate.go may open what is sealed: every other way would go around it.
func TestOnlyTheGateOpens(t *testing.T) {
	opens := regexp.MustCompile(`\b(vault|v)\.(Open|AppendOpen|OpenFile)\(`)
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 50 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		// keynames.go opens with the shop's key, before there is anything to guard.
		if strings.HasSuffix(file, "_test.go") || file == "gate.go" || file == "keynames.go" {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := opens.Find(source); found != nil {
			t.Errorf("%s opens what is sealed by itself (%s); use an opener of the gate", file, found)
		}
	}
}

// openReaders are the methods that take somebody's id and may be used about
// people whose data are only stored, with the reason.
var openReaders = map[string]string{
	"Restriction": "says that her data are only stored", "ConversationRestricted": "says that her data are only stored",
	"CasesOf": "dates and states of her requests", "Person": "finds nobody who is restricted", "ProposalsOf": "proposes nobody who is restricted",
	"FindArchived": "the archive is kept apart", "BeginErasure": "erasure stays possible", "DeleteMessages": "ends what is kept", "CreateFile": "seals and opens nothing",
	"ReadTexts":   "passes over whoever is restricted",
	"ListRevoked": "the message is where to go on from",
	"LastInbound": "takes what was found", "LatestSentAt": "takes what was found", "MomentOf": "takes what was found",
}

// argument is a value for a parameter that may name somebody.
func argument(of reflect.Type, ref ConversationRef, id inbox.MessageID) (v reflect.Value, names, ok bool) {
	for _, value := range []any{ref.Customer.ID, ref.ID, id, Span{Conversation: ref.ID, Limit: 10}, ref, ref.Customer} {
		if reflect.TypeOf(value) == of {
			_, loaded := value.(ConversationRef)
			_, found := value.(CustomerRef)
			return reflect.ValueOf(value), !loaded && !found, true
		}
	}
	switch of {
	case reflect.TypeFor[time.Time]():
		return reflect.ValueOf(at(500)), false, true
	case reflect.TypeFor[context.Context]():
		return reflect.ValueOf(context.Background()), false, true
	case reflect.TypeFor[inbox.PhoneNumberID]():
		return reflect.ValueOf(shopNumber), false, true
	}
	switch of.Kind() {
	case reflect.Int, reflect.Int64, reflect.Bool, reflect.String, reflect.Struct, reflect.Slice:
		v := reflect.New(of).Elem()
		if of.Kind() == reflect.Int {
			v.SetInt(50)
		}
		return v, false, true
	}
	return v, false, false
}

// finds reports whether a method of a transaction is one by which somebody is
// found; the others take what was found before.
func finds(method reflect.Type) bool {
	for i := range method.NumOut() {
		if out := method.Out(i); out == reflect.TypeFor[ConversationRef]() || out == reflect.TypeFor[CustomerRef]() {
			return true
		}
	}
	for i := 1; i < method.NumIn(); i++ {
		if in := method.In(i); in == reflect.TypeFor[inbox.CustomerID]() || in == reflect.TypeFor[inbox.ConversationID]() {
			return true
		}
	}
	return false
}

// TestWhatIsOnlyStoredIsClosed calls every method of the store, and those of a
// transaction that find somebody, about somebody whose data are only stored and
// without a purpose. They have to refuse, unless openReaders says why not.
func TestWhatIsOnlyStoredIsClosed(t *testing.T) {
	f := openFolder(t)
	picture, ref := f.picture(t, 1, 3)
	_, other := f.say(t, 2, 4, "Hallo")
	f.update(t, func(tx *Tx) error { return tx.Restrict(ref.Customer, 1, at(9)) })
	called := 0
	call := func(on reflect.Value, method reflect.Method) {
		var args []reflect.Value
		about := 0
		for i := 1; i < method.Type.NumIn(); i++ {
			who := ref
			if about > 0 && method.Type.In(i) == reflect.TypeFor[inbox.CustomerID]() {
				who = other
			}
			arg, names, ok := argument(method.Type.In(i), who, picture)
			if !ok {
				return // needs what only a caller can make
			}
			if args = append(args, arg); names {
				about++
			}
		}
		last := method.Type.NumOut() - 1
		if _, open := openReaders[method.Name]; open || about == 0 || last < 0 || method.Type.Out(last) != reflect.TypeFor[error]() {
			return
		}
		called++
		out := on.Method(method.Index).Call(args)
		if err, _ := out[last].Interface().(error); err == nil || inbox.CodeOf(err) != inbox.CodeRestricted {
			t.Errorf("%s.%s answers %v about somebody whose data are only stored; go through the gate, or say in openReaders why not", on.Type(), method.Name, err)
		}
	}
	s := reflect.ValueOf(f.store)
	for i := range s.NumMethod() {
		call(s, s.Type().Method(i))
	}
	tx := reflect.TypeFor[*Tx]()
	for i := range tx.NumMethod() {
		if method := tx.Method(i); finds(method.Type) {
			err := f.store.Update(context.Background(), func(tx *Tx) error { call(reflect.ValueOf(tx), method); return errEnough })
			if inbox.CodeOf(err) != inbox.CodeInternal {
				t.Errorf("%s: %v", method.Name, err)
			}
		}
	}
	if called < 40 {
		t.Errorf("only %d methods were called", called)
	}
}

// What lists people leaves her out, and counts nobody twice.
func TestListsLeaveOutWhoIsOnlyStored(t *testing.T) {
	f := openFolder(t)
	_, ref := f.say(t, 1, 3, "Rotkohl")
	f.update(t, func(tx *Tx) error { return tx.Restrict(ref.Customer, 1, at(9)) })
	v := reflect.ValueOf(f.store)
	for i := range v.NumMethod() {
		method := v.Type().Method(i)
		if !strings.HasPrefix(method.Name, "List") || method.Type.NumIn() < 2 || method.Name == "ListRestricted" {
			continue
		}
		var args []reflect.Value
		about := false
		for i := 1; i < method.Type.NumIn(); i++ {
			arg, names, _ := argument(method.Type.In(i), ref, 0)
			args, about = append(args, arg), about || names
		}
		if about {
			continue
		}
		out := v.Method(i).Call(args)
		text, err := json.Marshal(out[0].Interface())
		if failed, _ := out[1].Interface().(error); failed != nil || err != nil {
			t.Errorf("%s fails because of somebody whose data are only stored: %v, %v", method.Name, failed, err)
		}
		for _, secret := range []string{"Rotkohl", "4917"} {
			if strings.Contains(string(text), secret) {
				t.Errorf("%s says %q: %s", method.Name, secret, text)
			}
		}
	}
}

func TestPurposeOpensAndLookingOpensOnePerson(t *testing.T) {
	f := openFolder(t)
	_, anna := f.say(t, 1, 3, "Rotkohl")
	_, ben := f.say(t, 2, 4, "Grünkohl")
	f.update(t, func(tx *Tx) error {
		if err := tx.Restrict(anna.Customer, 1, at(9)); err != nil {
			return err
		}
		return tx.Restrict(ben.Customer, 1, at(9))
	})
	f.reopen(t) // the gate knows it from the disk
	read := func(ctx context.Context, c ConversationRef) inbox.Code {
		list, err := f.store.ListMessages(ctx, Span{Conversation: c.ID, Limit: 5})
		if err != nil {
			return inbox.CodeOf(err)
		}
		if len(list) != 1 {
			t.Errorf("%d messages", len(list))
		}
		return ""
	}
	looking := Looking(context.Background(), []inbox.CustomerID{anna.Customer.ID})
	for name, test := range map[string]struct {
		ctx  context.Context
		of   ConversationRef
		want inbox.Code
	}{
		"no purpose":        {context.Background(), anna, inbox.CodeRestricted},
		"a purpose":         {For(context.Background(), HerCopy), anna, ""},
		"looking at her":    {looking, anna, ""},
		"looking at Anna":   {looking, ben, inbox.CodeRestricted},
		"looking at nobody": {Looking(context.Background(), nil), anna, inbox.CodeRestricted},
	} {
		if code := read(test.ctx, test.of); code != test.want {
			t.Errorf("%s: %q", name, code)
		}
	}
	f.updateFor(t, func(tx *Tx) error { return tx.Unrestrict(anna.Customer) })
	if code := read(context.Background(), anna); code != "" {
		t.Errorf("after lifting: %q", code)
	}
}

func TestSendingToWhoIsOnlyStored(t *testing.T) {
	f := openFolder(t)
	waiting, _ := f.queue(t, 1, 3)
	ref := ConversationRef{}
	f.update(t, func(tx *Tx) (err error) {
		if ref, _, err = tx.FindConversation(waiting.Conversation()); err != nil {
			return err
		}
		return tx.Restrict(ref.Customer, 1, at(9))
	})
	ref.Customer.Restricted = true
	err := f.store.Update(For(context.Background(), Keeping), func(tx *Tx) error {
		m, err := f.store.Message(For(context.Background(), Keeping), waiting)
		if m.Status != inbox.StatusFailed || m.Failure != inbox.CodeRestricted {
			t.Errorf("what waited is %s, %s", m.Status, m.Failure)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if list, err := f.store.ListQueued(context.Background()); err != nil || len(list) != 0 {
		t.Errorf("still queued: %v, %v", list, err)
	}
	for purpose, want := range map[Purpose]inbox.Code{Receiving: inbox.CodeRestricted, Keeping: inbox.CodeRestricted, HerCase: ""} {
		var code inbox.Code
		err := f.store.Update(For(context.Background(), purpose), func(tx *Tx) error {
			_, err := tx.QueueMessage(NewMessage{Conversation: ref, PhoneNumberID: shopNumber, Kind: inbox.KindText, SentAt: at(20), Content: inbox.Content{Text: "x"}}, CallbackID{byte(len(purpose))})
			return err
		})
		if err != nil {
			code = inbox.CodeOf(err)
		}
		if code != want {
			t.Errorf("queued for %s: %q", purpose, code)
		}
	}
}
