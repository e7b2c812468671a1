package app

import (
	"reflect"
	"runtime"
	"strings"
	"unicode"

	"tresen/internal/counter"
	"tresen/internal/inbox"
)

// needs says who may call each bound method. A method that is in no list is
// refused while a shop has PINs, and a test fails: put it where it belongs.
//
//   - counter.Nothing: also while the window is locked, by whoever stands there
//   - counter.Reader: looks and changes nothing
//   - counter.Staff: the daily work
//   - counter.Owner: exports, deletes, changes privacy, connection, the shop's own details or roles
//
// The check runs in (*App).session, and so before any effect. A method that gets
// by without a session calls (*App).allow first.
func needs() map[counter.Need][]any {
	return map[counter.Need][]any{
		counter.Nothing: {
			(*Attention).SetView,
			(*Setup).State, (*System).GetSettings,
			(*Counter).State, (*Counter).Unlock, (*Counter).Recover,
			(*Wiping).Result, (*Wiping).Quit,
		},
		counter.Reader: {
			(*Attention).Get,
			(*Automatic).GetDesk, (*Automatic).ListNotices, (*Automatic).ListGenerated, (*Automatic).Preview,
			(*App).ServeMedia,
			(*Counter).Lock, (*Counter).Touch, (*Counter).ChangePIN,
			(*Broadcasts).GetDesk, (*Broadcasts).ListRecipients,
			(*Cases).List, (*Cases).Get, (*Cases).Of, (*Cases).Corrections,
			(*ChatImports).List,
			(*Codes).ListRegister, (*Codes).GetTest,
			(*Consents).GetSheet,
			(*Costs).GetDesk,
			(*Customers).GetCustomer,
			(*Guide).State,
			(*Health).State,
			(*Imprint).GetText, (*Imprint).ListReminders,
			(*Inbox).ListConversations, (*Inbox).GetConversation, (*Inbox).ListMessages, (*Inbox).Versions,
			(*Links).ListShort,
			(*Media).SetPoster, (*Media).GetKeeping,
			(*Numbers).GetPage,
			(*People).Get, (*People).Proposals, (*People).Preview,
			(*Print).GetDesk,
			(*Profile).GetProfile, (*Profile).GetUsername, (*Profile).GetAutomation,
			(*Relay).State,
			(*Retention).Get, (*Retention).GetMatter, (*Retention).GetMarks,
			(*Search).Find,
			(*Sending).GetSettings,
			(*Shop).GetDetails, (*Shop).ListHolidays, (*Shop).DescribeHours,
			(*Snippets).GetDesk, (*Snippets).Find, (*Snippets).Preview,
			(*System).Connection, (*System).SaveSettings, (*System).CheckLink, (*System).OpenLink,
			(*Templates).GetDesk, (*Templates).ListStarter, (*Templates).Preview,
			(*Translation).GetDesk,
			(*Website).GetForm, (*Website).ListShownNotices,
			(*Work).ListLabels, (*Work).ListColleagues, (*Work).GetReminder, (*Work).ListDue, (*Work).CountViews, (*Work).ListNotes,
		},
		counter.Staff: {
			(*Attention).DismissHint,
			(*Broadcasts).AskLimit, (*Broadcasts).Plan, (*Broadcasts).Preview, (*Broadcasts).Pause, (*Broadcasts).Stop,
			(*Cases).Open, (*Cases).AddStatement,
			(*Codes).Record, (*Codes).Retire, (*Codes).HangAgain, (*Codes).Remove, (*Codes).Reprint,
			(*Codes).BeginTest, (*Codes).TestRegistered, (*Codes).EndTest,
			(*Consents).Preview, (*Consents).Ask, (*Consents).Record,
			(*Costs).AskLimits,
			(*Customers).Rename,
			(*Demo).ListCustomers, (*Demo).Thread, (*Demo).Say, (*Demo).Scan,
			(*Health).Check,
			(*Imprint).Check,
			(*Inbox).SendText, (*Inbox).SaveDraft, (*Inbox).MarkRead, (*Inbox).ResolveUnclear, (*Inbox).Retry,
			(*Links).SaveShort,
			(*Media).Fetch, (*Media).Stop, (*Media).SaveAs, (*Media).Open,
			(*People).Join, (*People).Different, (*People).Part,
			(*Print).SaveForm, (*Print).ProposeText, (*Print).Preview, (*Print).Export, (*Print).Open,
			(*Print).PreviewCode, (*Print).SetCentre, (*Print).FillFromShop,
			(*Retention).SetMatter, (*Retention).Archive, (*Retention).MarkSensitive,
			(*Sending).PickFiles, (*Sending).BeginFile, (*Sending).AppendFile, (*Sending).FinishFile, (*Sending).DiscardFile,
			(*Sending).SendFiles, (*Sending).React, (*Sending).Withdraw, (*Sending).SendPlace,
			(*Sending).BeginVoice, (*Sending).FinishVoice, (*Sending).RecordVoice, (*Sending).PauseVoice,
			(*Setup).StartDemo, (*Setup).LeaveDemo,
			(*Snippets).AttachFile, (*Snippets).RemoveFile, (*Snippets).StageFile, (*Snippets).Save, (*Snippets).Delete,
			(*Snippets).AddStarter, (*Snippets).Fill, (*Snippets).Send,
			(*System).CheckConnection,
			(*Templates).Refresh, (*Templates).Prepare, (*Templates).Send,
			(*Translation).Interpret, (*Translation).Messages, (*Translation).Draft, (*Translation).Send,
			(*Website).Build, (*Website).Take, (*Website).SaveFile,
			(*Work).SaveLabel, (*Work).MoveLabel, (*Work).SetDone, (*Work).SetPinned, (*Work).Assign, (*Work).SetReminder,
			(*Work).SetLabels, (*Work).SaveNote, (*Work).Block,
		},
		counter.Owner: {
			(*Attention).Save, (*Attention).Try,
			(*Erasing).GetCertificate, (*Erasing).ConfirmCertificate, (*Erasing).SaveCertificate, (*Erasing).PrintCertificate,
			(*Erasing).DropCertificate, (*Erasing).CheckCertificate, (*Wiping).Preview, (*Wiping).Run,
			(*Log).List, (*Log).Export, (*Log).ListErasures, (*Log).Retry, (*Log).SelfTest,
			(*Automatic).Save, (*Automatic).CheckNotice, (*Automatic).EditNotice, (*Automatic).ConfirmNotice, (*Erasing).Plan, (*Erasing).Refuse, (*Erasing).Start,
			(*Backups).Get, (*Backups).Choose, (*Backups).Create, (*Backups).Test, (*Backups).Restore, (*Backups).Stop,
			(*Broadcasts).Start, (*Broadcasts).Resume,
			(*Cases).Take, (*Cases).Tell, (*Cases).SendCode, (*Cases).PreviewLetter, (*Cases).SaveLetter, (*Cases).DraftLetter, (*Cases).SendLetter, (*Cases).ConfirmLetters,
			(*Cases).Restrict, (*Cases).Lift, (*Cases).View,
			(*Exports).Save, (*Exports).Stop, (*Exports).Read,
			(*ChatImports).Choose, (*ChatImports).Preview, (*ChatImports).Run, (*ChatImports).Drop, (*ChatImports).Remove,
			(*Costs).SavePrices,
			(*Counter).TurnOn, (*Counter).TurnOff, (*Counter).SetPIN, (*Counter).SetRole, (*Counter).SetIdle, (*Counter).NewCode,
			(*Customers).PreviewErasure, (*Customers).Erase, (*Customers).GetErasure,
			(*Guide).Begin, (*Guide).CheckToken, (*Guide).ChooseNumber, (*Guide).CheckSecret, (*Guide).ChooseRegion,
			(*Guide).RequestCode, (*Guide).VerifyCode, (*Guide).Register, (*Guide).PointCallback, (*Guide).StartTest,
			(*Guide).EndTest, (*Guide).Undo, (*Guide).Finish, (*Guide).TestCode,
			(*Health).Diagnosis, (*Health).SaveDiagnosis,
			(*Imprint).Confirm, (*Imprint).SavePage,
			(*Inbox).RemoveRevoked,
			(*Links).DeleteShort, (*Links).SaveLanding,
			(*Media).SetKeeping,
			(*Numbers).Export, (*Numbers).SaveKeep,
			(*Papers).List, (*Papers).Get, (*Papers).Confirm, (*Papers).Save, (*Papers).ListVersions, (*Papers).SaveVersion,
			(*Papers).ListContracts, (*Papers).AddContract, (*Papers).DeleteContract, (*Papers).SaveContractFile,
			(*Papers).GetAnswers, (*Papers).SetAnswers, (*Papers).GetScreening, (*Papers).SetScreening,
			(*Papers).ListBreaches, (*Papers).SaveBreach, (*Papers).GetBreachPaper, (*Papers).SaveBreachPaper,
			(*Profile).ReviewProfile, (*Profile).SaveProfile, (*Profile).CropPicture, (*Profile).SetUsername, (*Profile).SaveAutomation,
			(*Relay).PointCallback, (*Relay).Pair, (*Relay).Check, (*Relay).RemoveDevice, (*Relay).Leave,
			(*Retention).Set, (*Retention).Run, (*Retention).DeleteMessage, (*Retention).ListArchive, (*Retention).HoldArchive,
			(*Rights).SaveAccess, (*Rights).ProposeRedactions,
			(*Sending).SaveSettings,
			(*Setup).Connect, (*Setup).Unlock, (*Setup).Reopen, (*Setup).ReplaceToken,
			(*Shop).SaveDetails,
			(*Templates).Check, (*Templates).PickSample, (*Templates).Create, (*Templates).Delete,
			(*Translation).Save, (*Translation).Agree, (*Translation).Withdraw,
			(*Website).SaveForm,
			(*Work).DeleteLabel, (*Work).SaveColleague, (*Work).DeleteColleague,
		},
	}
}

