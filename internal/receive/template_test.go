package receive_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/receive"
	"tresen/internal/store"
	"tresen/internal/storetest"
)

func TestTemplateReviewIsKeptAndTold(t *testing.T) {
	f := storetest.Open(t)
	err := f.Store.Update(context.Background(), func(tx *store.Tx) error {
		return tx.PutTemplate(inbox.Template{ID: "7", Status: inbox.TemplatePending, Category: inbox.CategoryUtility})
	})
	if err != nil {
		t.Fatal(err)
	}
	var changes []receive.Change
	r := receive.New(f.Store, receive.Signed(secret), func(c receive.Change) { changes = append(changes, c) })
	at := time.Now().Unix()
	for field, detail := range map[string]string{
		"message_template_status_update":  `"event":"REJECTED","reason":"INVALID_FORMAT"`,
		"message_template_quality_update": `"new_quality_score":"YELLOW"`,
		"template_category_update":        fmt.Sprintf(`"new_category":"UTILITY","correct_category":"MARKETING","category_update_timestamp":%d`, at+86400),
	} {
		body := fmt.Sprintf(`{"object":"whatsapp_business_account","entry":[{"id":"1","time":%d,"changes":[{"field":%q,"value":{
			"message_template_id":7,%s}}]}]}`, at, field, detail)
		if err := deliver(t, r, body); err != nil {
			t.Fatal(err)
		}
	}
	got, err := f.Store.Template(context.Background(), "7")
	want := inbox.Template{ID: "7", Status: inbox.TemplateRejected, Reason: "INVALID_FORMAT", Quality: "YELLOW", Category: inbox.CategoryUtility,
		NextCategory: inbox.CategoryMarketing, NextCategoryAt: time.Unix(at+86400, 0).UTC()}
	if err != nil || fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("got  %+v, %v\nwant %+v", got, err, want)
	}
	if len(changes) != 3 || !changes[0].Templates || !changes[0].Account {
		t.Errorf("told %+v", changes)
	}
}
