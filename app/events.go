package app

// EventName is a name under which the window can listen. Events say what
// changed (ids); they never carry text or names.
type EventName string

// The events.
const (
	EventConversationChanged EventName = "conversation:changed" // ConversationEvent
	EventCustomerChanged     EventName = "customer:changed"     // CustomerEvent
	EventConnectionChanged   EventName = "connection:changed"   // no payload
	EventErasureProgress     EventName = "erasure:progress"     // ErasureEvent
	EventSetupChanged        EventName = "setup:changed"        // no payload
	EventMediaProgress       EventName = "media:progress"       // MediaEvent
	EventUploadProgress      EventName = "upload:progress"      // UploadEvent
	EventVoiceLevel          EventName = "voice:level"          // VoiceLevelEvent
	EventCodesChanged        EventName = "codes:changed"        // no payload: the register of codes or a test of one
	EventSearchChanged       EventName = "search:changed"       // no payload: more or other things can be found
	EventTextsChanged        EventName = "texts:changed"        // no payload: snippets or templates
	EventBroadcastsChanged   EventName = "broadcasts:changed"   // no payload: a broadcast moved on
	EventWorkChanged         EventName = "work:changed"         // no payload: labels or colleagues
	EventTaskProgress        EventName = "task:progress"        // TaskEvent
	EventAttentionClicked    EventName = "attention:clicked"    // AttentionEvent
	EventCounterChanged      EventName = "counter:changed"      // no payload: the window locked, unlocked, or roles changed
)

// EventNames is the list Wails turns into a TypeScript enum.
var EventNames = []struct {
	Value  EventName
	TSName string
}{
	{EventConversationChanged, "ConversationChanged"},
	{EventCustomerChanged, "CustomerChanged"},
	{EventConnectionChanged, "ConnectionChanged"},
	{EventErasureProgress, "ErasureProgress"},
	{EventSetupChanged, "SetupChanged"},
	{EventMediaProgress, "MediaProgress"},
	{EventUploadProgress, "UploadProgress"},
	{EventVoiceLevel, "VoiceLevel"},
	{EventCodesChanged, "CodesChanged"},
	{EventWorkChanged, "WorkChanged"},
	{EventSearchChanged, "SearchChanged"},
	{EventTextsChanged, "TextsChanged"},
	{EventTaskProgress, "TaskProgress"},
	{EventAttentionClicked, "AttentionClicked"},
	{EventCounterChanged, "CounterChanged"},
	{EventBroadcastsChanged, "BroadcastsChanged"},
}