// needTable is needs by the names the runtime gives the methods on a stack.
type needTable struct {
	byName map[string]counter.Need
	// receivers are the bound types, so that a method in no list is refused.
	receivers map[string]bool
}

func newNeedTable() needTable {
	t := needTable{byName: map[string]counter.Need{}, receivers: map[string]bool{}}
	for need, methods := range needs() {
		for _, method := range methods {
			name := runtime.FuncForPC(reflect.ValueOf(method).Pointer()).Name()
			t.byName[name] = need
			if receiver, _ := splitMethod(name); receiver != appReceiver {
				t.receivers[receiver] = true
			}
		}
	}
	return t
}

// appReceiver is the program's own type; not all of its methods are for the window.
const appReceiver = "tresen/app.(*App)"

func splitMethod(name string) (receiver, method string) {
	dot := strings.LastIndexByte(name, '.')
	return name[:max(dot, 0)], name[dot+1:]
}

// deepest is how many calls below a bound method the check may be.
const deepest = 24

// here finds the bound method on whose behalf this runs, and what it needs.
// That spares every method a line that could be forgotten or wrong. Whatever
// runs for the program itself, such as receiving, needs nothing.
func (t needTable) here() counter.Need {
	var callers [deepest]uintptr
	frames := runtime.CallersFrames(callers[:runtime.Callers(2, callers[:])])
	for {
		f, more := frames.Next()
		if need, ok := t.byName[f.Function]; ok {
			return need
		}
		if receiver, method := splitMethod(f.Function); t.receivers[receiver] && unicode.IsUpper(rune(method[0])) {
			return counter.Owner
		}
		if !more {
			return counter.Nothing
		}
	}
}

// allow fails with locked or not_allowed if the bound method that calls it may
// not be called now. Without an open shop there is nothing to protect.
func (a *App) allow() error {
	a.mu.Lock()
	s := a.open
	a.mu.Unlock()
	if s == nil {
		return nil
	}
	return s.watch.Allow(a.needs().here(), a.cfg.Now())
}

// owner reports whether the shop's owner is signed in, or nobody has to sign in.
func (s *Session) owner() bool {
	status := s.watch.Status()
	return !status.Locked && status.Role == inbox.RoleOwner
}
